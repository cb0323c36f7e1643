"""« Mon compte » : who one is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.accounts.actions import change_profile
from maillage.accounts.forms import ProfileForm


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/home.html")


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = request.user
    known = {"name": user.name, "profile": user.profile}  # type: ignore[union-attr]
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        change_profile(user, **form.cleaned_data, by=user, now=timezone.now())
        messages.success(request, "Votre profil est enregistré.")
        return redirect("account_home")
    return render(request, "accounts/profile.html", {"form": form})
