"""Makes real files, good and hostile. Whole workbooks come from the usual writers; what no writer makes
is built here."""

import datetime as dt
import io
import random
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal

import openpyxl
import xlwt

Parts = dict[str, str | bytes]
Row = Sequence[object]

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(parts: Parts, *, stored: Iterable[str] = ()) -> bytes:
    """Return a zip file of the parts, in order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            container.writestr(name, content, kind)
    return file.getvalue()


# .xlsx


def sheet_xml(rows: str, *, before: str = "", after: str = "") -> str:
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def xlsx_parts(
    *sheets: str, texts: str = "", styles: str = "", names: Sequence[str] = (), workbook: str = ""
) -> Parts:
    """Return the parts of a workbook made of raw XML.

    `texts` are <si> elements, `styles` goes into the style sheet; names beyond the sheets share the last.
    """
    names = names or [f"Data {number}" for number, _ in enumerate(sheets, 1)]
    listed = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(names, 1))
    links = "".join(
        relationship(f"rId{i}", "worksheet", f"worksheets/sheet{min(i, len(sheets))}.xml")
        for i, _ in enumerate(names, 1)
    )
    links += relationship("t", "sharedStrings", "sharedStrings.xml") + relationship(
        "s", "styles", "styles.xml"
    )
    parts: Parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relationships(relationship("w", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relationships(links),
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    for number, sheet in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet
    return parts


def relationship(key: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def relationships(links: str) -> str:
    return f'{HEAD}<Relationships xmlns="{RELATIONS}">{links}</Relationships>'


def raw_xlsx(rows: str, **more: str) -> bytes:
    """Return a workbook whose one sheet has these raw rows."""
    around = {name: more.pop(name) for name in ("before", "after") if name in more}
    return zipped(xlsx_parts(sheet_xml(rows, **around), **more))


def cells_xlsx(cells: str, **more: str) -> bytes:
    """Return a workbook whose one sheet has one row of these raw cells."""
    return raw_xlsx(f'<row r="1">{cells}</row>', **more)


def xlsx(rows: Iterable[Row], *, formats: dict[str, str] | None = None) -> bytes:
    """Return a workbook written by openpyxl; `formats` are number formats by address."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Data 2025"
    for row in rows:
        sheet.append(list(row))
    for address, code in (formats or {}).items():
        sheet[address].number_format = code
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


# .ods

ODS_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "style", "number")
)


def ods(table: str, *, styles: str = "", manifest: str = "", doctype: str = "") -> bytes:
    """Return an OpenDocument workbook; `table` is what stands in office:spreadsheet."""
    content = (
        f"{HEAD}{doctype}<office:document-content {ODS_SPACES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    parts: Parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "META-INF/manifest.xml": f"{HEAD}<manifest:manifest "
        f'xmlns:manifest="{space}">{manifest}</manifest:manifest>',
    }
    return zipped(parts, stored=("mimetype",))


def ods_cell(value: object) -> str:
    """Return the cell LibreOffice writes for a value."""
    if value is None:
        return "<table:table-cell/>"
    kind, stored = _ods_value(value)
    shown = str(value).replace("&", "&amp;").replace("<", "&lt;")
    return f'<table:table-cell office:value-type="{kind}"{stored}><text:p>{shown}</text:p></table:table-cell>'


def _ods_value(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return "boolean", f' office:boolean-value="{str(value).lower()}"'
    if isinstance(value, Decimal | int):
        return "float", f' office:value="{value}"'
    if isinstance(value, dt.date):
        return "date", f' office:date-value="{value.isoformat()}"'
    return "string", ""


def ods_table(rows: Iterable[Row], name: str = "Data 2025") -> str:
    body = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}">{body}</table:table>'


# .xls


def xls(rows: Iterable[Row], *, formats: dict[tuple[int, int], str] | None = None) -> bytes:
    """Return a workbook of Excel 97 written by xlwt; `formats` are number formats by row and column, from
    0."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Data 2025")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            style = xlwt.easyxf(num_format_str=(formats or {}).get((r, c), "General"))
            if value is not None:
                sheet.write(r, c, value, style)
    return saved_xls(workbook)


def saved_xls(workbook: xlwt.Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def ole(*streams: str) -> bytes:
    """Return the header and the directory of an OLE file with streams of these names; there is nothing in
    them."""
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries.ljust(1024, b"\0")


# .docx


def docx(body: str, *, before: str = "") -> bytes:
    """Return a text document with this body."""
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relationships(relationship("w", "officeDocument", "word/document.xml")),
            "word/document.xml": f'{HEAD}{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body>'
            "</w:document>",
        }
    )


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx_cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def docx_table(*rows: Sequence[str]) -> str:
    """Return a table of cells that are made by `docx_cell` or texts."""
    made = ("".join(cell if cell.startswith("<") else docx_cell(cell) for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in made)}</w:tbl>"


# Hostile ways with good files


def cut(data: bytes, share: float = 0.5) -> bytes:
    return data[: int(len(data) * share)]


def flipped(data: bytes, seed: int) -> bytes:
    """Return the data with one to eight bytes changed, or cut short: the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - the same damage every time
    if chance.random() < 0.2:
        return data[: chance.randrange(len(data))]
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def repacked(data: bytes, seed: int) -> bytes:
    """Return a container whose parts were damaged before packing, so that the damage reaches the readers."""
    chance = random.Random(seed)  # noqa: S311 - the same damage every time
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        parts: Parts = {name: container.read(name) for name in container.namelist()}
    victim = chance.choice([name for name in parts if name.endswith(".xml")])
    parts[victim] = flipped(bytes(parts[victim]), seed)  # type: ignore[arg-type]
    return zipped(parts)


def lying_zip() -> bytes:
    """Return a workbook whose sheet inflates to far more than the directory and its own header declare."""
    data = bytearray(raw_xlsx(" " * 1_500_000))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as container:
        info = container.getinfo("xl/worksheets/sheet1.xml")
    real = info.file_size.to_bytes(4, "little")
    place = data.find(real)
    while place >= 0:
        data[place : place + 4] = (1000).to_bytes(4, "little")
        place = data.find(real, place + 4)
    return bytes(data)


def overlapping_zip() -> bytes:
    """Return a workbook with twenty directory entries for the bytes of one sheet."""
    parts = xlsx_parts(sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'))
    file = io.BytesIO(zipped(parts))
    with zipfile.ZipFile(file, "a") as container:
        sheet = container.getinfo("xl/worksheets/sheet1.xml")
        for number in range(20):
            twin = zipfile.ZipInfo(f"xl/worksheets/twin{number:02}.xml")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(twin, name, getattr(sheet, name))
            container.filelist.append(twin)
            container.NameToInfo[twin.filename] = twin
        container._didModify = True  # type: ignore[attr-defined]
    return file.getvalue()


def gapped_zip() -> bytes:
    """Return a workbook with another file between its last part and its directory."""
    data = raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>')
    start = int.from_bytes(data[-6:-2], "little")
    hidden = b"<script>alert(1)</script>" * 20
    end = data[start:-6] + (start + len(hidden)).to_bytes(4, "little") + data[-2:]
    return data[:start] + hidden + end


def interleaved_zip() -> bytes:
    """Return a workbook with another file between two of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as container:
        for name, content in xlsx_parts(sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')).items():
            container.writestr(name, content)
            if name == "xl/workbook.xml":
                file.seek(container.start_dir)
                file.write(b"<script>alert(1)</script>" * 20)
                container.start_dir = file.tell()
    return file.getvalue()


def locked_member() -> bytes:
    """Return a workbook whose parts are marked as locked with a password."""
    data = bytearray(raw_xlsx(""))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def locked_xls() -> bytes:
    """Return an old workbook that says it is locked: its second record turned into FILEPASS."""
    data = xls([["Indikator"]])
    return data.replace(b"\xe1\x00\x02\x00", b"\x2f\x00\x02\x00", 1)


LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(8))
    + "]>"
)
EXTERNAL = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
QUADRATIC = f'<!DOCTYPE l [<!ENTITY a "{"a" * 30_000}">]>'


def with_doctype(doctype: str, use: str = "&a;", encoding: str = "UTF-8") -> bytes:
    """Return a workbook whose sheet begins with a document type and uses an entity."""
    sheet = sheet_xml(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{use}</t></is></c></row>')
    sheet = sheet.replace(HEAD, HEAD.replace("UTF-8", encoding) + doctype)
    return zipped(xlsx_parts(sheet) | {"xl/worksheets/sheet1.xml": sheet.encode(encoding)})
