"""« Mon compte » : who one is, and in which language."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.accounts.actions import change_language, change_profile
from maillage.accounts.forms import LanguageForm, ProfileForm
from maillage.accounts.queries import factors_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/home.html", {"factors": factors_of(request.user)})  # type: ignore[arg-type]


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = request.user
    known = {"name": user.name, "profile": user.profile}  # type: ignore[union-attr]
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        change_profile(user, **form.cleaned_data, by=user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("Votre profil est enregistré."))
        return redirect("account_home")
    return render(request, "accounts/profile.html", {"form": form})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language: in the account of who is signed in, in a cookie otherwise. Then back."""
    form = LanguageForm(request.POST)
    back = request.POST.get("next", "")
    if not (back.startswith("/") and url_has_allowed_host_and_scheme(back, None)):
        back = "/compte/"
    answer = redirect(back)
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        if request.user.is_authenticated:
            change_language(request.user, chosen, by=request.user, now=timezone.now())
        with translation.override(chosen):
            messages.success(request, _("La langue est changée."))
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=31_536_000,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer
