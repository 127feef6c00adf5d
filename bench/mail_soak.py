"""`python -m bench mail_soak`: thousands of mails of every sort while functions and connections die, then counted.

`bench.soak_letters` says what each mail must become. Functions die while they are busy, or before or after a call they
make to AWS, and some calls fail. Mails are cut off in the middle, or their sender is gone before he hears that they
were taken, and hands them in again. Halfway the process of Step Functions is killed once; the data plane stays, and
with it the runner, for it holds all state in memory. What was sent by a function that died before it said so is settled
in a quarter of an hour of real time. Then the mails that SMTP took are compared with what lies in the mail bucket, the
table, the mailbox, the executions and the queues.
"""

import os
import random
import signal
import smtplib
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, urlsplit

from bench import processes, soak_letters
from bench.letters import Acknowledgement
from bench.mails import CONNECTIONS, MACHINES, QUEUES
from bench.soak_letters import MAILS, Fate, Post, Story
from care import reference
from care.contacts.contact import EntryKind
from care.services.executions import named
from care.words import Held
from tests.e2e.doors import Agent, fetch, until
from tests.e2e.invariants import Item, Table
from tests.e2e.stack import CallCentre, running

REAL_TIME = "1"
SECONDS_TO_SETTLE = 2400.0
# Longer than what changed just now is left alone (care.followup.repair).
SECONDS_TO_BE_LOST = 90.0
SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_BETWEEN_WORDS = 30.0
SECONDS_BETWEEN_TROUBLES = (0.2, 2.0)
# Stories that wait for our mail hold a thread each; as many mails as connections are under way.
AT_A_TIME = 128
CUT_OFF = 0.03
ACKNOWLEDGEMENTS = ("acknowledgement-1", "received-1")
MACHINE_DIES_AT = 0.5
# Starts again what the engine lost; it works for ten seconds, and who dies three times comes again after an hour.
MENDS = "RepairFunction"
BY_THE_HOUR = "follow-ups left for the round of the hour"


class Cut(StrEnum):
    """When a sender loses the connection."""

    WITHIN = "in the middle of a mail"
    AFTER = "before the answer"


# ---- what is handed in ---------------------------------------------------------------------------------------------


@dataclass
class Door:
    """The SMTP door, and all that was handed in: the post of each id that was answered, and each that was cut off."""

    centre: CallCentre
    mails: int
    taken: dict[str, Post] = field(default_factory=dict)
    cut: list[tuple[Cut, Post]] = field(default_factory=list)
    _chance: random.Random = field(default_factory=lambda: random.Random(1))
    _connections: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(CONNECTIONS))

    def hand_in(self, post: Post) -> None:
        """Until it is taken."""
        with self._connections:
            if self._chance.random() < CUT_OFF:
                cut = self._chance.choice(list(Cut))
                self._cut_off(post, cut)
                self.cut.append((cut, post))
            with self._begun(post) as client:
                code, said = client.data(post.letter.raw)
                assert code == 250, f"{post.contact} ({post.sort}) was refused: {code} {said!r}"
                self.taken[said.decode().split()[1]] = post

    def _cut_off(self, post: Post, cut: Cut) -> None:
        # Its end too is lost, and the library says so.
        with suppress(smtplib.SMTPServerDisconnected), self._begun(post) as client:
            client.putcmd("data")
            client.getreply()
            raw = post.letter.raw
            assert client.sock
            client.sock.sendall(raw[: len(raw) // 2] if cut is Cut.WITHIN else quoted(raw) + b"\r\n.\r\n")
            client.close()

    @contextmanager
    def _begun(self, post: Post) -> Iterator[smtplib.SMTP]:
        url = urlsplit(self.centre.doors["smtp"])
        with smtplib.SMTP(url.hostname or "", url.port or 0, timeout=120) as client:
            client.ehlo()
            client.mail(post.letter.envelope, ["BODY=8BITMIME"])
            code, said = client.rcpt(post.to or self.centre.doors["care"])
            assert code == 250, f"{post.contact} ({post.sort}) may not come to {post.to}: {said!r}"
            yield client


def quoted(raw: bytes) -> bytes:
    """As it goes over the wire (RFC 5321 section 4.5.2)."""
    return raw.replace(b"\r\n.", b"\r\n..")


@dataclass
class Mailbox:
    """All mails that customers got: the local one keeps the newest alone, and so is looked at again and again."""

    centre: CallCentre
    mails: dict[str, Item] = field(default_factory=dict)
    first: dict[str, Item] = field(default_factory=dict)
    """To each address."""

    def look(self) -> None:
        for mail in reversed(fetch(f"{self.centre.doors['mailbox']}messages")):
            if mail["id"] not in self.mails:
                for to in mail["to"]:
                    self.first.setdefault(to.lower(), mail)
                self.mails[mail["id"]] = mail

    def acknowledgement(self, address: str) -> Acknowledgement:
        """The first mail to a customer, once it has come."""
        mail = until(f"our mail to {address}", lambda: self.first.get(address), SECONDS_TO_SETTLE)
        whole = fetch(f"{self.centre.doors['mailbox']}messages/{quote(mail['id'], safe='')}")
        reply_to = next((one["value"] for one in whole["headers"] if one["name"].lower() == "reply-to"), "")
        return Acknowledgement(
            mail["message_id"], mail["subject"], " ".join(mail["references"]), reply_to.strip().strip("<>")
        )


@dataclass
class Desk:
    """An agent who clicks again when the desk did not answer."""

    agent: Agent

    def resolve(self, case: str) -> None:
        words = {"id": f"soak-{case}", "text": "Sudah kami perbaiki."}

        def click() -> bool:
            answer = self.agent.asks("POST", f"/cases/{case}/resolve", words)
            assert answer.status in (200, 409, 500, 502, 503, 504), answer
            return answer.status in (200, 409)

        until(f"{case} to be resolved at the desk", click, SECONDS_TO_SETTLE)


# ---- trouble -------------------------------------------------------------------------------------------------------


@dataclass
class Trouble:
    """What dies, and fails, while the mails come."""

    centre: CallCentre
    made: Counter[str] = field(default_factory=Counter)
    _chance: random.Random = field(default_factory=lambda: random.Random(2))

    def make(self) -> None:
        """One at random: a busy function is killed, or one before or after a call it makes, or such a call fails."""
        records = self.centre.records
        functions = fetch(f"{self.centre.doors['runner']}/functions")
        busy = [one["logical_id"] for one in functions if one["state"] == "busy" and one["logical_id"] != MENDS]
        if not busy:
            return
        function = self._chance.choice(busy)
        action = self._chance.choice(("busy", "kill", "kill", "error"))
        if action == "busy":
            self.made["functions killed while busy"] += bool(
                records.control("POST", f"functions/{function}/kill")["killed"]
            )
            return
        calls = sorted(records.control("GET", "calls").get(function, {}))
        if calls:
            when = self._chance.choice(("before", "after"))
            operation = self._chance.choice(calls)
            fault = {"function": function, "operation": operation, "when": when, "action": action}
            records.control("POST", "faults", fault)

    def end(self) -> None:
        """Nothing happens any more."""
        for fault in self.centre.records.control("GET", "faults"):
            what = "functions killed at a call" if fault["action"] == "kill" else "calls that failed"
            self.made[what] += bool(fault["fired"])
        self.centre.records.control("DELETE", "faults")

    def kill_machine(self) -> None:
        """The process of Step Functions; the runner starts it again."""
        (machine,) = [one for one in processes.running() if one.name == MACHINES]
        os.kill(machine.pid, signal.SIGKILL)
        self.made["engine of Step Functions killed"] += 1


# ---- a run ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What was counted: expected and found by what it is, and a sentence for each thing that is not right."""

    rows: list[tuple[str, int, int]]
    wrong: list[str]
    trouble: Counter[str]
    handed_in: float
    settled: float

    @property
    def is_right(self) -> bool:
        return not self.wrong and all(expected == found for _, expected, found in self.rows)


def measure(mails: int = MAILS) -> Result:
    """One run, from the start of a call centre to its end."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, running(Path(folder), REAL_TIME) as centre:
        until("every function to be loaded", lambda: processes.are_loaded(centre), SECONDS_TO_SETTLE)
        stories = list(soak_letters.stories(centre.doors["care"], mails))
        door, mailbox, trouble = Door(centre, mails), Mailbox(centre), Trouble(centre)
        began = time.monotonic()
        with _kept_up(door, mailbox, trouble):
            broken = list(_play(stories, door, mailbox, Desk(centre.agent())))
            handed_in = time.monotonic() - began
        is_settled = _settle(centre, mailbox, trouble)
        settled = time.monotonic() - began
        found = Found(Table(centre.records.items()), centre, door, mailbox, stories)
        trouble.made.update(f"senders lost {cut}" for cut, _ in door.cut)
        wrong = [*broken, *([] if is_settled else ["it did not settle"]), *found.wrong()]
        return Result(list(found.rows()), wrong, trouble.made, handed_in, settled)


def _play(stories: list[Story], door: Door, mailbox: Mailbox, desk: Desk) -> Iterator[str]:
    """A sentence for each story that did not come to its end."""

    def play(story: Story) -> None:
        for post in story.posts:
            door.hand_in(post)
        if story.then is None:
            return
        ours = mailbox.acknowledgement(story.address)
        if story.is_resolved:
            (case,) = reference.find(ours.subject)
            desk.resolve(case)
        for post in story.then(ours):
            door.hand_in(post)

    with ThreadPoolExecutor(AT_A_TIME) as threads:
        played = [threads.submit(play, story) for story in stories]
    for one in played:
        try:
            one.result()
        except (AssertionError, OSError) as error:
            # What a door refuses, and what does not come; the library's errors of SMTP are of the second.
            yield str(error)


@contextmanager
def _kept_up(door: Door, mailbox: Mailbox, trouble: Trouble) -> Iterator[None]:
    """Trouble is made, the mailbox is looked at, and how far it is is said, all the while."""
    done, chance = threading.Event(), random.Random(3)

    def look() -> None:
        said = time.monotonic()
        while not done.wait(SECONDS_BETWEEN_LOOKS):
            mailbox.look()
            if not trouble.made["engine of Step Functions killed"] and len(door.taken) > MACHINE_DIES_AT * door.mails:
                trouble.kill_machine()
            if time.monotonic() - said > SECONDS_BETWEEN_WORDS:
                said = time.monotonic()
                _say(f"{len(door.taken)} mails handed in, {len(mailbox.mails)} of ours came")

    def disturb() -> None:
        while not done.wait(chance.uniform(*SECONDS_BETWEEN_TROUBLES)):
            trouble.make()

    threads = [threading.Thread(target=one, daemon=True) for one in (look, disturb)]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        done.set()
        for one in threads:
            one.join()
        trouble.end()


def _settle(centre: CallCentre, mailbox: Mailbox, trouble: Trouble) -> bool:
    """Wait until nothing is under way; whether that came. The round of the hour that looks for lost follow-ups is not
    waited for, but carried out.
    """
    deadline, said, rested = time.monotonic() + SECONDS_TO_SETTLE, time.monotonic(), time.monotonic()
    while time.monotonic() < deadline:
        mailbox.look()
        waiting = {queue: count for queue in QUEUES if (count := centre.records.waiting(queue))}
        if waiting or not processes.are_loaded(centre):
            rested = time.monotonic()
        else:
            table = Table(centre.records.items())
            lost = _followed_up(table) - _running(centre).keys()
            if _rests(table) and not lost:
                mailbox.look()
                return True
            if lost and not trouble.made[BY_THE_HOUR] and time.monotonic() - rested > SECONDS_TO_BE_LOST:
                trouble.made[BY_THE_HOUR] = len(lost)
                centre.records.client("lambda").invoke(FunctionName=MENDS, InvocationType="Event", Payload=b"{}")
        if time.monotonic() - said > SECONDS_BETWEEN_WORDS:
            said = time.monotonic()
            _say(f"waiting in queues: {waiting}, {len(mailbox.mails)} of ours came")
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return False


def _rests(table: Table) -> bool:
    """Whether what is due is settled, and the follow-up of every open case waits."""
    waiting = {one["reference"] for one in table.of("WAIT#", "")}
    return all(one["state"] in ("delivered", "failed") for one in table.due) and _followed_up(table) <= waiting


def _followed_up(table: Table) -> set[str]:
    """The references of the cases that are to be followed up."""
    return {case["reference"] for case in table.cases if _is_followed_up(case)}


def _running(centre: CallCentre) -> dict[str, list[str]]:
    """The names of the executions that run, by case."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, status in centre.records.executions().items():
        if status == "RUNNING":
            of = named(name)
            found[of.reference if of else name].append(name)
    return found


def _is_followed_up(case: Item) -> bool:
    return not case.get("held") and case["status"] != "closed"


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


# ---- what is found -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What lies in the stores at the end, beside what was handed in."""

    table: Table
    centre: CallCentre
    door: Door
    mailbox: Mailbox
    stories: list[Story]

    def rows(self) -> Iterator[tuple[str, int, int]]:
        """What it is, how many are expected, how many were found."""
        expected, entries = self.fates, Counter(entry["what"] for entry in self.entries)
        taken = [id_ for id_ in self.stored if id_ in self.door.taken]
        yield "mails handed in", self.door.mails, len(self.door.taken)
        yield "taken with 250, and stored", len(self.door.taken), len(taken)
        contacts = len(self.table.of("CONTACT#", "CONTACT"))
        yield "contacts", len(expected), contacts
        yield "known duplicates", len(self.door.taken) - len(expected), len(taken) - contacts
        for what in (EntryKind.OPENED, EntryKind.JOINED, EntryKind.AUTOMATIC):
            yield what, sum(fate.what is what for fate in expected.values()), entries[what]
        yield "cases", sum(fate.what is EntryKind.OPENED for fate in expected.values()), len(self.cases)
        kinds = Counter(case["kind"] for case in self.cases.values() if not case.get("held"))
        wanted = Counter(fate.kind for fate in expected.values() if fate.kind)
        for kind in sorted({*kinds, *wanted}):
            yield f"cases, not held: {kind}", wanted[kind], kinds[kind]
        held = Counter(case.get("held") for case in self.cases.values())
        for why in Held:
            yield f"held: {why}", sum(fate.held is why for fate in expected.values()), held[why]
        acknowledged = sum(fate.is_acknowledged for fate in expected.values())
        due = Counter(one["state"] for all_ in self.acknowledgements.values() for one in all_)
        yield "acknowledgements due", acknowledged, due.total()
        yield "acknowledgements delivered", acknowledged, due["delivered"]
        yield "mails to customers", len(self.table.due), len(self.mailbox.mails)
        yield "follow-ups running", len(_followed_up(self.table)), sum(len(names) for names in self.running.values())
        yield "in queues", 0, sum(self.centre.records.waiting(queue) for queue in QUEUES)
        yield "in dead-letter queues", 0, sum(map(len, self.centre.records.dead_letters().values()))
        yield "parked", 0, len(self.centre.records.parked())

    def wrong(self) -> Iterator[str]:
        """A sentence for each thing that is not right."""
        for contact, fate in self.fates.items():
            yield from (f"{contact} ({self.posts[contact].sort}) {what}" for what in self._wrong(contact, fate))
        for case in self.cases.values():
            names = self.running.get(case["reference"], [])
            if len(names) != _is_followed_up(case):
                yield f"{case['reference']} is {case['status']} and has the follow-ups {names}"
        yield from (f"{queue} holds {bodies}" for queue, bodies in self.centre.records.dead_letters().items())
        yield from self._doubled()

    def _wrong(self, contact: str, fate: Fate) -> Iterator[str]:
        entries = self.entries_of.get(contact, [])
        if len(entries) != 1:
            yield f"became {len(entries)} contacts: {[one['what'] for one in entries]}"
        for entry in entries:
            if entry["what"] != fate.what:
                yield f"was {entry['what']} instead of {fate.what}"
            elif fate.what is EntryKind.JOINED:
                opened = self.entries_of.get(contact.partition("/")[0], [])
                if entry["answer"]["reference"] not in [one["answer"].get("reference") for one in opened]:
                    yield f"joined {entry['answer']['reference']}, another's case"
            elif fate.what is EntryKind.OPENED:
                yield from self._wrong_case(entry["answer"]["reference"], fate)

    def _wrong_case(self, reference: str, fate: Fate) -> Iterator[str]:
        case = self.cases.get(reference)
        if case is None:
            yield f"opened {reference}, which is not there"
            return
        if case.get("held") != fate.held:
            yield f"is held for {case.get('held')} instead of {fate.held}"
        elif fate.kind and case["kind"] != fate.kind:
            yield f"is {case['kind']} instead of {fate.kind}"
        if case["cycle"] != 1:
            yield f"is in cycle {case['cycle']}"
        told = [(one["key"], one["state"]) for one in self.acknowledgements[reference]]
        if [state for _, state in told] != ["delivered"] * fate.is_acknowledged:
            yield f"was acknowledged by {told}"

    def _doubled(self) -> Iterator[str]:
        """Customers who got more mails, or fewer, than were due."""
        due = Counter(one["address"]["value"].lower() for one in self.table.due if one["state"] == "delivered")
        came = Counter(to.lower() for mail in self.mailbox.mails.values() for to in mail["to"])
        for address in sorted({*due, *came}):
            if due[address] != came[address]:
                yield f"{address} got {came[address]} mails of {due[address]}"

    @cached_property
    def cases(self) -> dict[str, Item]:
        """By reference."""
        return {case["reference"]: case for case in self.table.cases}

    @cached_property
    def acknowledgements(self) -> dict[str, list[Item]]:
        """What is due first, by the reference of its case."""
        found: dict[str, list[Item]] = defaultdict(list)
        for one in self.table.due:
            if one["key"] in ACKNOWLEDGEMENTS:
                found[one["owner"]["case"]].append(one)
        return found

    @cached_property
    def posts(self) -> dict[str, Post]:
        """A post of each contact."""
        return {post.contact: post for post in reversed(self.door.taken.values())}

    @cached_property
    def fates(self) -> dict[str, Fate]:
        """What each contact is to be."""
        return {contact: post.fate for contact, post in self.posts.items()}

    @cached_property
    def entries(self) -> list[Item]:
        """What became of the mails."""
        return self.table.of("CONTACT#", "ENTRY#")

    @cached_property
    def entries_of(self) -> dict[str, list[Item]]:
        """The same, by the contact of the post that the entry names by SES's id."""
        found: dict[str, list[Item]] = defaultdict(list)
        for entry in self.entries:
            id_ = entry["answer"].get("ses", "")
            post = self.door.taken.get(id_) or self._unanswered(id_)
            found[post.contact if post else "?"].append(entry)
        return found

    @cached_property
    def stored(self) -> dict[str, str]:
        """SES's id → key of each mail in the bucket."""
        pages = self.centre.records.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.centre.outputs["RawMailBucket"]
        )
        keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
        return {key.rpartition("/")[2]: key for key in keys if not key.startswith("attachments/")}

    def _unanswered(self, id_: str) -> Post | None:
        """The post of a mail that was taken though its sender was gone."""
        if id_ not in self.stored:
            return None
        bucket = self.centre.outputs["RawMailBucket"]
        raw = self.centre.records.s3.get_object(Bucket=bucket, Key=self.stored[id_])["Body"].read()
        gone = (post for cut, post in self.door.cut if cut is Cut.AFTER)
        return next((post for post in gone if post.letter.raw.rstrip() in raw), None)

    @cached_property
    def running(self) -> dict[str, list[str]]:
        """The names of the executions that run, by case."""
        return _running(self.centre)


# ---- the figures ---------------------------------------------------------------------------------------------------


def lines(result: Result) -> list[str]:
    """The table of what was expected and found, as Markdown."""
    trouble = ", ".join(f"{count} {what}" for what, count in sorted(result.trouble.items()))
    found = [
        f"Handed in within {result.handed_in:.0f} s, settled after {result.settled:.0f} s: {len(result.wrong)} things"
        f" wrong. Meanwhile: {trouble}.",
        "",
        "| | expected | found |",
        "| --- | ---: | ---: |",
    ]
    return [*found, *(f"| {what} | {expected} | {count} |" for what, expected, count in result.rows)]
