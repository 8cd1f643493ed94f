"""Text in spreadsheets that a program would run: written so that it does nothing, read back as it was.

Excel and LibreOffice take a cell for a formula by its first sign, in a .csv even behind blanks, and a cell
of an .xlsx as soon as somebody edits it or saves it as .csv. An apostrophe in front makes it plain text.
"""

import re

# Also a full-width sign, which East Asian editions take for the plain one; and text that has such an
# apostrophe of its own, so that taking one away gives back what was written.
_RISKY = re.compile(r"'*(?:\s*[=+\-−@＝＋－＠]|[\t\r\n\0])")


def harmless(text: str) -> str:
    """Return `text` as a cell may hold it: with an apostrophe in front where a program would run it."""
    return f"'{text}" if _RISKY.match(text) else text


def meant(text: str) -> str:
    """Return what a cell written by `harmless` says; other text stays as it is."""
    return text[1:] if text.startswith("'") and _RISKY.match(text[1:]) else text
