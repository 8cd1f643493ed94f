"""Files on the disk of the server: written whole or not at all, readable by the portal alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """Write beside, flush to the disk, then rename: a file that has its name is complete."""

    def _save(self, name: str, content: File[Any]) -> str:
        """Store `content` under `name`, which nobody else uses; what is made belongs to the owner alone."""
        folder = Path(self.location)
        folder.mkdir(0o700, parents=True, exist_ok=True)
        for part in Path(name).parent.parts:
            folder /= part
            folder.mkdir(0o700, exist_ok=True)
        target = folder / Path(name).name
        # The same document may be stored by two at once; what a crash left beside it must not block a third.
        beside = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _flush(folder)
        return name


def _flush(folder: Path) -> None:
    """Bring the names in `folder` to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
