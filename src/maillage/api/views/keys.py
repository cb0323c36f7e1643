"""Keys of the API, for the administrators of a space."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.api.actions.keys import create_key, revoke_key
from maillage.api.forms.keys import KeyForm
from maillage.api.models import ApiKey
from maillage.api.queries.keys import of_space
from maillage.spaces.access import for_administrators
from maillage.spaces.models import Space


@require_safe
@for_administrators
def keys(request: HttpRequest, space: Space) -> HttpResponse:
    return render(request, "api/keys/list.html", {"keys": of_space(space)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new_key(request: HttpRequest, space: Space) -> HttpResponse:
    """The answer to the POST is the only page that ever shows the key: it is not redirected."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_key(space, **form.cleaned_data, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error)
        else:
            response = render(request, "api/keys/made.html", made._asdict())
            response["Cache-Control"] = "no-store"
            return response
    return render(request, "api/keys/new.html", {"form": form})


@require_POST
@for_administrators
def revoke(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, space=space, pk=pk)
    if revoke_key(key, by=request.user, now=timezone.now()):  # type: ignore[arg-type]
        messages.success(request, f"La clé « {key.name} » ne sert plus à rien.")
    return redirect("api_agent:keys", space.slug)
