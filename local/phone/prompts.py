"""The recordings a flow plays, and what a caller has heard of them and of speech."""

import html
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from local.phone.paths import FlowError

TAG = re.compile(r"<[^<>]*>")
LANGUAGE = re.compile(r"[a-z]{2}|both")


@dataclass(frozen=True)
class Prompts:
    """The recordings a flow may play, with their texts: `<language>/<name>/said.wav`, or `<language>/<name>.wav`."""

    folder: Path
    texts: Mapping[str, str]
    """By the prompts' names, "<language>/<name>"."""

    @classmethod
    def read(cls, folder: Path) -> "Prompts":
        """The texts of texts.toml: a table a prompt, a key a language. Raises FlowError when it cannot be read."""
        try:
            texts = _by_language(tomllib.loads((folder / "texts.toml").read_text(encoding="utf-8")))
        except (OSError, ValueError) as problem:
            raise FlowError(f"The texts of the prompts in {folder} cannot be read: {problem}.") from problem
        return cls(folder, texts)

    def has(self, prompt: str) -> bool:
        return self.audio(prompt) is not None

    def audio(self, prompt: str) -> str | None:
        """The recording's path in the folder; None when it, or its text, is not there."""
        if prompt not in self.texts:
            return None
        files = (f"{prompt}/said.wav", f"{prompt}.wav")
        return next((file for file in files if (self.folder / file).is_file()), None)


class AnyPrompts(Prompts):
    """Every recording can be fetched; its text is its name."""

    def __init__(self) -> None:
        super().__init__(Path(), {})

    def audio(self, prompt: str) -> str | None:
        return prompt


@dataclass(frozen=True)
class Heard:
    """One thing played to the caller; text to speech has neither prompt nor audio."""

    prompt: str | None
    text: str
    block: str
    audio: str | None = None
    """The recording's path among the prompts."""
    takes_keys: bool = False
    """A key that is pressed while it plays counts."""
    stops_at_key: bool = False
    """Such a key ends it."""

    def shown(self) -> dict[str, str | bool | None]:
        return {
            "prompt": self.prompt,
            "text": self.text,
            "audio": f"/prompts/{self.audio}" if self.audio else None,
            "block": self.block,
            "takes_keys": self.takes_keys,
            "stops_at_key": self.stops_at_key,
        }


@dataclass
class Hearing:
    """What is played. A stretch is what plays between two pauses of a call: keys fall into it."""

    _earlier: list[Heard] = field(default_factory=list)
    _stretch: list[Heard] = field(default_factory=list)
    _taken: int = 0
    """How much of the stretch was taken already."""

    def add(self, *heard: Heard) -> None:
        self._stretch += heard

    def begin(self) -> None:
        """A new stretch."""
        self._earlier += self._stretch[self._taken :]
        self._stretch, self._taken = [], 0

    def take(self) -> list[Heard]:
        """What was played since the last time this was asked."""
        new = self._earlier + self._stretch[self._taken :]
        self._earlier, self._taken = [], len(self._stretch)
        return new

    def lose_keys(self) -> None:
        """Nothing that is pressed in the stretch so far counts."""
        self._stretch = [replace(one, takes_keys=False, stops_at_key=False) for one in self._stretch]

    def last_of(self, block: str) -> Heard | None:
        """What the block played last in this stretch."""
        return next((one for one in reversed(self._stretch) if one.block == block), None)

    def cut(self, block: str) -> None:
        """A key that counts is pressed while the block plays: what would have stopped or been skipped is not heard."""
        place = max(place for place, one in enumerate(self._stretch) if one.block == block)
        kept = max(place + 1, self._taken)
        self._stretch[kept:] = [one for one in self._stretch[kept:] if not one.stops_at_key]


def plain(ssml: str) -> str:
    """What is heard of SSML: its text, without tags."""
    return " ".join(html.unescape(TAG.sub(" ", ssml)).split())


def _by_language(tables: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{language}/{name}": text
        for name, table in tables.items()
        if isinstance(table, dict)
        for language, text in table.items()
        if LANGUAGE.fullmatch(language) and isinstance(text, str)
    }
