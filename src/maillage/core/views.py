"""Health of the installation, its living style page, and the pages that say something went wrong."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from maillage.core.ui.charter import SampleForm, sample_errors


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers; a load balancer reads nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_not_required
def charter(request: HttpRequest) -> HttpResponse:
    """Every component and every kind of field, right and wrong: accessibility tests visit this page."""
    context = {"form": SampleForm(), "wrong": sample_errors()}
    return render(request, "core/charter.html", context)
