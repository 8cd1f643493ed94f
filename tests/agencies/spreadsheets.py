"""Files as offices send them to the import of master data, and what its pages say."""

import csv
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl.worksheet.worksheet import Worksheet


def workbook(*rows: list[Any], sheet: str = "Sheet", name: str = "data.xlsx") -> SimpleUploadedFile:
    """Return a workbook with these rows in its only sheet."""
    book = openpyxl.Workbook()
    page = first(book)
    page.title = sheet
    for row in rows:
        page.append(row)
    return saved(book, name)


def first(book: openpyxl.Workbook) -> Worksheet:
    """Return the first sheet of a workbook."""
    page = book.worksheets[0]
    assert isinstance(page, Worksheet)
    return page


def saved(book: openpyxl.Workbook, name: str = "data.xlsx") -> SimpleUploadedFile:
    """Return a workbook as it is uploaded."""
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile(name, content.getvalue())


def text(*rows: list[Any], delimiter: str = ";", name: str = "data.csv") -> SimpleUploadedFile:
    """Return a .csv with these rows."""
    file = StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return SimpleUploadedFile(name, file.getvalue().encode())


def upload(client: Client, model: str, file: SimpleUploadedFile) -> Any:
    """Upload a file on the import page of `model` ("agencies_region"); return the page that answers."""
    return client.post(reverse(f"admin:{model}_import"), {"import_file": file}, follow=True)


def confirm(client: Client, model: str, page: Any) -> Any:
    """Press the button of a preview; return the page that answers."""
    return client.post(reverse(f"admin:{model}_process_import"), confirmation(page), follow=True)


def confirmation(page: Any) -> dict[str, str]:
    """Return the fields of the form that confirms a preview, none where there is no such form."""
    if 'name="fingerprint"' not in page.text:
        return {}
    staged = page.context["staged"]
    return {"staged": str(staged.pk), "fingerprint": staged.fingerprint}


def export(client: Client, model: str, format_: str = "xlsx") -> bytes:
    """Return the file that the export page sends."""
    sent = client.post(
        reverse(f"admin:{model}_export"), {"format": {"xlsx": "0", "csv": "1"}[format_], "resource": ""}
    )
    assert sent.status_code == 200
    return bytes(sent.content)


def text_of(page: Any) -> str:
    """Return a page as people read it."""
    return unescape(page.text)
