"""What is new in an answer: a reply a case in `tests/mails/replies/`, and what must hold for any text."""

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.doors.email.new_text import new_part
from tests.unit.making import ANY_TEXT

REPLIES = sorted((Path(__file__).parents[1] / "mails" / "replies").glob("*.toml"))
MARKS = (
    "On Mon, Nov 30, 2026 at 10:15 AM XL Care <care@care817.example> wrote:",
    "Pada Sen, 30 Nov 2026 10.15 XL Care <care@care817.example>",
    "menulis:",
    "Sari Lestari wrote:",
    "> quoted",
    ">> quoted twice",
    "| barred",
    "From: XL Care <care@care817.example>",
    "Dikirim: Senin, 30 November 2026 10:15",
    "Kepada: Sari",
    "Subject: Re: Pulsa",
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "________________________________",
    "--- Reply above this line ---",
    "-- ",
    "--",
    "Sent from my iPhone",
    "Get Outlook for iOS",
    "Salam,",
    "Terima kasih,",
    "Budi Santoso",
    "-Budi",
    "0817 1234 5678",
    "[image: logo.png]",
    "-----BEGIN PGP SIGNED MESSAGE-----",
    "-----BEGIN PGP SIGNATURE-----",
    "-----END PGP SIGNATURE-----",
    "pulsa saya hilang",
    "Ini email yang saya terima:",
    "sudah On Mon, Nov 30, 2026 at 10:15 AM X <x@care817.example> wrote:",
    "",
    "",
)
PHONES = tomllib.loads((Path(__file__).parents[1] / "mails" / "replies" / "phones.toml").read_text(encoding="utf-8"))
BELOW_IT = ("", "-----Original Message-----\nFrom: XL <x@care817.example>\nTo: Sari\nSubject: Re: Pulsa\n\nYth. Sari")
MAIL = st.lists(st.sampled_from(MARKS), max_size=30).map("\n".join)
SUBJECT = st.sampled_from(("", "Pulsa hilang", "Re: Pulsa", "Fwd: Pulsa"))


def replies() -> list[Any]:
    return [
        pytest.param(one, id=f"{file.stem}: {one['name']}")
        for file in REPLIES
        for one in tomllib.loads(file.read_text(encoding="utf-8")).get("reply", ())
    ]


def in_order(few: list[str], many: list[str]) -> bool:
    rest = iter(many)
    return all(word in rest for word in few)


@pytest.mark.parametrize("reply", replies())
def test_what_is_new(reply: dict[str, str]) -> None:
    found = new_part(reply["text"], reply.get("subject", ""))
    assert found.split() == reply.get("new", reply["text"]).split()


@pytest.mark.parametrize("line", PHONES["added"])
@pytest.mark.parametrize("below", BELOW_IT)
def test_what_a_program_added_goes(line: str, below: str) -> None:
    assert new_part(f"Belum bisa.\n\n{line}\n{below}") == "Belum bisa."


@pytest.mark.parametrize("line", PHONES["said"])
def test_what_only_looks_added_stays(line: str) -> None:
    assert new_part(f"Belum bisa.\n\n{line}") == f"Belum bisa.\n\n{line}"


@given(MAIL | ANY_TEXT, SUBJECT)
def test_words_are_left_out_and_nothing_else(text: str, subject: str) -> None:
    found = new_part(text, subject)
    assert in_order(found.split(), text.split())
    assert bool(found.strip()) == bool(text.strip())


@given(st.text(alphabet="abc dfg\n", max_size=200).map(str.strip))
def test_a_text_without_a_mark_comes_back_as_it_is(text: str) -> None:
    assert new_part(text) == text


@pytest.mark.parametrize(
    "line", [*MARKS, "> " * 500, "On 1 " * 90 + ":", "a: b", "<" * 900, "1 " * 450 + "@", ":", "- " * 40]
)
@pytest.mark.parametrize("between", ["\n", "\n\n", "\n \n> \n", " "])
def test_no_text_is_slow(line: str, between: str) -> None:
    text = (line + between) * (20_000 // (len(line) + len(between)))
    began = time.process_time()
    new_part(text)
    assert time.process_time() - began < 2
