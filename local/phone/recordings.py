"""The recordings a flow plays, by the addresses it plays them from: what is named there must be recorded and written.

An address is `${PromptsUrl}/<language>/<name>/said.wav`; `$['Attributes']['language']` may stand for the language.
A name that is known only in the call, `$['External']['say_1']`, may be any, and is not checked here.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.phone.graph import Block, blocks
from local.phone.paths import FlowError
from local.phone.prompts import Prompts
from local.phone.values import SOME_PATH, WHOLE_PATH, named, steps

LANGUAGES = ("id", "en")
RECORDING = re.compile(r"\$\{[A-Za-z0-9]+\}/(.+)\.wav")
FILE = "/said"


def prompts_of(action: Any) -> Iterator[str]:
    """Names of the recordings a block may play, "id/menu": one in each language."""
    if not isinstance(action, Mapping):
        return
    media = Block(0, action).parameters.get("Media")
    uri = media.get("Uri") if isinstance(media, Mapping) else None
    if not isinstance(uri, str) or not (written := RECORDING.fullmatch(uri)):
        return
    name = written[1].removesuffix(FILE)
    for spoken in dict.fromkeys(_in_language(name, language) for language in LANGUAGES):
        if not SOME_PATH.search(spoken):
            yield spoken


def prompt_problems(flow: Any, folder: Path) -> list[str]:
    """Recordings and texts that the flow plays and the folder lacks."""
    try:
        texts = set(Prompts.read(folder).texts)
    except FlowError as problem:
        return [str(problem)]
    recorded = _recorded(folder)
    played = {prompt for block in blocks(flow) for prompt in prompts_of(block.body)}
    return [
        *(f"{named(prompt)}: no recording." for prompt in sorted(played - recorded)),
        *(f"{named(prompt)}: no text." for prompt in sorted(played - texts)),
    ]


def folder_problems(folder: Path) -> list[str]:
    """Texts that nobody recorded, and recordings without a text."""
    try:
        texts = set(Prompts.read(folder).texts)
    except FlowError as problem:
        return [str(problem)]
    recorded = _recorded(folder)
    return [
        *(f"{named(prompt)}: no recording." for prompt in sorted(texts - recorded)),
        *(f"{named(prompt)}: no text." for prompt in sorted(recorded - texts)),
    ]


def _in_language(name: str, language: str) -> str:
    return WHOLE_PATH.sub(lambda path: language if steps(path[0])[-1] == "language" else path[0], name)


def _recorded(folder: Path) -> set[str]:
    found = (path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.wav"))
    return {name.removesuffix(FILE) for name in found}
