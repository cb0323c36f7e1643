"""Change the address of the account, from the account and from both mailboxes."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from maillage.accounts.actions.email_change import (
    ChangeRefused,
    agree,
    ask_email_change,
    cancel_email_change,
    hashed,
)
from maillage.accounts.forms import EmailChangeForm
from maillage.accounts.models import EmailChange
from maillage.accounts.queries import change_of_key


@reauthentication_required(app="allauth.mfa")
@require_http_methods(["GET", "HEAD", "POST"])
def email(request: HttpRequest) -> HttpResponse:
    """The address, and the change under way if there is one."""
    user = request.user
    now = timezone.now()
    pending = EmailChange.objects.filter(user_id=user.pk, expires_at__gt=now).first()
    form = EmailChangeForm(None if "cancel" in request.POST else request.POST or None)
    if request.method == "POST" and "cancel" in request.POST and pending:
        cancel_email_change(pending, by=user, now=now)  # type: ignore[arg-type]
        messages.success(request, _("Votre adresse reste la même."))
        return redirect("account_email")
    if request.method == "POST" and form.is_valid():
        try:
            ask_email_change(user, form.cleaned_data["email"], by=user, now=now)  # type: ignore[arg-type]
        except ChangeRefused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(
                request, _("Deux messages sont partis : acceptez le changement dans chaque boîte.")
            )
            return redirect("account_email")
    return render(request, "accounts/email.html", {"form": form, "pending": pending})


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def email_agree(request: HttpRequest, key: str) -> HttpResponse:
    """From a letter: nothing happens before the button is pressed."""
    change = change_of_key(hashed(key))
    now = timezone.now()
    if change is None or change.expires_at <= now:
        return render(request, "accounts/email_agree.html", {"state": "over"}, status=404)
    is_old = change.old_key == hashed(key)
    context = {"change": change, "is_old": is_old, "state": "ask"}
    if request.method == "POST":
        by = request.user if request.user == change.user else None
        try:
            if is_old and "refuse" in request.POST:
                cancel_email_change(change, by=by, now=now)
                context["state"] = "refused"
            else:
                context["state"] = "done" if agree(change, key, by=by, now=now) else "half"
        except ChangeRefused as refused:
            context |= {"state": "impossible", "reason": str(refused)}
    return render(request, "accounts/email_agree.html", context)
