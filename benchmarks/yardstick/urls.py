"""All addresses of the portal, and the trivial view."""

import secrets

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.http import require_POST

from reports.models import Receipt


@require_POST
def insert(request: HttpRequest) -> JsonResponse:
    """Store one row for the user of the session, behind the middleware every page stands behind."""
    row = Receipt.objects.create(user=request.user, key=secrets.token_hex(16), about="bench", answer={})
    return JsonResponse({"row": row.pk})


urlpatterns = [path("insert/", insert), path("", include("iku_portal.urls"))]
