"""The mails that `python -m bench mails` sends: each is read as what it says it is."""

from collections import Counter

import pytest

from bench import letters
from bench.letters import Acknowledgement, Conversation, Way
from care.doors.email.read import read
from care.reading import triage
from care.words import Kind
from tests.unit.making import REFERENCE

CARE = "care@care817.example"
OURS = Acknowledgement("<ours@x.amazonses.com>", f"Re: Halo [#{REFERENCE}]", "<first@x>")


@pytest.fixture(scope="module")
def all_() -> list[Conversation]:
    return letters.conversations(CARE)


def test_there_are_as_many_of_each_as_is_said(all_: list[Conversation]) -> None:
    assert len(all_) == len({one.address for one in all_}) == letters.CONVERSATIONS
    assert sum(one.is_complaint for one in all_) == letters.CONVERSATIONS / 2
    assert sum(len(one.first.files) for one in all_) == letters.FILES
    assert Counter(one.way for one in all_ if one.way) == dict(letters.WAYS)
    assert sum(one.way is not None for one in all_) == letters.REPLIES
    assert sum(one.answered_by_machine is not None for one in all_) == letters.AUTOMATIC
    assert sum(one.bounces for one in all_) == letters.BOUNCES
    assert len(list(letters.firsts(all_))) == letters.CONVERSATIONS + letters.REDELIVERIES
    assert letters.conversations(CARE) == all_


def test_a_first_mail_is_read_word_by_word(all_: list[Conversation]) -> None:
    for one in all_:
        mail, first = read(one.first.raw, CARE), one.first
        assert (mail.sender, mail.sender_name, mail.subject) == (one.address, one.name, first.subject)
        assert (mail.message_id, mail.is_automatic) == (first.message_id, False)
        assert mail.full_text.split() == first.text.split()
        assert [(file.name, file.type, file.content) for file in mail.files] == [
            (file.name, file.type, file.content) for file in first.files
        ]


def test_complaints_are_complaints_and_the_others_are_not(all_: list[Conversation]) -> None:
    for one in all_:
        seen = triage.read(f"{one.first.subject}\n{one.first.text}")
        assert (seen.kind is Kind.COMPLAINT) == one.is_complaint, one.first.text
        assert not seen.danger


def test_every_shape_is_there(all_: list[Conversation]) -> None:
    raw = [one.first.raw for one in all_]
    for shape in letters.SHAPES:
        if shape.form is not letters.Form.BARE:
            assert any(f'charset="{shape.charset}"'.encode() in one for one in raw), shape
    assert any(b"Content-Type" not in one for one in raw)
    assert any(b"Subject: =?utf-8?b?" in one for one in raw)
    assert any(b"Subject: =?iso-8859-1?q?" in one for one in raw)


def test_a_reply_names_its_conversation_in_its_way_alone(all_: list[Conversation]) -> None:
    named = {
        Way.SUBJECT: ((REFERENCE,), ()),
        Way.THREAD: ((), ("<first@x>", OURS.message_id)),
        Way.OURS: ((), (OURS.message_id,)),
    }
    for one in all_:
        if one.way is None:
            continue
        letter = letters.reply(one, CARE, OURS)
        mail = read(letter.raw, CARE)
        if one.way is Way.OWN:
            assert (mail.case_references, mail.references) == ((), (one.first.message_id,))
        else:
            assert (mail.case_references, mail.references) == named[one.way]
        assert mail.text.split() == letter.text.split()
        assert mail.author == one.address
        assert not mail.is_automatic


def test_what_machines_say_is_automatic(all_: list[Conversation]) -> None:
    for one in all_:
        if one.answered_by_machine is not None:
            assert read(letters.automatic(one, CARE, OURS).raw, CARE).is_automatic
        if one.bounces:
            assert read(letters.bounce(one, CARE, OURS).raw, CARE).is_automatic
