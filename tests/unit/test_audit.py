"""A known weakness fails `make scan`; that nobody can be asked does not, and is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from operations.audit import PINNED, ROOT, audit

SOUND = {"name": "one", "version": "1.0", "vulns": []}
WEAK = {"name": "two", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "three", "skip_reason": "Dependency not found"}


def told(*dependencies: dict[str, Any]) -> Any:
    def ask(_: str, answer: Path) -> str:
        answer.write_text(json.dumps({"dependencies": dependencies}), encoding="utf-8")
        return ""

    return ask


def test_a_weakness_fails_and_is_named_with_what_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(["x.txt"], told(SOUND, WEAK)) == 1
    assert "two 2.0: PYSEC-1, mended in 2.1" in capsys.readouterr().out


def test_what_the_service_does_not_know_is_counted_and_no_weakness(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(["x.txt"], told(SOUND, UNKNOWN)) == 0
    assert "of 2 packages 1 are known there, 0 weaknesses" in capsys.readouterr().out


def test_offline_it_is_said_and_nothing_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(["x.txt"], lambda name, answer: "ConnectionError: no route") == 0
    assert "x.txt not looked at, since nobody could be asked: ConnectionError" in capsys.readouterr().out


def test_what_is_looked_at_is_pinned_with_hashes() -> None:
    for name in PINNED:
        assert "--hash=sha256:" in (ROOT / name).read_text(encoding="utf-8")
