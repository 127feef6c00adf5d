"""Tells when files have changed, by looking: cheap enough for once a second, and the same on every file system."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path


def signature(folder: Path) -> str:
    """Changes when any file below the folder is written, added or removed; blocks."""
    digest = hashlib.blake2b(digest_size=16)
    for path, modified in sorted(_files(str(folder))):
        digest.update(f"{path}\0{modified}\0".encode())
    return digest.hexdigest()


def _files(folder: str) -> Iterator[tuple[str, int]]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        else:
            try:
                yield entry.path, entry.stat().st_mtime_ns
            except FileNotFoundError:
                continue
