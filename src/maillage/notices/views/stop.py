"""Stop letters from the link at their end: no sign-in, one click; GET only shows (mail scanners follow links)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from maillage.accounts.models import User
from maillage.notices.actions import inbox as actions
from maillage.notices.lib.categories import label_of
from maillage.notices.lib.keys import ALL, read_category_key
from maillage.spaces.access import allowed


@csrf_exempt  # mail services post without a page of ours (RFC 8058); the key is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("public.read")
def stop(request: HttpRequest, key: str) -> HttpResponse:
    read = read_category_key(key)
    if read is None:
        raise Http404
    user = get_object_or_404(User, pk=read[0], is_active=True, erased_at=None)
    category = read[1]
    if request.method == "POST":
        wanted = ALL if request.POST.get("tout") else category
        actions.stop(user, wanted, now=timezone.now())
        category = wanted
    context = {
        "is_done": request.method == "POST",
        "is_all": category == ALL,
        "label": "" if category == ALL else label_of(category),
    }
    response = render(request, "notices/stop.html", context)
    response["Cache-Control"] = "no-store, private"
    return response
