"""A caller's card: what the stream and the call's own write put on it, and what the owner of a number sees of it."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from care import clients
from care.cases.opening import Opening, Party
from care.centre import Centre
from care.channels import CHAT, EMAIL, SMS, VOICE, Channel
from care.contacts.card import Card
from care.contacts.contact import Contact, Entry, EntryKind
from care.customer import Address
from care.words import CARE, Category, Kind, Language, Priority, Status
from tests.integration.stage import Stage, client, letter, sms
from tests.integration.test_recycled_numbers import Owners

CALLER = Address(channel=VOICE, value="+6281200000001")
NOW = datetime.now(UTC).replace(microsecond=0)


def card(address: Address = CALLER, centre: Centre | None = None) -> Card:
    return (centre or clients.centre()).card(address, NOW)


def calls(number: int, *, at: datetime = NOW, address: Address | None = CALLER, channel: Channel = VOICE) -> str:
    """A contact, stored."""
    contact_id = f"contact-{number}"
    customer = address.customer_id if address else None
    contact = Contact(contact_id=contact_id, channel=channel, customer_id=customer, started_at=at)
    clients.centre().store.commit(contact=contact)
    return contact_id


def complains(reference: str, contact_id: str, *, at: datetime = NOW, category: Category = Category.NETWORK) -> None:
    opening = Opening(
        reference=reference,
        party=Party(VOICE, contact_id, CALLER),
        kind=Kind.COMPLAINT,
        category=category,
        priority=Priority.NORMAL,
        language=Language.INDONESIAN,
        text="Sinyal hilang",
    )
    clients.centre().store.commit(drafts=[clients.centre().open(opening, at)])


def closes(reference: str) -> None:
    centre = clients.centre()
    draft = centre.edit(centre.store.cases.get(reference), NOW)
    draft.move(Status.RESOLVED, CARE)
    centre.store.commit(drafts=[draft])


def test_a_number_that_nobody_knows_has_an_empty_card_for_one_request(stage: Stage) -> None:
    stage.running = True
    assert card() == Card()
    stage.running = False
    assert stage.counted == {"dynamodb:GetItem": 1}


def test_the_last_three_contacts_and_the_open_case_stand_on_it(stage: Stage) -> None:
    for number in range(5):
        calls(number, at=NOW - timedelta(days=10 - number))
    complains("4172201935", calls(5, at=NOW - timedelta(days=1)), category=Category.BILLING)
    complains("9646464613", calls(6))
    stage.follow()
    assert card().open_cases == ("9646464613", "4172201935")
    assert [one.category for one in card().last] == [Category.NETWORK, Category.BILLING, None]
    assert [one.category for one in card().without("contact-6").last] == [Category.BILLING, None, None]
    closes("9646464613")
    stage.follow()
    assert card().open_cases == ("4172201935",)


def test_again_and_out_of_order_leaves_the_same_on_it(stage: Stage) -> None:
    for number in range(4):
        contact = calls(number, at=NOW - timedelta(days=number))
        complains(f"{4172201930 + number}", contact, at=NOW - timedelta(days=number))
    closes("4172201931")
    dice = random.Random(817)
    records = stage.changes()
    found = set()
    for _ in range(6):
        again = [*records, *dice.sample(records, 3)]
        dice.shuffle(again)
        for item in stage.items("CUSTOMER#"):
            client("dynamodb").delete_item(TableName="care", Key={"pk": item["pk"], "sk": item["sk"]})
        for start in range(0, len(again), 4):
            assert stage.invoke("fanout", {"Records": again[start : start + 4]}) == {"batchItemFailures": []}
        found.add(card().evolve(revision=0))
    assert len(found) == 1
    assert card().open_cases == ("4172201930", "4172201932", "4172201933")


def test_one_that_was_written_on_meanwhile_is_read_again(stage: Stage) -> None:
    calls(1, at=NOW - timedelta(days=1))
    first = stage.changes()
    calls(2)
    second = stage.changes()
    stage.before["UpdateItem"] = lambda: (stage.invoke("fanout", {"Records": second}), None)[1]
    stage.invoke("fanout", {"Records": first})
    assert len(card().contacts) == 2


def test_a_card_that_cannot_be_written_is_named_and_what_follows_is_queued(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    complains("4172201935", calls(1))
    records = stage.changes()
    monkeypatch.setattr("care.services.table.commit._TRIES", 1)
    stage.refusals["UpdateItem"] = "ConditionalCheckFailedException"
    answer = stage.invoke("fanout", {"Records": records})
    assert answer == {"batchItemFailures": [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]}
    assert stage.waiting("followup")


@pytest.mark.parametrize("channel", [EMAIL, CHAT])
def test_who_is_known_by_no_number_has_none(stage: Stage, channel: Channel) -> None:
    calls(1, channel=channel, address=Address(channel=channel, value="sari@pelanggan.example"))
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin")))
    stage.follow()
    assert stage.items("CUSTOMER#") == []


def test_a_number_that_is_keyed_in_later_gets_one_then(stage: Stage) -> None:
    calls(1, address=None)
    calls(1)
    stage.follow()
    assert len(card().contacts) == 1


def test_an_sms_and_a_call_of_one_number_stand_on_one_card(stage: Stage) -> None:
    calls(1, at=NOW - timedelta(days=1))
    stage.invoke("sms", sms("pulsa saya kesedot 20 ribu", sender=CALLER.value))
    stage.follow()
    assert {one.channel for one in card().last} == {VOICE, SMS}


def test_a_change_that_a_card_does_not_say_is_no_request(stage: Stage) -> None:
    complains("4172201935", calls(1))
    stage.follow()
    centre = clients.centre()
    draft = centre.edit(centre.store.cases.get("4172201935"), NOW)
    draft.set(summary="Sinyal hilang di kantor")
    draft.respond()
    centre.store.commit(drafts=[draft])
    stage.invoke("fanout", {"Records": stage.changes()})
    assert not [name for name in stage.counted if name.startswith("dynamodb")]


def test_the_language_is_that_of_the_last_choice_whatever_the_stream_writes(stage: Stage) -> None:
    contact = Contact(contact_id="contact-1", channel=VOICE, customer_id=CALLER.customer_id, started_at=NOW)
    for number, language in enumerate((Language.ENGLISH, Language.INDONESIAN, Language.ENGLISH)):
        entry = Entry(contact_id="contact-1", event_id=f"{number}", at=NOW, what=EntryKind.MESSAGE)
        clients.centre().store.commit(entry=entry, contact=contact, chose=language)
        stage.follow()
        assert card().language is language
    assert len(card().contacts) == 1


@pytest.mark.parametrize(
    ("owner_since", "down", "sees"),
    [
        (NOW.date() - timedelta(days=400), False, ("4172201930", "4172201935")),
        (NOW.date() - timedelta(days=30), False, ("4172201930",)),
        (None, False, ("4172201930",)),
        (NOW.date() - timedelta(days=400), True, ("4172201930",)),
    ],
)
def test_nothing_of_a_former_owner_is_shown(
    stage: Stage, owner_since: date | None, down: bool, sees: tuple[str, ...]
) -> None:
    old = NOW - timedelta(days=90)
    complains("4172201935", calls(1, at=old), at=old)
    entry = Entry(contact_id="contact-1", event_id="1", at=old, what=EntryKind.MESSAGE)
    former = Contact(contact_id="contact-1", channel=VOICE, customer_id=CALLER.customer_id, started_at=old)
    clients.centre().store.commit(entry=entry, contact=former, chose=Language.ENGLISH)
    complains("4172201930", calls(2))
    stage.follow()
    found = card(centre=replace(clients.centre(), system=Owners(owner_since, down)))
    assert found.open_cases == sees
    assert (found.language is None) == (len(sees) == 1)
    assert len(found.contacts) == len(sees)
