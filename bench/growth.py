"""`python -m bench growth`: what each verb of the store costs with a thousand and with a million contacts in the table.

The table is ministack's, made from the template and filled with contacts, one in ten of which has an open case in its
team's list. Then each verb is carried out once, and its requests and units are counted as `bench.units` counts them.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
import botocore.config

from bench.units import Units, metered
from care import reference as references
from care.cases import agent as agents
from care.cases.draft import Draft
from care.cases.hearing import hear
from care.cases.opening import open_case
from care.channels import EMAIL, SMS
from care.contacts.call import Call
from care.contacts.card import Card, Seen
from care.contacts.contact import Contact, Entry, EntryKind, Message
from care.customer import Address
from care.services.table.attributes import Item
from care.services.table.commit import Commit
from care.services.table.items import Table
from care.services.table.store import Store
from care.services.table.waits import Wait
from care.telling.outbox import Delivery, OutboxMessage, Owner
from care.words import CaseList, Category, Priority, Team
from local.machine.ports import choose_ports
from local.services.ministack import ministack
from tests.integration.stage import REGION, ROOT, template_table, watched
from tests.unit.making import NOW, OPERATOR, POLICY, edit, opening

SIZES = (1_000, 1_000_000)
A_CASE = 10
"""One contact in so many has one."""
PAGE = ROOT / "docs/data.md"
_AT_ONCE = 25


@dataclass
class Cost:
    """What a verb cost: its requests, and their units."""

    requests: int = 0
    units: Units = field(default_factory=Units)

    def __str__(self) -> str:
        return f"{self.requests} | {self.units.read:g} | {self.units.write:g}"


@dataclass
class _Meter:
    """Counts what passes it while it runs; see `tests.integration.stage.watched`."""

    cost: Cost = field(default_factory=Cost)
    running: bool = False

    def on_call(self, caller: Any, operation: str, params: dict[str, Any]) -> Any:
        if not self.running:
            return None
        self.running = False
        try:
            answer, units = metered(caller, operation, params)
            self.cost = Cost(self.cost.requests + 1, self.cost.units + units)
            return answer
        finally:
            self.running = True

    @contextmanager
    def counting(self) -> Iterator[None]:
        self.cost, self.running = Cost(), True
        try:
            yield
        finally:
            self.running = False


# ---- what lies in the table ------------------------------------------------------------------------------------------


def _contact(number: int) -> Contact:
    return Contact(
        contact_id=f"contact-{number}",
        channel=SMS,
        customer_id=_address(number).customer_id,
        started_at=NOW,
        reference=_reference(number) if number % A_CASE == 0 else None,
    )


def _address(number: int) -> Address:
    return Address(channel=SMS, value=f"+62817{number:08d}")


def _reference(number: int) -> str:
    return references.derive(f"case {number}")


def _case(number: int) -> Draft:
    said = opening(channel=SMS, text="Sinyal di kantor saya hilang terus sejak kemarin sore, mohon diperbaiki.")
    party = replace(said.party, address=_address(number))
    whole = replace(said, reference=_reference(number), party=party, category=list(Category)[number // A_CASE % 10])
    return open_case(whole, NOW + timedelta(seconds=number), POLICY, OPERATOR)


def _items(store: Store, begin: int, end: int) -> Iterator[Item]:
    """A contact's item, its case's and what belongs to that, as a commit writes them."""
    for number in range(begin, end):
        commit = Commit(Table(store.client, store.table), store.retention)
        contact = _contact(number)
        commit.contact(contact, None)
        written = commit.writes[0]["Update"]
        names, values = written["ExpressionAttributeNames"], written["ExpressionAttributeValues"]
        yield {**written["Key"], **{name: values[f":{alias[1:]}"] for alias, name in names.items()}}
        if contact.reference:
            commit.draft(_case(number))
            yield from (dict(write["Put"]["Item"]) for write in commit.writes[1:])


def _fill(store: Store, begin: int, end: int) -> None:
    items = _items(store, begin, end)
    while some := list(islice(items, _AT_ONCE)):
        store.client.batch_write_item(RequestItems={store.table: [{"PutRequest": {"Item": one}} for one in some]})


# ---- the verbs -------------------------------------------------------------------------------------------------------


def _chatted(store: Store) -> None:
    """A chat of sixty turns, a connection, a wait, a message due: each verb finds something."""
    for number in range(1, 61):
        message = Message(seq=number, sender="customer", text="Sinyal di kantor saya hilang " * 8, at=NOW)
        entry = Entry(contact_id="chat", event_id=f"{number}", at=NOW, what=EntryKind.MESSAGE, messages=(message,))
        store.commit(entry=entry)
    store.contacts.connect("chat", "connection-1", NOW)
    store.waits.keep(_wait(), NOW)
    store.commit(drafts=[_acknowledged(store)], mails=["<1@pelanggan.example>"])


def _wait(length: int = 1) -> Wait:
    return Wait(reference=_reference(0), cycle=1, part=1, length=length, entered_at="2026", task_token="t" * 800)


def _acknowledged(store: Store) -> Draft:
    draft = edit(store.cases.get(_reference(0)))
    agents.reply(draft, agents.Agent(id="agent-1", name="Rina"), "Kami periksa menaranya.", "reply-1")
    return draft


def _opened(store: Store) -> Callable[[], object]:
    known = ["<2@pelanggan.example>"]
    return partial(store.commit, entry=_entry("new"), contact=_contact(-1), drafts=[_case(-A_CASE)], mails=known)


def _joined(store: Store) -> Callable[[], object]:
    draft = edit(store.cases.get(_reference(A_CASE)))
    hear(draft, "di Bandung", EMAIL)
    return partial(store.commit, entry=_entry("join"), contact=_contact(-1), drafts=[draft])


def _entry(event_id: str) -> Entry:
    return Entry(contact_id="contact-new", event_id=event_id, at=NOW, what=EntryKind.OPENED)


def _message(store: Store) -> OutboxMessage:
    return store.outbox.get(_OWNER, _KEY)


_OWNER, _KEY = Owner(case=_reference(0)), "reply-1"
_TEAMS = [Team.NETWORK]


def _verbs(store: Store) -> Iterator[tuple[str, Callable[[], object]]]:
    """Verbs by the names that docs/data.md gives them, in an order in which each has something to do."""
    cases, contacts, outbox, tallies, waits = store.cases, store.contacts, store.outbox, store.tallies, store.waits
    calls, cards = store.calls, store.cards
    reference = _reference(0)
    yield "cases.get", partial(cases.get, reference)
    yield "contacts.get", partial(contacts.get, "contact-0")
    yield "contacts.of_number", partial(contacts.of_number, "contact-0", "customer-0")
    yield "contacts.is_silent", partial(contacts.is_silent, "customer-0")
    yield "outbox.get", partial(outbox.get, _OWNER, _KEY)
    yield "cases.file", partial(cases.file, reference)
    yield "cases.entry", partial(cases.entry, reference, 1)
    yield "contacts.said", partial(contacts.said, "chat", 20)
    yield "tallies.with_cases", partial(tallies.with_cases, [reference], ["nobody"], NOW)
    yield "tallies.of", partial(tallies.of, "nobody", NOW)
    yield "cases.threads", partial(cases.threads, ["<1@pelanggan.example>"], [reference])
    yield "cases.named", partial(cases.named, [reference])
    yield "cases.of_customer", partial(cases.of_customer, _address(0).customer_id)
    yield "cases.listed", partial(cases.listed, CaseList.OPEN, _TEAMS)
    yield "cases.backwards", partial(next, cases.backwards(CaseList.OPEN, _TEAMS, Priority.URGENT), None)
    yield "contacts.connections", partial(contacts.connections, "chat")
    yield "waits.get", partial(waits.get, reference, 1, 1)
    yield "commit of a case", _opened(store)
    yield "commit", _joined(store)
    yield "contacts.connect", partial(contacts.connect, "chat", "connection-2", NOW)
    yield "contacts.disconnect", partial(contacts.disconnect, "chat", "connection-2")
    yield "waits.keep", partial(waits.keep, _wait(cases.get(reference).length), NOW)
    yield "outbox.claim", partial(outbox.claim, _OWNER, _KEY, NOW)
    yield "outbox.release", partial(outbox.release, _message(store))
    sent = partial(outbox.record, _OWNER, _KEY, Delivery.SENT, NOW, over=[Delivery.DUE], provider_id="p-1")
    yield "outbox.record", partial(sent, message_id="<p-1@ses.example>")
    told = contacts.get("contact-0").evolve(call=Call(began_at=NOW, queued_at=NOW, ended_at=NOW, revision=1))
    yield "calls.keep", partial(calls.keep, told, 0)
    again = told.evolve(call=told.call and told.call.evolve(revision=2))
    offer = _message(store).evolve(owner=Owner(contact="contact-0"), key="missed")
    yield "calls.keep_and_tell", partial(calls.keep_and_tell, again, 1, offer, NOW, 24)
    seen = Card(contacts=(Seen(contact_id="contact-0", channel=SMS, at=NOW),))
    yield "cards.put", partial(cards.put, {"customer-0": seen}, NOW)
    yield "cards.get", partial(cards.get, "customer-0")
    yield "outbox.postpone", partial(outbox.postpone, _message(store), "p-1", NOW)


# ---- measured --------------------------------------------------------------------------------------------------------


def measure(sizes: Sequence[int] = SIZES) -> dict[str, list[Cost]]:
    """By verb, its cost at each size."""
    return asyncio.run(_measured(sizes))


async def _measured(sizes: Sequence[int]) -> dict[str, list[Cost]]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "logs").mkdir()
        port = choose_ports(0)["ministack"]
        server = ministack(port, Path(folder))
        await server.start()
        try:
            return await asyncio.to_thread(_grown, f"http://127.0.0.1:{port}", sizes)
        finally:
            await server.stop()


def _grown(url: str, sizes: Sequence[int]) -> dict[str, list[Cost]]:
    config = botocore.config.Config(parameter_validation=False, account_id_endpoint_mode="disabled", read_timeout=600)
    session = boto3.Session("test", "test", region_name=REGION)
    client = session.client("dynamodb", endpoint_url=url, config=config)
    found: dict[str, list[Cost]] = {}
    for size in sizes:
        # A table for each: what the verbs leave behind is not in the next one's way.
        properties = {**template_table(), "TableName": f"care-{size}"}
        client.create_table(**properties)
        store = Store(client, properties["TableName"], POLICY.retention_days)
        _fill(store, 0, size)
        _chatted(store)
        for name, cost in _costs(store):
            found.setdefault(name, []).append(cost)
        client.delete_table(TableName=properties["TableName"])
    return found


def _costs(store: Store) -> Iterator[tuple[str, Cost]]:
    meter = _Meter()
    with watched(meter):
        for name, verb in _verbs(store):
            with meter.counting():
                verb()
            yield name, meter.cost


# ---- the page --------------------------------------------------------------------------------------------------------


def table(found: dict[str, list[Cost]], sizes: Sequence[int] = SIZES) -> list[str]:
    """Requests, read and write units of each verb, by size."""
    titles = " | ".join(f"{size:,} contacts" for size in sizes)
    lines = [f"| requests, read units, write units of | {titles} |", f"| --- |{' ---: |' * len(sizes)}"]
    return [*lines, *(f"| {name} | {' | '.join(map(_short, costs))} |" for name, costs in found.items())]


def _short(cost: Cost) -> str:
    return f"{cost.requests}, {cost.units.read:g}, {cost.units.write:g}"


def grew(found: dict[str, list[Cost]]) -> list[str]:
    """The verbs that cost more in a larger table."""
    return [name for name, costs in found.items() if len(set(map(_short, costs))) > 1]


def rows(found: dict[str, list[Cost]]) -> list[str]:
    """The table of access patterns as docs/data.md shows it, with what each costs in the largest table."""
    after = PAGE.read_text(encoding="utf-8").partition("## Access patterns")[2]
    table = [line for line in after.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return [_with_cost(line, found) for line in table]


def _with_cost(line: str, found: dict[str, list[Cost]]) -> str:
    cells = line.strip("| ").split(" | ")
    name = cells[0].split(",")[0].strip("`")
    return f"| {' | '.join(cells[:-3])} | {found[name][-1]} |" if name in found else line
