"""The local page: what it makes of logs and histories, and that it reads only while somebody looks."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from care.cases.following import Step
from console.followups import AWAIT, PASSED, Stay, stays, steps_and_waits
from console.live import Live, Panel
from console.settings import ROOT, metrics_namespace
from console.way import SILENT_AFTER_MS, Ways

START = datetime(2026, 1, 4, 17, 0, tzinfo=UTC)


def test_an_invocation_is_shown_with_what_it_decided_and_how_long_it_took() -> None:
    ways = Ways()
    ways.take("voice", 100, "START RequestId: r-1 Version: $LATEST")
    ways.take("voice", 110, record("r-1", "complaint stored", contact_id="c-1", case_id="8170000017"))
    assert ways.latest(10, now=120) == []

    ways.take(
        "voice",
        131,
        "REPORT RequestId: r-1\tDuration: 31.25 ms\tBilled Duration: 32 ms\tInit Duration: 400.1 ms",
    )

    [visit] = ways.latest(10, now=140)
    assert (visit.function, visit.milliseconds, visit.cold) == ("voice", 31.25, True)
    assert (visit.contacts, visit.cases) == (["c-1"], ["8170000017"])
    assert [decision.what for decision in visit.decisions] == ["complaint stored"]


def test_the_report_is_understood_in_the_log_format_json_too() -> None:
    ways = Ways()
    ways.take(
        "chat",
        100,
        '{"type": "platform.report", "record": {"requestId": "r-1", "metrics": {"durationMs": 7.5}}}',
    )
    [visit] = ways.latest(10, now=110)
    assert (visit.milliseconds, visit.cold) == (7.5, False)


def test_a_killed_invocation_is_shown_without_a_duration_after_a_while() -> None:
    ways = Ways()
    ways.take("notify", 100, "START RequestId: r-1 Version: $LATEST")
    assert ways.latest(10, now=100 + SILENT_AFTER_MS) == []
    [visit] = ways.latest(10, now=101 + SILENT_AFTER_MS)
    assert visit.silent
    assert visit.milliseconds is None


def test_the_way_of_a_case_has_what_happened_before_it_was_a_case() -> None:
    ways = Ways()
    ways.take("chat", 100, record("r-1", "contact stored", contact_id="c-1"))
    ways.take("chat", 200, record("r-2", "complaint stored", contact_id="c-1", case_id="8170000017"))
    ways.take("step", 300, record("r-3", "acknowledged", case_id="8170000017"))
    ways.take("chat", 400, record("r-4", "contact stored", contact_id="c-2"))
    assert [visit.request for visit in ways.of_case("8170000017")] == ["r-1", "r-2", "r-3"]


def test_an_exception_is_shown_with_the_invocation_it_ended() -> None:
    ways = Ways()
    ways.take("sms", 90, "[ERROR] Runtime.ImportModuleError: Unable to import module 'app'", "s-1")
    ways.take("sms", 100, "START RequestId: r-1 Version: $LATEST", "s-1")
    ways.take("sms", 110, "[ERROR] KeyError: 'body'\nTraceback (most recent call last):", "s-1")
    ways.take("sms", 120, "REPORT RequestId: r-1\tDuration: 12.00 ms", "s-1")
    unloaded, failed = ways.latest(10, now=130)
    assert unloaded.silent
    assert failed.milliseconds == 12
    assert [(d.what, d.level) for d in failed.decisions] == [("KeyError: 'body'", "ERROR")]


def test_lines_that_are_no_decisions_are_passed_over() -> None:
    ways = Ways()
    for line in (
        "{broken",
        "Traceback (most recent call last):",
        '{"_aws": {}, "function_request_id": "r-1"}',
    ):
        ways.take("email", 100, line)
    assert ways.latest(10, now=10**9) == []


def test_a_history_tells_the_states_and_how_long_the_last_may_last() -> None:
    history: Any = [
        event(0, "ExecutionStarted"),
        event(1, "TaskStateEntered", stateEnteredEventDetails={"name": "Acknowledge"}),
        event(2, "TaskStateExited", stateExitedEventDetails={"name": "Acknowledge"}),
        event(2, "TaskStateEntered", stateEnteredEventDetails={"name": "AwaitWork"}),
        event(3, "TaskScheduled", taskScheduledEventDetails={"timeoutInSeconds": 60}),
    ]
    told, waiting = stays(history)
    assert (told.state, told.left) == ("Acknowledge", START + timedelta(seconds=2))
    assert (waiting.state, waiting.left, waiting.until) == (
        "AwaitWork",
        None,
        START + timedelta(seconds=63),
    )


def test_states_that_are_only_passed_are_left_out_and_a_wait_gone_back_to_is_one() -> None:
    entered = ["Acknowledge", "WhatIsNext", "AwaitWork", "Look", "WhatIsNext", "AwaitWork", "Look", "WhatIsNext"]
    entered += ["Escalate", "WhatIsNext", "Escalate", "WhatIsNext", "AwaitWork"]
    at = [START + timedelta(seconds=second) for second in range(len(entered) + 1)]
    until = at[-1] + timedelta(seconds=60)
    gone = [Stay(state, at[place], at[place + 1], None) for place, state in enumerate(entered)]
    waiting = [*gone[:-1], Stay("AwaitWork", at[-2], None, until)]

    shown = steps_and_waits(waiting)
    assert [stay.state for stay in shown] == ["Acknowledge", "AwaitWork", "Escalate", "Escalate", "AwaitWork"]
    assert shown[1] == Stay("AwaitWork", at[2], at[6], None)
    assert shown[-1] == waiting[-1]

    looking = steps_and_waits([*gone, Stay("Look", at[-1], None, None)])
    assert looking[-1].state == "Look", "while it stands there it is shown"


def test_the_page_knows_the_states_of_the_machine() -> None:
    states = yaml.safe_load((ROOT / "statemachines/complaint_followup.asl.yaml").read_text(encoding="utf-8"))["States"]
    waits = [name for name, state in states.items() if state.get("Resource", "").endswith(".waitForTaskToken")]
    assert waits == [name for name in states if name.startswith(AWAIT)]
    assert set(states) >= PASSED
    assert _listed("picture.js", "const STATES = [") == waits
    steps = set(_listed("console.js", "const STOPS = [")) | set(_listed("console.js", "const DEEDS = {"))
    assert steps - set(waits) == {"".join(word.title() for word in step.split("_")) for step in Step}


def _listed(script: str, begin: str) -> list[str]:
    """The names of states in a list or an object of one of the page's scripts."""
    text = (ROOT / "web/console" / script).read_text(encoding="utf-8")
    return re.findall(r"[A-Z]\w+", re.split(r"[]}]", text.split(begin)[1])[0])


def test_the_namespace_is_the_templates() -> None:
    assert metrics_namespace(ROOT / "template.yaml")


async def test_nothing_is_read_until_somebody_looks_nor_after() -> None:
    reads = 0

    async def read() -> int:
        nonlocal reads
        reads += 1
        return reads

    live = Live([Panel("queues", 0.01, read)])
    await asyncio.sleep(0.03)
    assert reads == 0

    queue = live.join()
    assert await queue.get() == {"panel": "queues", "data": 1}
    live.leave(queue)
    await asyncio.sleep(0.03)
    seen = reads
    await asyncio.sleep(0.03)
    assert reads == seen


async def test_a_part_that_cannot_be_read_says_so_and_the_rest_goes_on() -> None:
    async def fail() -> None:
        raise ConnectionError("ministack is gone")

    async def read() -> str:
        return "well"

    live = Live([Panel("queues", 60, fail), Panel("cases", 60, read)])
    queue = live.join()
    messages = {message["panel"]: message for message in [await queue.get(), await queue.get()] if message}
    await live.close()
    assert messages["queues"] == {"panel": "queues", "error": "ConnectionError: ministack is gone"}
    assert messages["cases"] == {"panel": "cases", "data": "well"}
    assert await queue.get() is None


def record(request: str, what: str, **ids: str) -> str:
    names = "".join(f', "{name}": "{value}"' for name, value in ids.items())
    return f'{{"level": "INFO", "message": "{what}", "function_request_id": "{request}"{names}}}'


def event(seconds: int, kind: str, **details: Any) -> dict[str, Any]:
    return {"timestamp": START + timedelta(seconds=seconds), "type": kind, **details}
