"""Mails as many programs write and break them: the files in ``tests/mails/shapes``, and what must be read of each."""

import email.policy
import hashlib
import tomllib
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from care.doors.email.read import Mail, read

CARE = "care@care817.example"
SHAPES = Path(__file__).parents[1] / "mails/shapes"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((SHAPES / "expected.toml").read_text(encoding="utf-8"))


def test_every_mail_has_its_expectation() -> None:
    assert {path.stem for path in SHAPES.glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_mail_is_read_as_it_was_meant(name: str) -> None:
    mail = read((SHAPES / f"{name}.eml").read_bytes(), CARE)
    wanted = EXPECTED[name]
    assert {field: _read(mail, field) for field in wanted if field != "words"} == {
        field: value for field, value in wanted.items() if field != "words"
    }
    for words in wanted.get("words", ()):
        assert words in mail.full_text


def _read(mail: Mail, field: str) -> Any:
    match field:
        case "text":
            return mail.full_text
        case "references":
            return list(mail.references)
        case "files":
            return [[file.name, file.type, file.size] for file in mail.files]
    return getattr(mail, field)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=30)
CHARSETS = ("utf-8", "iso-8859-1", "windows-1252", "koi8-r", "iso-2022-jp", "gb18030", "big5")
ENCODINGS = ("base64", "quoted-printable", "8bit")


@given(
    st.lists(WORDS, min_size=1, max_size=6),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1),
    st.sampled_from(CHARSETS),
    st.sampled_from(ENCODINGS),
    st.lists(st.tuples(WORDS, st.binary(min_size=1, max_size=200)), max_size=3),
    st.booleans(),
)
def test_what_the_standard_library_writes_is_read_as_it_was_written(
    words: list[str], text: str, charset: str, encoding: str, files: list[tuple[str, bytes]], in_raw_utf_8: bool
) -> None:
    mail = EmailMessage(policy=email.policy.SMTPUTF8 if in_raw_utf_8 else email.policy.SMTP)
    mail["From"] = "Sari Dewi <sari@pelanggan.example>"
    mail["Subject"] = " ".join(words)
    mail["Message-ID"] = "<1@pelanggan.example>"
    text = text.encode(charset, "replace").decode(charset)
    # What is UTF-8 by chance is nothing that anybody writes.
    assume(charset == "utf-8" or text.isascii() or "\ufffd" in text.encode(charset).decode("utf-8", "replace"))
    mail.set_content(f"Isi: {text}\n", charset=charset, cte=encoding)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=f"a{name}.pdf")
    one = read(mail.as_bytes(), CARE)
    assert (one.author, one.author_name) == ("sari@pelanggan.example", "Sari Dewi")
    # The library loses blanks between encoded words, so that words alone are looked at.
    assert "".join(one.subject.split()) == "".join(words) or "=?" in "".join(words)
    # The tables of Windows have wide signs where Python's have others.
    assert normalize("NFKC", one.full_text).split() == normalize("NFKC", f"Isi: {text}").split()
    assert [file.content for file in one.files] == [content for _, content in files]


@given(st.sampled_from(sorted(EXPECTED)), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8)), max_size=8))
def test_whatever_happens_to_a_mail_on_its_way_it_is_read(name: str, changes: list[tuple[float, bytes]]) -> None:
    raw = (SHAPES / f"{name}.eml").read_bytes()
    for where, what in changes:
        place = int(where * len(raw))
        raw = raw[:place] + what + raw[place + len(what) // 2 :]
    mail = read(raw, CARE)
    for text in (mail.sender, mail.author_name, mail.subject, mail.full_text, mail.message_id, *mail.references):
        assert "\0" not in text
        text.encode()
    assert all(file.size == len(file.content) for file in mail.files)


def test_a_file_is_made_anew_each_time_it_is_asked_for() -> None:
    """A mail of many files holds none of them decoded."""
    mail = EmailMessage()
    mail.set_content("Terlampir")
    mail.add_attachment(bytes(100_000), maintype="image", subtype="png", filename="a.png")
    (file,) = read(mail.as_bytes(), CARE).files
    assert file.content == bytes(100_000)
    assert file.content is not file.content
    assert file.digest == hashlib.sha256(bytes(100_000)).hexdigest()
