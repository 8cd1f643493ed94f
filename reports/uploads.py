"""What comes in by a form: a file beyond the limit is counted to its end, never kept."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from indicators.spreadsheets.guard import MAX_FILE
from reports.evidence import MAX_BYTES

# Evidence, or a workbook to import: whoever takes the file says what is too large for it.
LIMIT = max(MAX_BYTES, MAX_FILE)


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Put a file into a temporary one; past the limit its bytes go, and its size stays to be told.

    Whoever reads such a file finds it empty: half a spreadsheet is never taken for a whole one.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.is_over = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a chunk while the file is within the limit."""
        self.is_over = self.is_over or start + len(raw_data) > LIMIT
        if not self.is_over:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """Return the file with the size that was sent."""
        if self.is_over:
            self.file.seek(0)
            self.file.truncate()
        return super().file_complete(file_size)
