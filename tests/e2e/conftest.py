"""One running call centre for all stories that need no days: an hour is 72 seconds there, and the first night far off.

What takes days has a call centre of its own (test_stories.py, test_trouble.py): so many open cases would all fall due.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.doors import Agent
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre, running

# The first have a call centre of their own; the last looks back on all the others.
FIRST = [
    "test_nothing_lost.py",
    "test_stories.py",
    "test_engine_lost.py",
    "test_floods.py",
    "test_one_way.py",
    "test_sms_gateway.py",
    "test_trouble.py",
]
LAST = ["test_promises.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    for item in here:
        item.add_marker(pytest.mark.stack)
    place = iter(sorted(here, key=lambda item: _place(item.path.name)))
    items[:] = [next(place) if item in here else item for item in items]


def _place(name: str) -> int:
    return -1 if name in FIRST else LAST.index(name) + 1 if name in LAST else 0


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallCentre]:
    with running(tmp_path_factory.mktemp("call_centre"), time_scale="0.02") as opened:
        yield opened


@pytest.fixture(scope="session")
def records(centre: CallCentre) -> Records:
    return centre.records


@pytest.fixture(scope="session")
def agent(centre: CallCentre) -> Agent:
    return centre.agent()
