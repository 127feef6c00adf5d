"""The process of Step Functions is lost, and with it every follow-up: open cases get theirs again, and go on."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from care.services.executions import name, named
from tests.e2e.doors import Correspondent, body, until
from tests.e2e.stack import CallCentre, running

PATIENCE = 120.0
ACKNOWLEDGED = "telah menyampaikan keluhan"
ASKED = "1 sampai 5"
THANKED = "atas kabarnya"
OPEN = 5


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallCentre]:
    """A call centre of its own, for all follow-ups of it are lost; a day is three minutes."""
    with running(tmp_path_factory.mktemp("engine"), time_scale="0.002") as opened:
        yield opened


def engine_of(centre: CallCentre) -> int:
    """The pid of its Step Functions, by the port they listen on."""
    port = centre.doors["stepfunctions"].rpartition(":")[2]

    def words(pid: str) -> list[str]:
        try:
            return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        except (FileNotFoundError, ProcessLookupError):
            return []

    (pid,) = (one for one in os.listdir("/proc") if one.isdigit() and {"moto.server", port} <= set(words(one)))
    return int(pid)


def complain(centre: CallCentre) -> tuple[Correspondent, str]:
    """Somebody whose complaint is acknowledged, and its reference."""
    person = centre.correspondent()
    sent = person.write("Pulsa hilang", f"Pulsa saya hilang 25 ribu. Nomor laporan saya {uuid4()}.")
    person.awaits(ACKNOWLEDGED, PATIENCE)
    return person, centre.records.case_of(sent).reference


def resolve(centre: CallCentre, reference: str) -> None:
    centre.agent().resolve(reference, "Pulsa sudah kami kembalikan.")


def satisfy(centre: CallCentre, person: Correspondent, reference: str) -> None:
    person.reply(person.awaits(ASKED, PATIENCE), "5")
    centre.records.becomes(reference, "closed", seconds=PATIENCE)
    person.awaits(THANKED, PATIENCE)


def test_open_cases_are_followed_up_again_and_to_their_end(centre: CallCentre) -> None:
    with ThreadPoolExecutor(OPEN + 2) as pool:
        told = list(pool.map(lambda _: complain(centre), range(OPEN + 2)))
    (closed_of, closed), (asked_of, asked), *others = told
    resolve(centre, closed)
    satisfy(centre, closed_of, closed)
    centre.records.ended(closed)
    resolve(centre, asked)
    asked_of.awaits(ASKED, PATIENCE)

    os.kill(engine_of(centre), signal.SIGKILL)
    wanted = {reference for _, reference in told} - {closed}

    def again() -> set[str]:
        try:
            found = centre.records.executions()
        except ClientError:
            return set()
        return set(found) if {one.reference for one in map(named, found) if one} == wanted else set()

    found = until("every open case to be followed up again", again, PATIENCE)
    assert found == {name(one, 1, 2) for one in wanted}, "and the closed one is not"

    satisfy(centre, asked_of, asked)
    for person, reference in others:
        resolve(centre, reference)
        satisfy(centre, person, reference)
    for person, reference in (told[1], *others):
        assert centre.records.ended(reference) == {name(reference, 1, 2): "SUCCEEDED"}
        got = [body(one) for one in person.received()]
        for once in (ACKNOWLEDGED, ASKED, THANKED):
            assert [once in one for one in got].count(True) == 1, got
