"""One running call centre for all stories. Time runs 3,333 times faster there: a day is 26 seconds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.doors import Agent, Correspondent
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre, running

# The first have a call centre of their own; the last two look back on all the others.
FIRST = [
    "test_nothing_lost.py",
    "test_stories.py",
    "test_engine_lost.py",
    "test_floods.py",
    "test_one_way.py",
    "test_sms_gateway.py",
]
LAST = ["test_silence.py", "test_promises.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    for item in here:
        item.add_marker(pytest.mark.stack)
    place = iter(sorted(here, key=lambda item: _place(item.path.name)))
    items[:] = [next(place) if item in here else item for item in items]


def _place(name: str) -> int:
    return -1 if name in FIRST else LAST.index(name) + 1 if name in LAST else 0


@dataclass(frozen=True)
class Silent:
    """A customer who complains and never answers."""

    person: Correspondent
    reference: str


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallCentre]:
    with running(tmp_path_factory.mktemp("call_centre"), time_scale="0.0003") as centre:
        yield centre


@pytest.fixture(scope="session")
def silent(opened: CallCentre) -> Silent:
    """Begun before all other stories, because silence takes its time."""
    person = opened.correspondent("Pak Diam")
    sent = person.write("Keluhan", "Keluhan saya: kuota hilang tanpa dipakai.")
    reference = opened.records.case_of(sent).reference
    person.awaits("Terima kasih telah menyampaikan keluhan Anda")
    opened.agent().resolve(reference, "Kuota sudah kami kembalikan.")
    return Silent(person, reference)


@pytest.fixture(scope="session")
def centre(opened: CallCentre, silent: Silent) -> CallCentre:
    return opened


@pytest.fixture(scope="session")
def records(centre: CallCentre) -> Records:
    return centre.records


@pytest.fixture(scope="session")
def agent(centre: CallCentre) -> Agent:
    return centre.agent()
