"""The notices of the reader: the list, one of them opened, all of them read."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agencies.accounts import UserRequest
from reports import notices
from reports.models import Availability, Notice
from reports.printed import moment

PAGE_SIZE = 25


@dataclass(frozen=True)
class Row:
    """A notice as the list shows it. `settled`: why nothing is left to do; `availability`: of what is due."""

    notice: Notice
    heading: str
    at: str
    lines: list[str]
    settled: str
    availability: Availability | None
    days_left: int

    @property
    def asks(self) -> bool:
        """Whether it still asks something of the reader: unread, and not settled meanwhile."""
        return self.notice.read_at is None and not self.settled


@require_safe
def notice_list(request: UserRequest) -> HttpResponse:
    """List what the reader has been told, the newest first."""
    own = notices.of(request.user)
    page_obj = Paginator(own, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page_obj,
        "rows": [_row(notice) for notice in page_obj],
        "newest": own.values_list("pk", flat=True).first(),
    }
    return render(request, "reports/notice_list.html", context)


@require_safe
def notice_open(request: UserRequest, pk: int) -> HttpResponse:
    """Go on to what a notice is about, which is read by that."""
    own = notices.of(request.user)
    notice = get_object_or_404(own, pk=pk)
    if request.method == "GET":
        notices.mark_read(own.filter(pk=pk))
    return redirect(notices.place(notice))


@require_POST
def notice_read(request: UserRequest) -> HttpResponse:
    """Mark as read all notices up to the newest on the page that was sent: what came since stays unread."""
    newest = request.POST.get("newest", "")
    if newest.isdecimal() and len(newest) < 19:
        notices.mark_read(notices.of(request.user).filter(pk__lte=int(newest)))
    return redirect("notice-list")


def _row(notice: Notice) -> Row:
    now, report = timezone.now(), notice.report
    settled = notices.settled(notice, now)
    is_due = notice.kind == Notice.Kind.DUE and not settled
    return Row(
        notice,
        notices.heading(notice),
        moment(notice.at, report),
        notice.sentence.splitlines(),
        settled,
        report.availability(now) if is_due else None,
        notices.days_left(report, now),
    )
