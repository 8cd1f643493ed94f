"""The gate in front of every page: who cannot go through is told why, and loses nothing typed."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.views.csrf import csrf_failure


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
        return _carry_along(request)


def _carry_along(request: HttpRequest) -> HttpResponse:
    """Answer a form that was not taken with a page that sends it again."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    # No page can put a file back into an input: it is named, and chosen again.
    files = [(name, [file.name for file in chosen]) for name, chosen in request.FILES.lists()]
    return render(request, "portal/session_ended.html", {"typed": typed, "files": files}, status=403)


def refuse_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form with a token of another session: kept where a page of the portal sent it, else refused.

    Signing in again makes new tokens, so that a form opened before carries an old one.
    """
    if request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}":
        return _carry_along(request)
    return csrf_failure(request, reason)


class RefuseNullCharacters:
    """Answer what holds a null character, which PostgreSQL cannot keep or look for, before a view asks it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Leave the work to process_view, which comes after the CSRF check has read the form."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> None:
        """Look at the address and the form. Raises SuspiciousOperation, which is answered with 400.html."""
        texts = [request.path_info]
        for sent in (request.GET, request.POST):
            for name, values in sent.lists():
                texts += [name, *values]
        if any("\x00" in str(text) for text in texts):
            raise SuspiciousOperation("A null character in the address or the form.")


def explain_not_allowed(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Fill the blank answer to a method that an address does not take with a page that says so."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            is_form = "POST" in response.headers["Allow"]
            response.content = render(request, "405.html", {"is_form": is_form}).content
        return response

    return middleware
