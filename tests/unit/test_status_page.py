"""The page of a case comes over a slow network: few bytes, and nothing from elsewhere."""

import gzip
import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"
INDEX = WEB / "status/index.html"
MOST_BYTES = 15_000


def loaded() -> list[Path]:
    """The page, and each file that it names or a script of it imports."""
    found, waiting = [], [INDEX]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.append(path)
        text = path.read_text(encoding="utf-8")
        named = re.findall(r'(?:href|src)="([^"]+\.(?:css|js))"', text) + re.findall(
            r'^import .* from "(.+)";', text, re.M
        )
        waiting += [WEB / one.lstrip("/") if one.startswith("/") else (path.parent / one).resolve() for one in named]
    return found


def test_all_of_it_is_small_as_it_is_sent() -> None:
    names = {path.name for path in loaded()}
    assert names == {"index.html", "status.css", "status.js", "words.js", "page.js", "theme.css"}
    assert sum(len(gzip.compress(path.read_bytes())) for path in loaded()) <= MOST_BYTES


def test_nothing_comes_from_elsewhere() -> None:
    for path in loaded():
        assert not re.findall(r"https?://|\burl\(", path.read_text(encoding="utf-8").replace("http: https:", "")), path


def test_every_script_is_asked_for_at_once_and_not_one_after_the_other() -> None:
    text = INDEX.read_text(encoding="utf-8")
    for path in loaded():
        if path.suffix == ".js":
            assert f'{path.name}"' in text, path
