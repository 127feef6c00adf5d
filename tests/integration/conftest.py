from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType

import pytest
from moto import mock_aws

from care.policy import Policy
from tests.integration import stage as stages
from tests.integration.account import Account
from tests.integration.stage import Stage


@pytest.fixture(scope="session")
def functions() -> dict[str, ModuleType]:
    with mock_aws():
        return stages.modules()


@pytest.fixture
def stage(functions: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for name, value in stages.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    # These tests run at any hour: nobody sleeps here. That customers do is shown by tests/unit/test_followup.py.
    monkeypatch.setattr(Policy, "allowed", lambda self, at, zone, *, on_holidays=True: at)
    # Nor does anybody stay on the telephone to be asked there.
    monkeypatch.setattr(Policy, "asks_after", lambda self, channel: timedelta(0))
    made = Stage(functions)
    with mock_aws(), stages.watched(made):
        made.make()
        yield made
    assert made.denied == []


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield Account()
