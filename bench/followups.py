"""`python -m bench followups`: five hundred complaints at once at a call centre of its own, and a follow-up for each.

They come as mails, over a few connections that stay open; `--complaints` says how many. Taken in are all once each is a
stored case; followed up, once each has one follow-up that runs and waits, and its acknowledgement was delivered. Then
each is checked from the store, the executions and the mailbox. Memory and threads are those of the process that runs
the follow-ups, by /proc, as far as they are more than before the first complaint.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path

from bench import processes
from bench.letters import DOMAIN, Letter
from bench.mails import ALL, FEEDER, MACHINES, QUEUES, SECONDS_BETWEEN_LOOKS, SECONDS_TO_SETTLE, Relay, Watch
from bench.processes import Held
from care.services.executions import named
from tests.e2e.doors import fetch, until
from tests.e2e.invariants import Table
from tests.e2e.stack import CallCentre, running

COMPLAINTS = 500
REAL_TIME = "1"
WHAT = (
    "Pulsa saya hilang 25 ribu padahal tidak dipakai.",
    "Internet saya lemot sekali sejak kemarin.",
    "Sinyal di rumah saya hilang terus dari pagi.",
    "Tagihan saya bulan ini salah, tolong diperiksa.",
)
# What takes less of a complaint is no part of it.
LEAST_MS = 0.05


@dataclass(frozen=True)
class Result:
    """What became of so many complaints: what is wrong with any, seconds from the first mail, CPU by process, and what
    the process of the follow-ups holds more than before.
    """

    complaints: int
    wrong: list[str]
    sent: float
    taken_in: float
    followed_up: float
    spent: Counter[str]
    held: Held


def measure(complaints: int = COMPLAINTS) -> Result:
    """One run, from the start of a call centre to its end."""
    # In real time, so that nothing falls due meanwhile.
    with tempfile.TemporaryDirectory(prefix="followups-") as folder, running(Path(folder), REAL_TIME) as centre:
        watch, relay = Watch(), Relay(centre)
        letters = [_letter(number, centre.doors["care"]) for number in range(complaints)]
        until("every function to be loaded", lambda: processes.are_loaded(centre), SECONDS_TO_SETTLE)
        watch.begin()
        (engine,) = (pid for pid, one in watch.seen.items() if one.name == MACHINES)
        before, began = processes.held(engine), time.monotonic()
        with watch.looking():
            relay.send_all(partial(_as_it_is, letter) for letter in letters)
            sent = time.monotonic() - began
            taken_in = _seen("every complaint to be stored", lambda: _are_stored(centre, complaints)) - began
            followed_up = _seen("every complaint to be followed up", lambda: _rests(centre, complaints)) - began
        wrong = list(_wrong(centre, letters))
        held = processes.held(engine).beyond(before)
        return Result(complaints, wrong, sent, taken_in, followed_up, watch.spent(), held)


def lines(result: Result) -> list[str]:
    """The figures, as Markdown."""
    engine = result.spent[MACHINES] / (result.spent.total() - result.spent[FEEDER])
    found = [
        f"{result.complaints} complaints by mail, sent in {result.sent:.0f} s: {len(result.wrong)} things wrong.",
        "",
        "| | |",
        "| --- | ---: |",
        f"| taken in, a second | {result.complaints / result.taken_in:.1f} |",
        f"| followed up and acknowledged, a second | {result.complaints / result.followed_up:.1f} |",
        f"| seconds until all of them are | {result.followed_up:.0f} |",
        f"| memory of a waiting follow-up, KB | {result.held.kilobytes / result.complaints:.0f} |",
        f"| threads of a waiting follow-up | {result.held.threads / result.complaints:.2f} |",
        f"| share of the process of the follow-ups in all CPU time | {engine:.0%} |",
        "",
        "| process | CPU ms a complaint |",
        "| --- | ---: |",
    ]
    each = [(name, spent / result.complaints) for name, spent in result.spent.most_common()]
    found += [f"| {name} | {milliseconds:.1f} |" for name, milliseconds in each if milliseconds >= LEAST_MS]
    together = sum(milliseconds for name, milliseconds in each if name != FEEDER)
    return [*found, f"| {ALL} | {together:.1f} |"]


# ---- the complaints ------------------------------------------------------------------------------------------------


def _letter(number: int, to: str) -> Letter:
    """A complaint of somebody who writes for the first time."""
    address, text = f"followed{number:05}@{DOMAIN}", f"{WHAT[number % len(WHAT)]} Nomor laporan saya {number}."
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = address, to, "Keluhan"
    mail["Message-ID"] = f"<followed-{number}@{DOMAIN}>"
    mail.set_content(text)
    return Letter(address, mail.as_bytes(), str(mail["Message-ID"]), "Keluhan", text)


def _as_it_is(letter: Letter) -> Letter:
    return letter


# ---- settled, and right --------------------------------------------------------------------------------------------


def _seen(what: str, is_so: Callable[[], bool]) -> float:
    """Wait for it; gives when the look that saw it began."""

    def look() -> float:
        began = time.monotonic()
        if is_so():
            return began
        time.sleep(SECONDS_BETWEEN_LOOKS)
        return 0.0

    return until(what, look, SECONDS_TO_SETTLE)


def _are_stored(centre: CallCentre, complaints: int) -> bool:
    """The table is read when no mail waits any more."""
    return not centre.records.waiting(QUEUES[0]) and len(Table(centre.records.items()).cases) >= complaints


def _rests(centre: CallCentre, complaints: int) -> bool:
    """Nothing is under way, and each has what it is to have; the table is read when all else says so."""
    if any(centre.records.waiting(queue) for queue in QUEUES):
        return False
    if any(one["state"] == "busy" for one in fetch(f"{centre.doors['runner']}/functions")):
        return False
    if list(centre.records.executions().values()).count("RUNNING") < complaints:
        return False
    table = Table(centre.records.items())
    return len(_awaited(table)) == complaints and all(one["state"] == "delivered" for one in table.due)


def _awaited(table: Table) -> set[str]:
    """The references of the cases whose follow-up waits."""
    return {str(one["reference"]) for one in table.of("WAIT#", "")}


def _wrong(centre: CallCentre, letters: list[Letter]) -> Iterator[str]:
    """A sentence for each thing that is not right."""
    table = Table(centre.records.items())
    cases = {(case.get("address") or {}).get("value"): case for case in table.cases}
    followed: dict[str, list[str]] = {}
    for execution, status in centre.records.executions().items():
        of = named(execution)
        followed.setdefault(of.reference if of else execution, []).append(status)
    awaited = _awaited(table)
    told: dict[str, list[tuple[str, str]]] = {}
    for message in table.due:
        told.setdefault(message["owner"]["case"], []).append((message["key"], message["state"]))
    mails = Counter(address for mail in fetch(f"{centre.doors['mailbox']}messages") for address in mail["to"])
    if len(table.cases) != len(letters):
        yield f"{len(table.cases)} cases of {len(letters)} complaints"
    if strange := followed.keys() - {case["reference"] for case in table.cases}:
        yield f"follow-ups of no case: {sorted(strange)}"
    yield from (f"{queue} holds {bodies}" for queue, bodies in centre.records.dead_letters().items())
    for letter in letters:
        case = cases.get(letter.envelope)
        if case is None:
            yield f"{letter.envelope} has no case"
            continue
        reference = case["reference"]
        if followed.get(reference) != ["RUNNING"]:
            yield f"{reference} has the follow-ups {followed.get(reference)}"
        if reference not in awaited:
            yield f"the follow-up of {reference} does not wait"
        if told.get(reference) != [("acknowledgement-1", "delivered")] or mails[letter.envelope] != 1:
            yield f"{reference} was told {told.get(reference)} in {mails[letter.envelope]} mails"
