"""In CI every test runs: what would be skipped on a person's machine is a failure there.

Tests run two at a time. Those of one folder that starts a stack stay together, so that each stack starts once.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
WITH_A_STACK = {"e2e", "contract"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.parent.relative_to(TESTS)
        if folder.parts[:1] and folder.parts[0] in WITH_A_STACK:
            item.add_marker(pytest.mark.xdist_group(str(folder)))


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
