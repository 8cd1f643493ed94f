"""What the frame of every page asks: which part of the menu the reader is in, and how much waits unread."""

from typing import Any

from django.template import Context, Library
from django.urls import reverse

from agencies.models import User
from reports import notices

register = Library()


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(context: Context, url_name: str, label: str) -> dict[str, Any]:
    """Return what components/nav_link.html needs: url, label, and current ("page", "true" or "").

    An error page may be drawn without a request; then nothing is marked.
    """
    url = reverse(url_name)
    request = context.get("request")
    path = request.path if request else ""
    # The start page is the parent of every page, so only an exact match counts for it.
    inside = url != "/" and path.startswith(url)
    return {"url": url, "label": label, "current": "page" if path == url else "true" if inside else ""}


@register.simple_tag
def unread_notices(user: User) -> int:
    """Return how many notices still ask something of the reader."""
    return notices.unread_count(user)
