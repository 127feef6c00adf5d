"""`python -m bench mails`: five hundred mails through the SMTP door of a call centre of its own, on this machine.

They come over a few connections that stay open, as from a relay; what answers our mail waits until that has come. When
all is settled every conversation is checked from the store and the mailbox. The figures are conversations entirely
right a second, from the first mail to the last settled item, and the CPU time of each process by /proc, for each mail.
A process that ends is counted as it was seen last: one that ends has waited idle for a minute.
"""

import smtplib
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench import letters, processes
from bench.letters import Acknowledgement, Conversation, Letter, Way
from bench.processes import Process
from tests.e2e.doors import fetch, until
from tests.e2e.invariants import Table
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre, running

CONNECTIONS = 8
SECONDS_TO_SETTLE = 600.0
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_BETWEEN_SAMPLES = 1.0
QUEUES = ("EmailQueueUrl", "FollowupQueueUrl", "NotifyQueueUrl", "DeliveryQueueUrl")
RUNNER, MACHINES, FEEDER = "local", "local.services.engine", "bench"
ALL_FUNCTIONS, ALL = "our functions", "all but the bench"
GOALS = {ALL_FUNCTIONS: 18.0, "email": 4.0, RUNNER: 8.0, MACHINES: 8.0}
RIGHT_A_SECOND = 13.0
# What has less is no part of a mail.
LEAST = 0.05 * letters.MAILS


# ---- what each process costs ---------------------------------------------------------------------------------------


@dataclass
class Watch:
    """The CPU time of the processes below this one: as each was last seen, and milliseconds at the beginning."""

    seen: dict[int, Process] = field(default_factory=dict)
    began: dict[int, float] = field(default_factory=dict)
    own: float = 0.0

    def begin(self) -> None:
        """Count from now on: the functions are loaded, and rest."""
        until("the functions to rest", self._rests, SECONDS_TO_SETTLE)
        self.began = {pid: one.milliseconds for pid, one in self.seen.items()}
        self.own = time.process_time()

    def look(self) -> None:
        """Take each process's time; one that ended keeps its last."""
        # Its name too: between fork and exec a process still is its parent.
        self.seen |= {one.pid: one for one in processes.running()}

    def _of_functions(self) -> list[Process]:
        return [one for one in self.seen.values() if one.is_function]

    def _rests(self) -> bool:
        before = self._of_functions()
        time.sleep(SECONDS_BETWEEN_SAMPLES)
        self.look()
        return bool(before) and before == self._of_functions()

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look again and again meanwhile."""
        done = threading.Event()

        def look() -> None:
            while not done.wait(SECONDS_BETWEEN_SAMPLES):
                self.look()

        looker = threading.Thread(target=look, daemon=True)
        looker.start()
        try:
            yield
        finally:
            done.set()
            looker.join()
            self.look()

    def spent(self) -> Counter[str]:
        """Milliseconds since the beginning, by name."""
        found: Counter[str] = Counter()
        for pid, one in self.seen.items():
            found[one.name] += round(one.milliseconds - self.began.get(pid, 0.0))
        found[FEEDER] = round((time.process_time() - self.own) * 1000)
        return found

    def started(self) -> Counter[str]:
        """How many processes of each function began since."""
        return Counter(one.name for one in self._of_functions() if one.pid not in self.began)

    def starts(self) -> dict[str, float]:
        """Milliseconds that a process of each function took to be ready: those that were before the beginning."""
        return {one.name: self.began[one.pid] for one in self._of_functions() if one.pid in self.began}


# ---- sending -------------------------------------------------------------------------------------------------------


@dataclass
class Relay:
    """Mail connections, one a thread, that stay open."""

    centre: CallCentre
    _own: threading.local = field(default_factory=threading.local)

    def send(self, letter: Letter) -> None:
        url = urlsplit(self.centre.doors["smtp"])
        if not hasattr(self._own, "client"):
            self._own.client = smtplib.SMTP(url.hostname or "", url.port or 0, timeout=60)
            self._own.client.ehlo()
        client: smtplib.SMTP = self._own.client
        client.mail(letter.envelope, ["BODY=8BITMIME"])
        client.rcpt(self.centre.doors["care"])
        code, said = client.data(letter.raw)
        assert code == 250, f"{letter.message_id} was refused: {said!r}"

    def send_all(self, jobs: Iterable[Callable[[], Letter]]) -> None:
        """Send what each job makes, in their order over the connections."""
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            for done in [threads.submit(self._make, job) for job in jobs]:
                done.result()

    def _make(self, job: Callable[[], Letter]) -> None:
        self.send(job())

    def acknowledgement(self, one: Conversation) -> Acknowledgement:
        """Our mail to a customer, once it is in his mailbox."""
        url = f"{self.centre.doors['mailbox']}messages?{urlencode({'to': one.address})}"
        (mail, *_) = until(f"our mail to {one.address}", lambda: fetch(url), SECONDS_TO_SETTLE)
        return Acknowledgement(mail["message_id"], mail["subject"], " ".join(mail["references"]))


NOT_NEEDED = Acknowledgement("", "", "")


def _jobs(all_: list[Conversation], to: str, relay: Relay) -> Iterator[Callable[[], Letter]]:
    def first(letter: Letter) -> Callable[[], Letter]:
        return lambda: letter

    def later(one: Conversation, make: Callable[[Conversation, str, Acknowledgement], Letter]) -> Callable[[], Letter]:
        is_needed = make is not letters.reply or one.way is not Way.OWN
        return lambda: make(one, to, relay.acknowledgement(one) if is_needed else NOT_NEEDED)

    yield from (first(letter) for letter in letters.firsts(all_))
    for one in all_:
        if one.way is not None:
            yield later(one, letters.reply)
        if one.answered_by_machine is not None:
            yield later(one, letters.automatic)
        if one.bounces:
            yield later(one, letters.bounce)


# ---- settled, and right --------------------------------------------------------------------------------------------


def settled(centre: CallCentre) -> float:
    """Wait until nothing is under way; gives when that was seen."""

    def look() -> float:
        began = time.monotonic()
        busy = any(one["state"] == "busy" for one in fetch(f"{centre.doors['runner']}/functions"))
        if busy or any(centre.records.waiting(queue) for queue in QUEUES):
            return 0.0
        return began if _is_settled(Table(centre.records.items())) else 0.0

    return until("all to be settled", look, SECONDS_TO_SETTLE)


def _is_settled(table: Table) -> bool:
    """Every mail is a contact, what is due is delivered, and every case's follow-up waits."""
    contacts = letters.MAILS - letters.REDELIVERIES
    return (
        len(table.of("CONTACT#", "CONTACT")) == contacts
        and all(one["acknowledged"] for one in table.cases)
        and all(one["state"] in ("delivered", "failed") for one in table.due)
        and len(table.of("WAIT#", "")) == len(table.cases)
    )


def wrong(centre: CallCentre, all_: list[Conversation]) -> dict[int, list[str]]:
    """What is not right, by the conversation's number; -1 is what belongs to none."""
    table, mailbox = Table(centre.records.items()), fetch(f"{centre.doors['mailbox']}messages")
    found = {one.number: list(_wrong(centre.records, table, mailbox, one)) for one in all_}
    known = {one.address for one in all_}
    own = centre.doors["care"].partition("@")[2]
    # Notices come to the operator's own people.
    strangers = [{one for one in mail["to"] if not one.endswith(f"@{own}")} - known for mail in mailbox]
    found[-1] = [f"mail to {sorted(to)}" for to in strangers if to]
    found[-1] += [
        f"a case of {case['customer_id']}" for case in table.cases if _address(case).get("value") not in known
    ]
    kinds = Counter(entry["what"] for entry in table.of("CONTACT#", "ENTRY#"))
    expected = {
        "opened": letters.CONVERSATIONS,
        "joined": letters.REPLIES,
        "automatic": letters.AUTOMATIC + letters.BOUNCES,
    }
    found[-1] += [f"{kinds} instead of {expected}"] if kinds != expected else []
    return {number: what for number, what in found.items() if what}


def _address(case: dict[str, Any]) -> dict[str, Any]:
    return case.get("address") or {}


def _wrong(records: Records, table: Table, mailbox: list[dict[str, Any]], one: Conversation) -> Iterator[str]:
    cases = [case for case in table.cases if _address(case).get("value") == one.address]
    if len(cases) != 1:
        yield f"{len(cases)} cases"
        return
    case, timeline = cases[0], table.timeline(cases[0])
    if case["summary"].split() != one.first.subject.split():
        yield f"the subject {case['summary']!r}"
    if _address(case).get("name") != one.name:
        yield f"the name {_address(case).get('name')!r}"
    if (case["kind"] == "complaint") != one.is_complaint:
        yield f"the kind {case['kind']}"
    opened, *others = [entry for entry in timeline if entry["what"] in ("opened", "message_in")]
    yield from _wrong_words(records, opened, one.first)
    replies = [letters.reply(one, "", NOT_NEEDED)] if one.way else []
    if len(others) != len(replies):
        yield f"{len(others)} replies"
    for entry, letter in zip(others, replies, strict=False):
        yield from _wrong_words(records, entry, letter)
    came = [mail for mail in mailbox if one.address in mail["to"]]
    # A reply is answered where it needs a word.
    if not 1 <= len(came) <= 1 + len(replies):
        yield f"{len(came)} mails to the customer"
    answered = {letter.message_id for letter in (one.first, *replies)}
    for mail in came:
        if case["reference"] not in mail["subject"] or mail["in_reply_to"] not in answered:
            yield f"acknowledged by {mail['subject']!r} to {mail['in_reply_to']!r}"


def _wrong_words(records: Records, entry: dict[str, Any], letter: Letter) -> Iterator[str]:
    if entry["text"].split() != letter.text.split():
        yield f"the text {entry['text']!r}"
    kept = entry.get("attachments", [])
    names = [(file["name"], file["type"]) for file in kept]
    if names != [(file.name, file.type) for file in letter.files]:
        yield f"the files {names}"
    for file, sent in zip(kept, letter.files, strict=False):
        stored = records.s3.get_object(Bucket=records.outputs["RawMailBucket"], Key=file["key"])["Body"].read()
        if stored != sent.content:
            yield f"the content of {sent.name}"


# ---- the figures ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """Conversations by what is wrong with them, seconds it took, milliseconds of CPU by process."""

    wrong: dict[int, list[str]]
    seconds: float
    spent: Counter[str]
    started: Counter[str]
    starts: dict[str, float]

    @property
    def right(self) -> int:
        return letters.CONVERSATIONS - len([number for number in self.wrong if number >= 0])


def measure() -> Result:
    """One run, from the start of a call centre to its end."""
    # In real time, so that nothing falls due meanwhile.
    with tempfile.TemporaryDirectory(prefix="mails-") as folder, running(Path(folder), time_scale="1") as centre:
        watch, relay = Watch(), Relay(centre)
        all_ = letters.conversations(centre.doors["care"])
        until("every function to be loaded", lambda: processes.are_loaded(centre), SECONDS_TO_SETTLE)
        watch.begin()
        began = time.monotonic()
        with watch.looking():
            relay.send_all(_jobs(all_, centre.doors["care"], relay))
            seconds = settled(centre) - began
        spent, started, starts = watch.spent(), watch.started(), watch.starts()
        return Result(wrong(centre, all_), seconds, spent, started, starts)


def lines(result: Result) -> list[str]:
    """The table of the figures, as Markdown."""
    of_functions = Counter({name: result.spent[name] for name in result.starts})
    others = Counter({name: spent for name, spent in result.spent.items() if name not in of_functions})
    rows = [(ALL_FUNCTIONS, of_functions.total(), _start(result, of_functions), result.started.total())]
    rows += [(name, spent, _start(result, [name]), result.started[name]) for name, spent in of_functions.most_common()]
    found = [
        f"{result.right} of {letters.CONVERSATIONS} conversations entirely right,"
        f" {result.right / result.seconds:.1f} a second (goal {RIGHT_A_SECOND:.0f});"
        f" {letters.MAILS} mails in {result.seconds:.0f} s.",
        "",
        "| process | CPU ms a mail | goal | of it starts, ms | processes started |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    found += [
        f"| {name} | {_a_mail(spent)} | {_goal(name)} | {_a_mail(start)} | {started} |"
        for name, spent, start, started in rows
        if spent >= LEAST
    ]
    found += [
        f"| {name} | {_a_mail(spent)} | {_goal(name)} | | |" for name, spent in others.most_common() if spent >= LEAST
    ]
    found.append(f"| {ALL} | {_a_mail(result.spent.total() - result.spent[FEEDER])} | {_goal(ALL)} | | |")
    return found


def _start(result: Result, names: Iterable[str]) -> float:
    return sum(result.started[name] * result.starts[name] for name in names)


def _a_mail(milliseconds: float) -> str:
    return f"{milliseconds / letters.MAILS:.1f}"


def _goal(name: str) -> str:
    return f"{GOALS[name]:.0f}" if name in GOALS else "–"


def complaints(result: Result) -> list[str]:
    """A line for each thing that is not right."""
    return [f"conversation {number}: {one}" for number, what in sorted(result.wrong.items()) for one in what]
