"""A channel is one file: here is one that the centre does not have, and all there is to it.

What it is, how it sends and what a door of it says to the domain; nothing else knows its name, and its customers are
answered, followed up and asked like any other's.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from care import desk, sending
from care.cases.agent import TooLong
from care.cases.following import acknowledge, ask
from care.cases.opening import Party
from care.channels import EMAIL, SMS, Channel, Form
from care.clients import centre, queues, senders
from care.contacts.contact import Entry, EntryKind
from care.customer import Address
from care.doors import accepting
from care.doors.accepting import Accepted, once
from care.reading import triage
from care.services.queues import Notify
from care.services.senders.port import Sent
from care.services.table.commit import with_free_reference
from care.telling.outbox import Delivery, OutboxMessage
from care.words import Kind
from tests.integration.stage import Stage
from tests.unit.making import RINA

PIGEON = Channel(
    name="pigeon",
    scheme="loft",
    form=Form.CHAT,
    honorific="Saudara",
    longest_text=200,
    longest_sent=300,
    canonical=str.casefold,
    hint=lambda loft: f"{loft[:1]}…",
)
LOFT = "Menara Kota"


@dataclass
class PigeonSender:
    """Remembers what it carried."""

    carried: list[tuple[str, str]] = field(default_factory=list)

    def send(self, message: OutboxMessage, now: datetime) -> Sent:
        self.carried.append((message.address.value, message.text))
        return Sent(f"pigeon-{len(self.carried)}")


def arrives(note: str, event: str = "ring-1") -> Accepted:
    """The door: a note that a pigeon brings becomes a case."""
    now, party = datetime.now(UTC), Party(PIGEON, f"pigeon-{event}", Address(channel=PIGEON, value=LOFT))
    text = note[: PIGEON.longest_text]

    def write(new: str) -> Accepted:
        opened = centre().open(accepting.opening(new, party, text, triage.read(text)), now)
        entry = Entry(contact_id=party.contact_id, event_id=event, at=now, what=EntryKind.OPENED)
        return accepting.store(centre(), party, entry, now, opened)

    return once(lambda: with_free_reference(event, write))


def test_a_customer_of_an_invented_channel_is_answered_by_it(stage: Stage) -> None:
    accepted = arrives("internet saya lemot sejak kemarin, mohon dibantu")
    assert (accepted.began, accepted.opened, accepted.again) == (True, True, False)
    case = centre().store.cases.get(accepted.reference)
    assert (case.kind, case.channel, case.address) == (Kind.COMPLAINT, PIGEON, Address(channel=PIGEON, value=LOFT))

    now, carrier = datetime.now(UTC), PigeonSender()
    draft = centre().edit(case, now)
    acknowledge(draft)
    centre().store.commit(drafts=[draft])
    due = Notify(owner=draft.outbox[0].owner, key=draft.outbox[0].key)
    done = sending.send(centre(), {**senders(), PIGEON: carrier}, queues(), due, now)
    assert (done.what, done.sent) == ("message sent", PIGEON)
    ((loft, text),) = carrier.carried
    assert loft == LOFT
    assert case.reference[:3] in text
    assert "di sini" in text, "it is a line of a chat"
    sent = centre().store.outbox.get(due.owner, due.key)
    assert (sent.state, sent.provider_id, sent.address.channel) == (Delivery.SENT, "pigeon-1", PIGEON)


def test_what_an_agent_writes_is_as_long_as_the_channel_takes_with_all_that_stands_around_it(stage: Stage) -> None:
    case, now = centre().store.cases.get(arrives("internet saya lemot sejak kemarin").reference), datetime.now(UTC)
    room = desk.room(centre(), case, now)
    assert room["reply"] == PIGEON.longest_sent == 300, "a reply in a chat is the agent's words alone"
    assert room["resolve"] is not None
    assert room["resolve"] < room["reply"], "the question is asked with it"
    with pytest.raises(TooLong) as refused:
        desk.resolve(centre(), case.reference, RINA, "click-0001", "x" * (room["resolve"] + 1), now)
    assert (refused.value.length, refused.value.longest) == (room["resolve"] + 1, room["resolve"])
    assert centre().store.cases.get(case.reference) == case
    desk.resolve(centre(), case.reference, RINA, "click-0001", "x" * room["resolve"], now)
    draft = centre().edit(centre().store.cases.get(case.reference), now)
    ask(draft, None)
    assert len(draft.outbox[0].text) == PIGEON.longest_sent


def test_the_same_event_again_is_the_same_case(stage: Stage) -> None:
    first, second = arrives("sinyal hilang terus"), arrives("sinyal hilang terus")
    assert (second.again, second.began) == (True, False)
    assert len(centre().store.cases.of_customer(Address(channel=PIGEON, value=LOFT.upper()).customer_id)) == 1
    assert first.entry == second.entry


def test_a_channel_that_nobody_sends_for_is_a_fault_and_no_other_channels(stage: Stage) -> None:
    accepted = arrives("mohon info paket", "ring-2")
    due = Notify(owner=centre().store.cases.file(accepted.reference).messages[0].owner, key="received-1")
    with pytest.raises(KeyError):
        sending.send(centre(), senders(), queues(), due, datetime.now(UTC))
    assert stage.sent == []


def test_what_a_channel_is_stands_in_its_traits() -> None:
    assert Address(channel=PIGEON, value=LOFT).identity == "loft:menara kota"
    assert Address(channel=PIGEON, value=LOFT).hint == "M…"
    assert Address(channel=EMAIL, value="sari@pelanggan.example").hint == "s…@pelanggan.example"
    assert Address(channel=SMS, value="+6281700000001").hint == "…0001"
    assert not PIGEON.by_number
    assert Address.model_validate({"channel": "pigeon", "value": LOFT}).channel is PIGEON


def test_a_channel_has_one_name_and_is_known_once() -> None:
    with pytest.raises(ValueError, match="pigeon"):
        Channel(name="pigeon", scheme="loft", form=Form.CHAT, honorific="", longest_text=None, longest_sent=None)
    with pytest.raises(ValueError, match="no such channel"):
        Address.model_validate({"channel": "owl", "value": "x"})
