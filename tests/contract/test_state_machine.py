"""Step Functions' promises: task tokens and their time-outs, retries, and one execution for one name."""

import json
import os
import signal
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.conftest import Library, command_of, eventually
from tests.contract.sockets import children_of

pytestmark = pytest.mark.stack


def start(library: Library, name: str, remind: str = "count", seconds: int = 30) -> str:
    answer = library.aws("stepfunctions").start_execution(
        stateMachineArn=library.outputs["MachineArn"],
        name=name,
        input=json.dumps({"key": name, "remind": remind, "seconds": seconds}),
    )
    return str(answer["executionArn"])


def end_of(library: Library, execution: str) -> dict[str, Any]:
    def ended() -> Any:
        found = library.aws("stepfunctions").describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    return dict(eventually(ended))


TOKENS: dict[str, list[str]] = {}


def token_for(library: Library, key: str) -> str:
    def there() -> Any:
        for each in library.take("TokensUrl", wait=0):
            TOKENS.setdefault(each["key"], []).append(each["task_token"])
        return TOKENS.get(key)

    return str(eventually(there)[-1])


def give_back(library: Library, token: str, state: str) -> None:
    library.aws("stepfunctions").send_task_success(taskToken=token, output=json.dumps({"state": state}))


@pytest.mark.parametrize(("state", "end"), [("whole", "kept"), ("wet", "torn")])
def test_a_token_given_back_goes_on_with_its_answer(library: Library, key: str, state: str, end: str) -> None:
    execution = start(library, key)
    give_back(library, token_for(library, key), state)
    done = end_of(library, execution)
    assert done["status"] == "SUCCEEDED"
    assert json.loads(done["output"])["end"] == end
    assert json.loads(done["output"])["reminded"] == {"attempt": 1}


def test_a_wait_ends_after_the_seconds_of_its_path(library: Library, key: str) -> None:
    started = time.monotonic()
    done = end_of(library, start(library, key, seconds=2))
    assert 1.5 < time.monotonic() - started < 10
    assert json.loads(done["output"])["end"] == "late"


def test_a_token_that_comes_too_late_is_refused(library: Library, key: str) -> None:
    execution = start(library, key, seconds=1)
    token = token_for(library, key)
    end_of(library, execution)
    with pytest.raises(ClientError) as refused:
        give_back(library, token, "whole")
    assert refused.value.response["Error"]["Code"] in ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


def test_a_function_that_fails_once_is_retried(library: Library, key: str) -> None:
    execution = start(library, key, remind="raise once")
    give_back(library, token_for(library, key), "whole")
    done = end_of(library, execution)
    assert done["status"] == "SUCCEEDED"
    assert json.loads(done["output"])["reminded"] == {"attempt": 2}


def test_a_function_that_always_fails_ends_the_execution(library: Library, key: str) -> None:
    done = end_of(library, start(library, key, remind="raise"))
    assert done["status"] == "FAILED"


def test_a_process_lost_in_a_task_is_retried(library: Library, key: str) -> None:
    library.control("POST", "/faults", {"function": "Workshop", "contains": key, "when": "after"})
    execution = start(library, key)
    give_back(library, token_for(library, key), "whole")
    assert json.loads(end_of(library, execution)["output"])["reminded"] == {"attempt": 2}


def test_one_name_is_one_execution(library: Library, key: str) -> None:
    execution = start(library, key)
    assert start(library, key) == execution
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        start(library, key, seconds=31)
    give_back(library, token_for(library, key), "whole")
    end_of(library, execution)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        start(library, key)


def test_a_lost_engine_starts_again_with_the_machines(library: Library, key: str) -> None:
    engines = [pid for pid in children_of(library.process.pid) if "moto.server" in command_of(pid)]
    assert len(engines) == 1
    os.kill(engines[0], signal.SIGKILL)

    def started() -> Any:
        try:
            return start(library, key, seconds=1)
        except (ClientError, ConnectionError):
            return None

    assert json.loads(end_of(library, eventually(started))["output"])["end"] == "late"
    assert eventually(lambda: library.count_of("attempts#restarted")) == 1
