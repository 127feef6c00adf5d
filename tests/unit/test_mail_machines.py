"""Mail of machines, ``tests/mails/machines``, by kind (a file's name begins with it), and of ``tests/mails/people``."""

import time
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.content import toml
from care.doors.email import machines
from care.doors.email.machines import Kind, Seen
from care.doors.email.read import read
from care.doors.email.returned import Returned, returned

CARE = "care@care817.example"
MAILS = Path(__file__).parents[1] / "mails"


def came_back(name: str) -> Returned:
    return read((MAILS / "machines" / f"{name}.eml").read_bytes(), CARE).returned


@pytest.mark.parametrize("file", sorted((MAILS / "machines").glob("*.eml")), ids=lambda file: file.stem)
def test_a_machines_mail_is_known_for_what_it_is(file: Path) -> None:
    found = read(file.read_bytes(), CARE).automatic
    assert found is not None
    assert found.kind == Kind(file.stem.partition("-")[0]), found
    assert found.why


@pytest.mark.parametrize("file", sorted((MAILS / "people").glob("*.eml")), ids=lambda file: file.stem)
def test_a_persons_mail_is_no_machines(file: Path) -> None:
    assert read(file.read_bytes(), CARE).automatic is None


def test_there_are_enough_of_both() -> None:
    assert len(list((MAILS / "machines").glob("*.eml"))) >= 450
    assert len(list((MAILS / "people").glob("*.eml"))) >= 230


def test_an_agent_reads_what_showed_it() -> None:
    why = {
        "reply-auto-submitted": "Auto-Submitted: auto-replied",
        "list-precedence-bulk": "Precedence: bulk",
        "bounce-report-postfix": "multipart/report of bounce",
        "bounce-exim-failed-recipients": "a field X-Failed-Recipients",
        "reply-subject-indonesian": "subject of an automatic answer",
        "bounce-text-qmail-other-subject": "text of a delivery failure",
        "reply-empty-return-path": "empty Return-Path",
        "notice-address-no-reply": "written by a no-reply address",
    }
    for name, said in why.items():
        found = read((MAILS / "machines" / f"{name}.eml").read_bytes(), CARE).automatic
        assert found is not None
        assert found.why == said


WROTE = {
    "addresses": ("sari@pelanggan.example",),
    "ids": ("<out-1@care817.example>", "<first@pelanggan.example>", "<signed.1234@care817.example>"),
    "reply_to": "care+1234567890.abc@care817.example",
}


@pytest.mark.parametrize(
    "name",
    [
        "bounce-report-postfix",
        "bounce-report-with-rfc822-headers",
        "bounce-report-two-recipients-one-delivered",
        "bounce-exim-failed-recipients",
        "bounce-text-exim",
        "bounce-text-qmail",
        "bounce-text-sendmail-v5",
        "bounce-text-imail",
        "bounce-text-mxlogic",
    ],
)
def test_a_failure_tells_whose_mail_came_back(name: str) -> None:
    assert came_back(name)._asdict() == WROTE


@pytest.mark.parametrize(
    "name",
    ["text-messaging-server", "text-gmail-old", "text-office365", "text-exchange-55", "text-postfix-fields-only"],
)
def test_the_text_alone_tells_the_address(name: str) -> None:
    assert came_back(f"bounce-{name}").addresses == ("sari@pelanggan.example",)


@pytest.mark.parametrize("name", ["report-delayed", "text-exim-warning", "text-sendmail-warning", "text-gmail-delay"])
def test_who_is_only_late_has_not_failed(name: str) -> None:
    assert came_back(f"bounce-{name}").addresses == ()


def test_whom_we_wrote_to_comes_before_where_it_was_sent_on_to() -> None:
    raw = (MAILS / "machines" / "bounce-report-postfix.eml").read_bytes()
    raw = raw.replace(b"Action:", b"Original-Recipient: rfc822; Sari@Lama.Example\nAction:")
    assert read(raw, CARE).returned.addresses == ("sari@lama.example", "sari@pelanggan.example")


def test_our_own_address_did_not_fail() -> None:
    raw = (MAILS / "machines" / "bounce-text-qmail.eml").read_bytes()
    raw = raw.replace(b"<sari@pelanggan.example>:", b"<care+1@care817.example>:\n<sari@pelanggan.example>:")
    assert read(raw, CARE).returned.addresses == ("sari@pelanggan.example",)


# Names and words that mean something, in any order and any mess.
NAMES = st.sampled_from(["From", *sorted({name for named in toml("machines")["fields"].values() for name in named})])
VALUES = st.one_of(
    st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])),
    st.binary().map(lambda raw: raw.decode("ascii", "surrogateescape")),
    st.sampled_from(["<>", "", "no", "auto-replied", "(", "MAILER-DAEMON <>", "multipart/report; report-type=", "=?"]),
)
TEXTS = st.lists(
    st.one_of(
        st.text(),
        st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")),
        st.sampled_from([one for each in toml("machines")["bounce"].values() for one in each]),
        st.sampled_from(["Final-Recipient: rfc822;", "Message-ID: <", "@", "a@b.example", "[", "Re:", "\n", "\0"]),
    )
).map("\n".join)


@given(st.lists(st.tuples(NAMES, VALUES)), TEXTS, TEXTS, TEXTS)
def test_no_header_and_no_text_raises(fields: list[tuple[str, str]], author: str, subject: str, text: str) -> None:
    head = Message()
    for name, value in fields:
        head.set_raw(name, value)
    found = machines.judge(Seen(head, [], author, author, subject, text, text, CARE))
    assert found is None or found.why.isprintable()
    assert isinstance(returned(head, [], subject, text, CARE), Returned)


@given(st.binary())
def test_no_report_raises(raw: bytes) -> None:
    for kind in (b"message/delivery-status", b"message/rfc822", b"text/calendar"):
        mail = read(b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: " + kind + b"\n\n" + raw, CARE)
        assert mail.automatic is not None


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "@",
        "a@",
        "a.",
        "> ",
        "\n",
        " ",
        "(",
        "[x]",
        "bounce-",
        "no-reply-",
        "To: a@b.example\n ",
        "550 ",
        "re",
        "<a@b>",
        "=\n",
    ],
)
def test_hostile_mail_takes_no_longer_than_its_size(piece: str) -> None:
    long = piece * (500_000 // len(piece))
    head = Message()
    for name in ("From", "Sender", "Return-Path", "Reply-To", "Auto-Submitted", "Content-Type", "X-Failed-Recipients"):
        head.set_raw(name, long.replace("\n", ""))
    start = time.process_time()
    machines.judge(Seen(head, [], long, long, long, long, long, CARE))
    returned(head, [], long, long, CARE)
    assert time.process_time() - start < 2
