"""Sending the bytes of a document: by their hash, and into the log of downloads."""

from __future__ import annotations

from django.db.models import Model
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from agencies.accounts import UserRequest
from agencies.downloads import downloaded
from agencies.models import Agency
from reports.documents.canonical import fingerprint
from reports.exports.writing import CONTENT_TYPES

TYPES = {"pdf": "application/pdf", "json": "application/json", "xlsx": CONTENT_TYPES["xlsx"]}


def sent(
    request: UserRequest, data: bytes, kind: str, *, name: str, what: str, row: Model, agency: Agency
) -> HttpResponse:
    """Return `data` as the file `name`, its SHA-256 as ETag; logged unless the reader has it already.

    `kind` is the suffix, one of TYPES; `what` is what the log calls the document made from `row`.
    """
    sha256 = fingerprint(data)
    headers = {
        "Content-Disposition": f'{"inline" if kind == "pdf" else "attachment"}; filename="{name}.{kind}"',
        "Cache-Control": "private, no-cache",
        "ETag": quote_etag(sha256),
    }
    response = HttpResponse(data, content_type=TYPES[kind], headers=headers)
    answer = get_conditional_response(request, etag=headers["ETag"], response=response) or response
    if answer is response and request.method == "GET":
        downloaded(f"{what} ({kind.upper()})", by=request.user, row=row, agency=agency, sha256=sha256)
    return answer
