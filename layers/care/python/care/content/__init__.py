"""What is told and decided, as files: messages, talk, articles, packages, policy; what triage and search learned."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def toml(name: str) -> dict[str, Any]:
    """The TOML file ``<name>.toml``, parsed. Raises ``FileNotFoundError``."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def names(folder: str) -> list[str]:
    """The names of a folder's TOML files, in order."""
    return sorted(file.stem for file in (FOLDER / folder).glob("*.toml"))
