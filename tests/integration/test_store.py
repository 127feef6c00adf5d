"""The store gives back what it was given, and DynamoDB's own rules are kept."""

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from care import reference as references
from care.cases import agent as agents
from care.cases import following
from care.cases.case import Case
from care.cases.files import Attachment
from care.cases.timeline import TimelineEntry, What
from care.channels import CHANNELS, CHAT, EMAIL, VOICE
from care.clients import centre
from care.contacts.contact import Contact, Entry, EntryKind, Message
from care.line import proof
from care.services.table.attributes import from_item, to_item
from care.services.table.commit import AlreadyAccepted, Conflict, ReferenceTaken
from care.services.table.items import NotFound
from care.services.table.store import Store
from care.services.table.waits import Wait
from care.telling.outbox import Button, OutboxMessage, Owner
from care.value import Value
from care.words import CaseList, Danger, Kind, Language, Status
from tests.integration.stage import Stage, call_step, sms
from tests.unit.making import ADDRESSES, BUDI, NOW, REFERENCE, RINA, edit, opened

STORABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
BUTTONS = st.lists(st.builds(Button, label=STORABLE, text=STORABLE), max_size=3).map(tuple)
SAID = st.builds(
    Message,
    seq=st.integers(1, 10**6),
    sender=STORABLE,
    text=STORABLE,
    at=st.just(NOW),
    buttons=BUTTONS,
    client_id=STORABLE,
)
ENTRIES = st.builds(
    Entry,
    contact_id=STORABLE,
    event_id=STORABLE,
    at=st.just(NOW),
    what=st.sampled_from(EntryKind),
    answer=st.dictionaries(STORABLE, STORABLE, max_size=5),
    messages=st.lists(SAID, max_size=3).map(tuple),
)
FILES = st.builds(
    Attachment,
    number=st.integers(1, 99),
    name=STORABLE,
    type=STORABLE,
    size=st.integers(0),
    key=STORABLE,
    danger=st.one_of(st.none(), st.sampled_from(Danger)),
)
TIMELINE = st.builds(
    TimelineEntry,
    number=st.integers(1, 999_999),
    at=st.just(NOW),
    what=st.sampled_from(What),
    by=STORABLE,
    status=st.sampled_from(Status),
    channel=st.one_of(st.none(), st.sampled_from(CHANNELS)),
    text=STORABLE,
    attachments=st.lists(FILES, max_size=2).map(tuple),
)


@given(st.one_of(ENTRIES, TIMELINE))
def test_a_value_comes_back_as_it_went(value: Entry | TimelineEntry) -> None:
    item = to_item(value.model_dump(mode="json", exclude_none=True))
    assert type(value).model_validate(from_item(item)) == value


@pytest.mark.parametrize("kept", [Case, Contact, Entry, Message, OutboxMessage, TimelineEntry, Wait])
def test_what_may_be_missing_of_an_item_may_be_missing_of_its_value(kept: type[Value]) -> None:
    """``None`` is not stored."""
    for name, field in kept.model_fields.items():
        if type(None) in get_args(field.annotation):
            assert field.default is None, name


@pytest.fixture
def store(stage: Stage) -> Store:
    return centre().store


@given(text=STORABLE)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_case_and_all_that_belongs_to_it_come_back_in_one_file(store: Store, text: str) -> None:
    reference = references.derive(text.encode("utf-8", "replace").hex())
    draft = opened(Kind.INFORMATION)
    draft.set(reference=reference, resolution=text)
    draft.outbox = [message.evolve(owner=Owner(case=reference), text=text) for message in draft.outbox]
    try:
        store.commit(drafts=[draft])
    except ReferenceTaken:
        return
    file = store.cases.file(reference)
    assert (file.case, file.timeline, file.messages) == (draft.case, draft.entries, draft.outbox)


@pytest.mark.parametrize("kind", Kind)
def test_a_case_of_nobody_reachable_comes_back(store: Store, kind: Kind) -> None:
    draft = opened(kind, reachable=False)
    store.commit(drafts=[draft])
    assert store.cases.get(REFERENCE) == draft.case
    assert [one.reference for one in store.cases.listed(CaseList.OPEN, [draft.case.team]).cases] == [REFERENCE]


def test_a_contact_that_was_read_loses_what_it_no_longer_has(store: Store) -> None:
    begun, _ = proof.begin("+6281700000001", NOW)
    contact = Contact(contact_id="c", channel=CHAT, customer_id=None, started_at=NOW, proof=begun, reference="1")
    store.commit(contact=contact, contact_length=0)
    assert store.contacts.get("c") == contact
    store.commit(contact=contact.evolve(proof=None, length=2), contact_length=0)
    assert store.contacts.get("c") == contact.evolve(proof=None, length=2)


def test_a_contact_that_was_not_read_keeps_what_is_not_said(store: Store) -> None:
    first = Contact(contact_id="c", channel=VOICE, customer_id="x", started_at=NOW, reference="1")
    store.commit(contact=first)
    store.commit(contact=first.evolve(reference=None, language=Language.ENGLISH))
    assert store.contacts.get("c") == first.evolve(language=Language.ENGLISH)


def test_an_event_is_accepted_once_and_its_entry_given_back(store: Store) -> None:
    entry = Entry(contact_id="c", event_id="e", at=NOW, what=EntryKind.MESSAGE, answer={"reference": "1"})
    contact = Contact(contact_id="c", channel=CHAT, customer_id=None, started_at=NOW)
    store.commit(entry=entry, contact=contact)
    with pytest.raises(AlreadyAccepted) as known:
        store.commit(entry=entry.evolve(what=EntryKind.TROUBLE), contact=contact, drafts=[opened()])
    assert known.value.entry == entry
    with pytest.raises(NotFound):
        store.cases.get(REFERENCE)


def test_a_change_is_stored_on_the_case_it_was_made_from_alone(store: Store) -> None:
    store.commit(drafts=[opened()])
    one, other = edit(store.cases.get(REFERENCE)), edit(store.cases.get(REFERENCE))
    agents.take(one, RINA)
    agents.take(other, BUDI)
    store.commit(drafts=[one])
    with pytest.raises(Conflict):
        store.commit(drafts=[other])
    assert store.cases.get(REFERENCE).owner == "Rina"
    with pytest.raises(ReferenceTaken):
        store.commit(drafts=[opened()])


def test_a_case_stands_in_its_teams_list_until_it_is_closed(store: Store) -> None:
    store.commit(drafts=[opened()])
    draft = edit(store.cases.get(REFERENCE))
    assert [one.reference for one in store.cases.unfinished()] == [REFERENCE]
    agents.resolve(draft, RINA, "Sudah.")
    following.settle(draft)
    store.commit(drafts=[draft])
    assert list(store.cases.unfinished()) == []
    assert store.cases.of_customer(ADDRESSES[EMAIL].customer_id) == [draft.case]


def test_a_field_of_a_newer_version_is_let_be() -> None:
    values: dict[str, Any] = opened().case.model_dump(mode="json")
    assert Case.model_validate({**values, "mood": "fine"}) == opened().case


def test_expressions_use_no_reserved_word_unaliased(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """moto checks update expressions only; DynamoDB all of them."""
    reserved = {word.upper() for word in ReservedKeywords.get_reserved_keywords()}
    functions = {"ADD", "AND", "IN", "OR", "NOT", "SET", "BETWEEN"}
    seen: list[str] = []
    on_call = stage.on_call

    def call(caller: Any, operation: str, params: dict[str, Any]) -> Any:
        if stage.running:
            seen.extend(_expressions(params))
        return on_call(caller, operation, params)

    monkeypatch.setattr(stage, "on_call", call)
    one = stage.invoke("voice", call_step("complain"))["reference"]
    stage.invoke("voice", call_step("status", 2, reference=one, caller="+6281700000002", phone="081700000003"))
    stage.invoke("voice", call_step("greet", 3))
    stage.invoke("sms", sms("halo"))
    stage.follow()
    words = {word for text in seen for word in text.replace("(", " ").replace(")", " ").replace(",", " ").split()}
    plain = {word for word in words if word[0].isalpha()}
    assert "pk" in plain
    assert not {word for word in plain if word.upper() in reserved and word not in functions}


def _expressions(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [value for name, value in node.items() if name.endswith("Expression")]
        return own + [text for name, value in node.items() if name != "Item" for text in _expressions(value)]
    return [text for one in node for text in _expressions(one)] if isinstance(node, list) else []


def test_no_message_of_an_outbox_is_ever_made_twice(store: Store) -> None:
    draft = opened(Kind.INFORMATION)
    store.commit(drafts=[draft])
    again = edit(draft.case)
    again.note(What.NOTE, "Rina")
    again.outbox = list[OutboxMessage](draft.outbox)
    with pytest.raises(Conflict):
        store.commit(drafts=[again])
