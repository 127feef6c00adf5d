"""In CI every test runs: what would be skipped on a person's machine is a failure there.

Tests run two at a time, those of one file in one process. A folder whose tests share a stack stays together, so that
the stack starts once and the last of its tests sees what the others did.
"""

import os
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

from tests import permissions

# CI checks a change, so it looks at the same examples each time; people's machines look for new ones. No test measures
# time, and an example's own deadline would.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

SHARES_A_STACK = {"e2e", "contract"}
HAS_ITS_OWN = {"test_nothing_lost.py", "test_stories.py", "test_trouble.py", "test_floods.py", "test_sms_gateway.py"}


class ByStack(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out files and, where a stack is shared, folders."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        folder, _, name = path.rpartition("/")
        return folder if folder.rpartition("/")[2] in SHARES_A_STACK and name not in HAS_ITS_OWN else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByStack:
    return ByStack(config, log)


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not accept: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    refuse_skip(report)
    return report


def pytest_testnodedown(node: WorkerController) -> None:
    permissions.note(**getattr(node, "workeroutput", {}).get("permissions", {"allowed": [], "used": []}))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["permissions"] = permissions.noted()
        return
    permissions.note(**permissions.noted())
    if permissions.is_whole(session.config) and permissions.unused() and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if permissions.is_whole(config) and permissions.unused():
        terminalreporter.section("allowed by a role of template.yaml, and never done in a whole run", red=True)
        for one in permissions.unused():
            terminalreporter.line(f"{one.function}: {one.action} on {one.resource}")
