"""What a caller hears: every prompt in both languages, spoken as its text now reads, and playable by a telephone."""

import json
import shutil
import struct
import subprocess
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from care.line.line import RefusalReason
from care.line.packages import barrier, packages
from care.reading import knowledge
from care.telling import pieces
from care.words import Language
from flows.prompts import make
from flows.prompts.make import BOTH, LANGUAGES, Prompt
from tests.unit.chatting import LINES

ROOT = Path(__file__).parents[2]
PROMPTS = ROOT / "flows/prompts"
READ = make.read()
BY_NAME = {one.name: one for one in READ}
TABLES = make.tables("texts")
WORDS = {"words_a_minute": 200, "slow_words_a_minute": 100, "said": {"OTP": "O T P", "chat": "cet"}}
VOICES = {"id": {"voice": "id", **WORDS}, "en": {"voice": "en-gb", **WORDS}}


class Sound(NamedTuple):
    """A WAV file: ``kind`` is 7 for µ-law; ``samples`` are its bytes."""

    kind: int
    channels: int
    rate: int
    samples: bytes

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def sound(file: Path) -> Sound:
    chunks = dict(_chunks(file.read_bytes()))
    kind, channels, rate = struct.unpack_from("<HHI", chunks[b"fmt "])
    return Sound(kind, channels, rate, chunks[b"data"])


def _chunks(wav: bytes) -> Iterator[tuple[bytes, bytes]]:
    assert wav[:4] == b"RIFF"
    assert wav[8:12] == b"WAVE"
    at = 12
    while at + 8 <= len(wav):
        name, size = struct.unpack_from("<4sI", wav, at)
        yield name, wav[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def loudness(sample: int) -> int:
    """0 to 32124, of a µ-law byte (ITU-T G.711)."""
    bits = ~sample & 0xFF
    return ((((bits & 0x0F) << 3) + 132) << (bits >> 4 & 7)) - 132


SOUNDS = {one.name: sound(PROMPTS / one.file) for one in READ if (PROMPTS / one.file).exists()}


def test_every_prompt_has_both_languages() -> None:
    names = {name: entry.keys() & {*LANGUAGES, BOTH} for name, entry in TABLES.items()}
    assert {name for name, has in names.items() if has not in ({"id", "en"}, {BOTH})} == set()
    assert len(READ) > 1000


def test_a_prompt_of_both_languages_speaks_them_one_after_the_other() -> None:
    welcome = BY_NAME["both/welcome"]
    assert [part.voice for part in welcome.parts] == ["id", "en-gb"]


def test_everything_is_spoken_as_it_now_reads() -> None:
    noted = json.loads((PROMPTS / "spoken.json").read_text(encoding="utf-8"))
    now = {one.name: make.mark(one) for one in READ}
    assert {name for name, mark in now.items() if noted.get(name) != mark} == set(), "run make prompts"
    assert noted.keys() == now.keys()


def test_nothing_lies_there_that_no_text_belongs_to() -> None:
    lie = {file.relative_to(PROMPTS).as_posix() for file in PROMPTS.glob("*/*/said.wav")}
    assert lie == {one.file for one in READ}


def test_all_are_sounds_that_connect_plays() -> None:
    kinds = {name: one[:3] for name, one in SOUNDS.items()}
    assert {name: kind for name, kind in kinds.items() if kind != (7, 1, 8000)} == {}
    assert max(one.seconds for one in SOUNDS.values()) < 300


def test_the_repository_stays_small() -> None:
    # 20 MB more than the 4 MB of the first flow's recordings, which these took the place of.
    assert sum(file.stat().st_size for file in PROMPTS.glob("*/*/said.wav")) <= 24_000_000


def test_none_is_silent_and_none_is_clipped() -> None:
    loudest = {name: max(map(loudness, set(one.samples))) for name, one in SOUNDS.items()}
    assert {name: peak for name, peak in loudest.items() if not 3000 < peak < 32000} == {}


def test_none_but_guides_and_answers_takes_long() -> None:
    long = {name for name, one in SOUNDS.items() if one.seconds > 20}
    assert {name for name in long if not name.partition("/")[2].startswith(("guide_", "answer_"))} == set()


def _ends(name: str) -> tuple[float, float]:
    """Seconds of silence before and after what is said."""
    one = SOUNDS[name]
    heard = [place for place, sample in enumerate(one.samples) if loudness(sample) > 300]
    return heard[0] / one.rate, (len(one.samples) - heard[-1]) / one.rate


@pytest.mark.parametrize("language", LANGUAGES)
def test_pieces_follow_closely_and_a_group_of_digits_ends_with_a_pause(language: str) -> None:
    joined = [f"{language}/{name}" for name in ("n_1", "n_62", "n_500", "thousand", "rupiah", "comma", "giga", "d_41")]
    assert max(sum(_ends(one)) for one in joined) < 0.2
    assert min(_ends(f"{language}/d_{digit}")[1] for digit in range(10)) > 0.5


def test_the_digits_of_a_number_are_read_slowly() -> None:
    for language in LANGUAGES:
        assert SOUNDS[f"{language}/d_57"].seconds > 0.6
        assert BY_NAME[f"{language}/d_57"].parts[0].words_a_minute < BY_NAME[f"{language}/menu"].parts[0].words_a_minute


def test_numbers_are_written_as_they_are_said() -> None:
    assert [one.name for one in READ if any(letter.isdigit() for letter in one.text)] == []


@pytest.mark.parametrize("language", Language)
def test_every_package_is_told_with_its_price_and_its_days(language: Language) -> None:
    def said(*names: str) -> str:
        return " ".join(TABLES[name][language] for name in names)

    for id, one in packages().items():
        text = TABLES[f"package_{id}"][language]
        days = {Language.INDONESIAN: "hari", Language.ENGLISH: "days" if one.validity_days > 1 else "day"}[language]
        assert said(*pieces.amount(one.price, language)) in text
        assert text.endswith(f" {said(*pieces.number(one.validity_days, language))} {days}.")
        assert said(*pieces.data(one.quota_mb, language)) in text
        assert text.startswith(one.name.split()[0])


def test_why_a_line_can_buy_nothing_is_told() -> None:
    today = date(2026, 11, 24)
    changed = ({"registered": False}, {"balance": 0}, {"active_until": date(2026, 11, 1)})
    reasons = {barrier(LINES["sari"].evolve(**one), today, packages()["harian-1-gb"]) for one in changed}
    assert reasons == {RefusalReason.NOT_REGISTERED, RefusalReason.NOT_ENOUGH_BALANCE, RefusalReason.NOT_ACTIVE}
    told = {name for name in TABLES if name.startswith("package_barrier_")}
    internal = {RefusalReason.CHARGE_VOIDED, RefusalReason.KEY_REUSED}
    assert told == {f"package_barrier_{reason}" for reason in set(RefusalReason) - internal}


def test_what_comes_from_an_article_names_one_there_is() -> None:
    named = {entry["article"] for entry in TABLES.values() if "article" in entry}
    assert named
    assert all(knowledge.is_there(one) for one in named)


def test_a_word_the_voice_stumbles_over_is_said_in_another_way() -> None:
    texts = {"ask": {"id": "Chat: kode OTP. Chatting.", "en": "An OTP."}}
    assert [one.parts[0].words for one in make.prompts(texts, VOICES)] == ["cet: kode O T P. Chatting.", "An O T P."]


@pytest.mark.parametrize(
    "other",
    [
        {"id": "Halo lagi.", "en": "Hello."},
        {"id": "Halo", "en": "Hello."},
        {"id": "Halo.", "en": "Hello.", "voice": "en"},
        {"id": "Halo.", "en": "Hello.", "slow": True},
    ],
)
def test_a_changed_prompt_has_another_mark(other: dict[str, object], tmp_path: Path) -> None:
    def mark(entry: dict[str, object]) -> str:
        prompt = next(iter(make.prompts({"hello": entry}, VOICES)))
        return make.mark(prompt, tmp_path)

    assert mark({"id": "Halo.", "en": "Hello."}) == mark({"id": "Halo.", "en": "Hi."})
    assert mark({"id": "Halo.", "en": "Hello."}) != mark(other)


def test_a_recording_makes_another_mark_each_time_it_changes(tmp_path: Path) -> None:
    prompt = BY_NAME["id/goodbye"]
    marks = [make.mark(prompt, tmp_path)]
    (tmp_path / "id").mkdir()
    for recorded in (b"one", b"two"):
        (tmp_path / "id/goodbye.wav").write_bytes(recorded)
        marks.append(make.mark(prompt, tmp_path))
    assert all(one != other for one, other in pairwise(marks))


@pytest.fixture
def _tools() -> None:
    if missing := [tool for tool in ("espeak-ng", "sox") if shutil.which(tool) is None]:
        pytest.skip(f"speaking prompts needs {' and '.join(missing)}")


@pytest.mark.usefixtures("_tools")
def test_a_recording_of_any_kind_takes_the_place_of_the_voice(tmp_path: Path) -> None:
    recorded = tmp_path / "recordings/id/goodbye.wav"
    recorded.parent.mkdir(parents=True)
    studio = ["-r", "44100", "-c", "2", "-b", "24", str(recorded), "pad", "0.5", "0.5"]
    subprocess.run(["sox", "-n", *studio[:-3], "synth", "2", "sine", "440", *studio[-3:]], check=True)
    make.speak(BY_NAME["id/goodbye"], tmp_path, tmp_path / "recordings")
    made = sound(tmp_path / "id/goodbye/said.wav")
    assert made[:3] == (7, 1, 8000)
    assert 2.0 < made.seconds < 2.4


@pytest.mark.usefixtures("_tools")
def test_a_voice_speaks_what_nobody_has_recorded(tmp_path: Path) -> None:
    made = []
    for text in ("Halo.", "Halo dan selamat datang di layanan kami."):
        part = make.Part("id", 175, text)
        make.speak(Prompt("id/hello", (part,), text), tmp_path, tmp_path / "recordings")
        made.append(sound(tmp_path / "id/hello/said.wav"))
    assert {one[:3] for one in made} == {(7, 1, 8000)}
    assert made[0].seconds < made[1].seconds
