"""The gate in front of every page: who has not signed in is asked to, and loses nothing typed."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render


class SignInGate(LoginRequiredMiddleware):
    """Login is the default; a session that ended under an open form does not take the form with it."""

    def handle_no_permission(  # type: ignore[override]  # any response is sent on
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Send a reader to the sign-in page; answer a form with a page that keeps what was typed."""
        if "HX-Request" in request.headers:
            # htmx would follow a redirect and put the sign-in page into the middle of the form.
            return HttpResponse(status=403)
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        # The CSRF check stands before this gate, so what comes here was typed into a form of the portal.
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken" and "password" not in name
            for value in values
        ]
        return render(request, "portal/session_ended.html", {"typed": typed}, status=403)
