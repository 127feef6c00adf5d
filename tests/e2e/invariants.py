"""The promises of the call centre, checked from what it has stored and from what customers got, and nothing else."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from care.cases.lifecycle import MOVES
from care.sending import UNWANTED
from care.services import executions
from care.words import Status
from tests.e2e.doors import PATIENCE_SECONDS, Correspondent, body, fetch
from tests.e2e.records import Records

Item = dict[str, Any]
# Words of fewer letters are found everywhere ("5", "belum").
SHORTEST_WORDS = 10
FEWEST_LOOKS = 4
# Two functions that write at once have each looked at the clock before; the number is what orders.
WRITERS_DIFFER = timedelta(seconds=10)
# What a step of a call answers the flow where it has no case yet: attributes of Connect are never empty.
NO_CASE = "none"
QUEUE_MESSAGE = {"action", "reference", "cycle", "part", "length", "entered_at", "task_token"}
WRITTEN = ("opened", "message_in", "message_out", "promised", "refused", "moved")


@dataclass(frozen=True)
class Table:
    """All items, by what they are."""

    items: list[Item]

    def of(self, pk: str, sk: str) -> list[Item]:
        found = [one for one in self.items if one["pk"].startswith(pk) and one["sk"].startswith(sk)]
        return sorted(found, key=lambda one: (one["pk"], one["sk"]))

    @property
    def cases(self) -> list[Item]:
        return [one for one in self.of("CASE#", "CASE") if one["sk"] == "CASE"]

    @property
    def due(self) -> list[Item]:
        """All messages due, a case's and a contact's own."""
        return [*self.of("CASE#", "OUTBOX#"), *self.of("CONTACT#", "OUTBOX#")]

    def timeline(self, case: Item) -> list[Item]:
        return [one for one in self.of(case["pk"], "TIMELINE#") if one["pk"] == case["pk"]]

    def outbox(self, case: Item) -> list[Item]:
        return [one for one in self.of(case["pk"], "OUTBOX#") if one["pk"] == case["pk"]]


def broken_promises(records: Records, doors: dict[str, str]) -> list[str]:
    """A sentence for each promise found broken, whenever it was looked at for a time.

    Cases go on while they are read: what is due in one look has come in the next.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    broken = _broken(records, doors)
    looks = 1
    while broken and (looks < FEWEST_LOOKS or time.monotonic() < deadline):
        time.sleep(1)
        again = set(_broken(records, doors))
        broken = [one for one in broken if one in again]
        looks += 1
    return broken


def _broken(records: Records, doors: dict[str, str]) -> list[str]:
    table = Table(records.items())
    moving = [one for one in table.due if one["state"] not in ("sent", "delivered", "failed")]
    return [
        *(f"{one['key']} of {_owner(one)} is {one['state']}" for one in moving),
        *_contacts(table),
        *_cases(table),
        *_sent(table, doors),
        *_followups(table, records),
        *_secrets(table, records),
        *(f"{queue} holds {bodies}" for queue, bodies in records.dead_letters().items()),
        *(f"{name} is parked" for name in records.parked()),
    ]


def _contacts(table: Table) -> Iterator[str]:
    """1. An accepted event leaves one entry in one contact; a chat's lines are numbered without gaps."""
    contacts = {one["pk"]: one for one in table.items if one["sk"] == "CONTACT"}
    entries: dict[str, list[Item]] = {pk: [] for pk in contacts}
    for entry in table.of("CONTACT#", "ENTRY#"):
        if entry["pk"] not in contacts:
            yield f"the entry {entry['pk']} {entry['sk']} is in no contact"
        else:
            entries[entry["pk"]].append(entry)
    for pk, contact in contacts.items():
        lines = sorted(line["seq"] for entry in entries[pk] for line in entry.get("messages", []))
        if lines != list(range(1, contact["length"] + 1)):
            yield f"{pk} of length {contact['length']} has the lines {lines}"
        if not entries[pk]:
            yield f"{pk} has no entry"


def _cases(table: Table) -> Iterator[str]:
    """2. and 4. One case for what opened it; its timeline has no gaps and makes legal moves only."""
    told = {one["reference"] for one in table.of("CONTACT#", "CONTACT") if one.get("reference")}
    answers = [one["answer"].get("reference", NO_CASE) for one in table.of("CONTACT#", "ENTRY#")]
    told |= {reference for reference in answers if reference != NO_CASE}
    references = {one["reference"] for one in table.cases}
    yield from (f"case {one}, told to a customer, does not exist" for one in told - references)
    split = {one["reference"] for one in table.cases if table.timeline(one)[0]["by"] != "customer"}
    yield from (f"case {one} belongs to no contact" for one in references - told - split)
    for case in table.cases:
        reference, timeline = case["reference"], table.timeline(case)
        if [one["number"] for one in timeline] != list(range(1, case["length"] + 1)):
            yield f"the timeline of {reference} has the numbers {[one['number'] for one in timeline]}"
        times = [datetime.fromisoformat(one["at"]) for one in timeline]
        if any(other < one - WRITERS_DIFFER for one, other in pairwise(times)):
            yield f"the timeline of {reference} runs backwards"
        if timeline and timeline[-1]["status"] != case["status"]:
            yield f"{reference} is {case['status']}, its timeline says {timeline[-1]['status']}"
        for one, other in pairwise(timeline):
            before, after = Status(one["status"]), Status(other["status"])
            if before is not after and after not in MOVES[before]:
                yield f"{reference} went from {before} to {after}"
        if [one["what"] for one in timeline].count("opened") != 1:
            yield f"{reference} was not opened once"
        yield from _due(case, timeline, table.outbox(case))
    mails = Counter(
        one["contact_id"] for one in table.cases if one["channel"] == "email" and one["reference"] not in split
    )
    yield from (f"{contact} opened {number} cases" for contact, number in mails.items() if number > 1)


def _due(case: Item, timeline: list[Item], outbox: list[Item]) -> Iterator[str]:
    """One acknowledgement and at most one question a cycle; what the timeline says was due is in the outbox."""
    reference, keys = case["reference"], [one["key"] for one in outbox]
    told = [one["message"] for one in timeline if one["what"] in ("message_out", "notified")]
    if sorted(told) != sorted(keys):
        yield f"{reference} told {sorted(told)}, its outbox has {sorted(keys)}"
    for cycle in range(1, case["cycle"] + 1):
        # What was merged may have become a complaint since.
        firsts = {"acknowledgement-1", "received-1"} if cycle == 1 else {f"reopened-{cycle}"}
        acknowledged = [one for one in keys if one in firsts]
        if len(acknowledged) > 1 or (case.get("address") and cycle == case["acknowledged"] and not acknowledged):
            yield f"{reference} has the acknowledgements {acknowledged} in cycle {cycle}"
        asked = [one for one in keys if one in (f"question-{cycle}", f"resolved-{cycle}")]
        if len(asked) > 1:
            yield f"{reference} was asked {asked}"
    for message in outbox:
        again = [one["what"] for one in timeline if one.get("message") == message["key"]].count("sent_again")
        held_back = message["state"] == "failed" and not message["attempts"]
        if not held_back and message["attempts"] != 1 + again:
            yield f"{message['key']} of {reference} was tried {message['attempts']} times and sent again {again} times"
        if message["state"] == "failed" and "not_sent" not in [one["what"] for one in timeline]:
            yield f"{message['key']} of {reference} was not sent and nobody knows"


def _sent(table: Table, doors: dict[str, str]) -> Iterator[str]:
    """3. What is due is sent once, or again when the timeline says so; nothing else is sent."""
    due: dict[str, Counter[tuple[str, str]]] = {"email": Counter(), "sms": Counter(), "chat": Counter()}
    most: dict[str, Counter[tuple[str, str]]] = {"email": Counter(), "sms": Counter(), "chat": Counter()}
    for message in table.due:
        if message["state"] == "failed" and (not message["attempts"] or message.get("problem") == UNWANTED):
            continue
        channel = "sms" if message["address"]["channel"] == "voice" else message["address"]["channel"]
        name = (
            (message["address"]["value"].lower(), _words(message["text"]))
            if channel == "email"
            else (_owner(message), message["key"])
        )
        due[channel][name] += 1
        most[channel][name] += message["attempts"]
    came = {
        "email": _mails(doors),
        "sms": Counter(
            (one["context"].get("care_reference") or one["context"]["care_contact"], one["context"]["care_key"])
            for one in fetch(f"{doors['sms']}messages")
            if one["direction"] == "out"
        ),
        "chat": Counter(
            (match[1], match[2])
            for one in table.of("CONTACT#", "ENTRY#out:")
            if (match := re.fullmatch(r"ENTRY#out:(\d+)-(.+)", one["sk"]))
        ),
    }
    for channel, wanted in due.items():
        for name in wanted | came[channel]:
            if came[channel][name] < wanted[name]:
                yield f"{channel} {name} came less often than it was due"
            if came[channel][name] > most[channel][name]:
                yield f"{channel} {name} came more often than it was sent"


def _owner(message: Item) -> str:
    """The case or the contact a message belongs to."""
    owner: dict[str, str] = message["owner"]
    return owner["case"] or owner["contact"]


def _mails(doors: dict[str, str]) -> Counter[tuple[str, str]]:
    addresses = {to.lower() for one in fetch(f"{doors['mailbox']}messages") for to in one["to"]}
    return Counter(
        (address, _words(body(mail))) for address in addresses for mail in Correspondent(doors, address).received()
    )


def _words(text: str) -> str:
    """As it is due: the link to the page of a case is filled in as it is sent."""
    return " ".join(re.sub(r"https?://\S+/status/#\w+", "{link}", text).split())


def _followups(table: Table, records: Records) -> Iterator[str]:
    """2. Each cycle has one execution of its last part, running exactly while the case is in that cycle and unfinished.

    What an order carries out by itself has none until a person is needed, and thanks none at all.
    """
    found = records.executions()
    for case in table.cases:
        if case.get("held"):
            continue
        for cycle in range(1, case["cycle"] + 1):
            parts = [one.part for one in map(executions.named, found) if one and one[:2] == (case["reference"], cycle)]
            last = case["part"] if cycle == case["cycle"] else max(parts, default=1)
            thanks = case["kind"] == "information" and case["status"] == "closed"
            if not parts and (case.get("order") or thanks):
                continue
            ends = case["status"] == "closed" or cycle < case["cycle"]
            execution = executions.name(case["reference"], cycle, last)
            state = found.pop(execution, "missing")
            if state != ("SUCCEEDED" if ends else "RUNNING"):
                yield f"{execution} is {state} while the case is {case['status']} in cycle {case['cycle']}"
            earlier = {found.pop(executions.name(case["reference"], cycle, one)) for one in parts if one != last}
            if "RUNNING" in earlier:
                yield f"{case['reference']} is followed up twice in cycle {cycle}"
    yield from (f"{one} follows up no case" for one in found)


def _secrets(table: Table, records: Records) -> Iterator[str]:
    """Executions and logs carry ids and decisions only; a task token stands in its own item alone."""
    waits = [one["task_token"] for one in table.of("WAIT#", "")]
    others = json.dumps([one for one in table.items if not one["pk"].startswith("WAIT#")], default=str)
    yield from ("a task token stands in another item" for token in waits if token in others)
    personal = set(_personal(table))
    for execution in records.executions():
        for where, data in records.execution_data(execution):
            yield from (f"{where} of {execution} says {one!r}" for one in personal if one in data)
            if where in ("input", "output"):
                yield from (f"{where} of {execution} has a task token" for token in waits if token in data)
            if where == "TaskScheduled" and "waitForTaskToken" in data:
                sent = json.loads(json.loads(data)["taskScheduledEventDetails"]["parameters"])["MessageBody"]
                if set(sent if isinstance(sent, dict) else json.loads(sent)) != QUEUE_MESSAGE:
                    yield f"{execution} queued {sent}"
    secret = personal | set(waits)
    yield from (f"logged: {line[:500]}" for line in records.log_lines() if any(one in line for one in secret))


def _personal(table: Table) -> Iterator[str]:
    """Customers' addresses, names and words, and what agents wrote to them."""
    for case in table.cases:
        if case.get("address"):
            if case["address"]["channel"] != "chat":
                yield case["address"]["value"]
            yield from (name for name in [case["address"]["name"]] if name)
        for entry in table.timeline(case):
            if entry["what"] in WRITTEN:
                yield from (line for line in entry["text"].splitlines() if len(line) >= SHORTEST_WORDS)
