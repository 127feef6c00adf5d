"""A chat of a thousand turns: opened at its newest, read to its beginning and caught up on, a request a page."""

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from care.channels import CHAT
from care.clients import centre
from care.contacts.contact import Contact, Entry, EntryKind, Message
from care.doors.chat import contact_id
from care.services.table.commit import Commit
from care.services.table.items import Table
from care.words import AGENT, CARE, CUSTOMER
from tests.integration.stage import Stage, client, frame, sample

TURNS = 1_000
FRAME = 32 * 1024
SESSION = "s" * 32
PIECES = ("internet lemot ", "😡😡 ", '"katanya" ', "\\\\ ", "<b>&amp; ", "ꦲꦤꦕ ", "\n", "\x01")


@pytest.fixture
def said(stage: Stage) -> list[tuple[int, str]]:
    """What was said in the chat, by number: most is short, every twentieth turn is long, every hundredth an agent's."""
    dice, now, mine = random.Random(817), datetime.now(UTC), contact_id(SESSION)
    commit = Commit(Table(client("dynamodb"), "care"), centre().policy.retention_days)
    messages: list[Message] = []
    for turn in range(TURNS):
        longest = {AGENT: 10_000, CUSTOMER: 60 if turn % 20 else 4_000, CARE: 600}
        new: list[Message] = []
        for sender in (AGENT,) if turn % 100 == 0 else (CUSTOMER, CARE):
            text = (dice.choice(PIECES) * longest[sender])[: dice.randint(1, longest[sender])]
            new.append(Message(seq=len(messages) + len(new) + 1, sender=sender, text=text, at=now))
        messages += new
        commit.entry(
            Entry(contact_id=mine, event_id=f"turn-{turn}", at=now, what=EntryKind.MESSAGE, messages=tuple(new))
        )
    commit.contact(Contact(contact_id=mine, channel=CHAT, started_at=now, length=len(messages)), length=0)
    _write(commit)
    return [(one.seq, one.text) for one in messages]


def _write(commit: Commit) -> None:
    """Write by write: a thousand turns are no transaction, and moto copies the table for each."""
    verbs = {"Put": client("dynamodb").put_item, "Update": client("dynamodb").update_item}
    write: Any
    for write in commit.writes:
        ((verb, request),) = write.items()
        verbs[verb](**{name: value for name, value in request.items() if name != "ReturnValuesOnConditionCheckFailure"})


def page(stage: Stage, **wanted: Any) -> dict[str, Any]:
    event = sample("websocket_resume")
    event["body"] = json.dumps({"action": "resume", "session": SESSION, **wanted})
    body = stage.invoke("chat", event)["body"]
    assert stage.counted == {"dynamodb:Query": 1}
    found: dict[str, Any] = json.loads(body)
    assert len(body.encode()) <= FRAME or len(found["messages"]) == 1
    assert {name: found[name] for name in ("after", "before")} == {"after": None, "before": None, **wanted}
    return found


def lines(found: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["seq"], one["text"]) for one in found["messages"]]


def test_it_is_all_there_from_the_newest_back_and_from_the_first_on(stage: Stage, said: list[tuple[int, str]]) -> None:
    found = page(stage)
    back = lines(found)
    while found["more"]:
        found = page(stage, before=back[0][0])
        back = [*lines(found), *back]
    assert back == said

    found = page(stage, after=0)
    on = lines(found)
    while found["more"]:
        found = page(stage, after=on[-1][0])
        on += lines(found)
    assert on == said


def test_what_is_said_while_a_browser_catches_up_comes_in_its_place(stage: Stage, said: list[tuple[int, str]]) -> None:
    has = said[-60][0]
    first = page(stage, after=has)
    assert first["more"]
    answered = json.loads(stage.invoke("chat", frame("sinyal hilang terus", session=SESSION))["body"])
    on = lines(first)
    while len(on) < len(said) - has + len(answered["messages"]):
        on += lines(page(stage, after=on[-1][0]))
    assert on == [*said[has:], *lines(answered)]
    assert page(stage, after=on[-1][0])["messages"] == []
    assert page(stage)["reference"] == answered["reference"] is not None
    assert page(stage, before=on[0][0])["reference"] is None, "the case was not there yet"
