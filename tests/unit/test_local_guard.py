"""Who may ask the parts of the stack: programs, their own pages, and a person who follows a link to a page."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug import serving

from local.machine.guard import Guard, anywhere
from local.services import data, engine
from local.services.router import _is_file

PROGRAMS = Guard()
PAGES = Guard(pages=True, others={8171, 8172}, linked=anywhere)
OWN = "127.0.0.1:8170"

VISIT = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
CROSS, SAME, SELF = ({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "same-origin"))
IMAGE = {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
STYLE = {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "style"}
FRAME = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}


def lets_in(guard: Guard, method: str = "GET", target: str = "/", **headers: str) -> bool:
    fields = {"host": OWN, **{name.lower(): value for name, value in headers.items()}}
    refusal = guard.refusal(method, target, lambda name: fields.get(name.lower()))
    assert refusal is None or set(json.loads(refusal)) == {"error"}
    return refusal is None


@pytest.mark.parametrize("guard", [PROGRAMS, PAGES])
@pytest.mark.parametrize("host", [OWN, "localhost:8170", "LOCALHOST", "mail.localhost:8170", ""])
def test_a_program_may_ask_by_every_name_of_this_machine(guard: Guard, host: str) -> None:
    assert lets_in(guard, "POST", Host=host)
    assert lets_in(guard, Host=host, **{"Sec-Fetch-Site": "none"}, **VISIT)


@pytest.mark.parametrize("guard", [PROGRAMS, PAGES])
@pytest.mark.parametrize(
    "host",
    [
        "rebound.example",
        "rebound.example:8170",
        "127.0.0.1.nip.example",
        "localhost.example",
        "evillocalhost",
        "[::1]:80",
    ],
)
def test_a_name_that_was_made_to_lead_here_is_refused_whatever_else_is_said(guard: Guard, host: str) -> None:
    assert not lets_in(guard, Host=host)
    assert not lets_in(guard, Host=host, Origin=f"http://{host}", **SELF)
    assert not lets_in(guard, Host=host, **SELF, **VISIT)


@pytest.mark.parametrize("port", [8170, 8171, 8172])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_pages_of_the_own_ports_may_ask_a_server_of_pages_and_no_other(name: str, port: int) -> None:
    origin = f"http://{name}:{port}"
    assert lets_in(PAGES, "POST", Origin=origin, **SAME)
    assert lets_in(PAGES, **SAME, **STYLE, Referer=f"{origin}/")
    assert not lets_in(PROGRAMS, "POST", Origin=origin, **SAME)
    assert not lets_in(PROGRAMS, **SAME, **STYLE, Referer=f"{origin}/")


def test_a_page_may_ask_its_own_server() -> None:
    assert lets_in(PAGES, **SELF)
    assert lets_in(Guard(pages=True), "POST", Origin=f"http://{OWN}", **SELF)
    assert not lets_in(Guard(pages=True), "POST", Origin="http://127.0.0.1:8171", **SAME)
    assert not lets_in(PROGRAMS, **SELF)


@pytest.mark.parametrize(
    "origin",
    [
        "https://elsewhere.example",
        "http://127.0.0.1:3000",
        "http://localhost",
        "https://127.0.0.1:8170",
        "http://127.0.0.1.nip.example:8170",
        "http://127.0.0.1:8170@elsewhere.example",
        "http://127.0.0.1:99999999",
        "http://[::1]:8170",
        "http://[",
        "file://",
        "chrome-extension://abcdef",
        "null",
        "",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_pages_of_elsewhere_may_not_ask(origin: str, method: str) -> None:
    for guard in (PAGES, PROGRAMS):
        assert not lets_in(guard, method, Origin=origin)
        assert not lets_in(guard, method, Origin=origin, **CROSS, **VISIT)


@pytest.mark.parametrize("site", [CROSS, SAME])
@pytest.mark.parametrize("how", [IMAGE, STYLE, FRAME, {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"}, {}])
def test_nothing_of_elsewhere_is_put_into_a_page(site: dict[str, str], how: dict[str, str]) -> None:
    for guard in (PAGES, PROGRAMS):
        assert not lets_in(guard, **site, **how)
        assert not lets_in(guard, **site, **how, Referer="http://127.0.0.1:3000/")


def test_a_link_leads_a_person_to_pages_and_to_nothing_else() -> None:
    assert lets_in(PAGES, **CROSS, **VISIT)
    assert not lets_in(PAGES, "POST", **CROSS, **VISIT)
    assert not lets_in(PROGRAMS, **CROSS, **VISIT)


SIGNED = "X-Amz-Credential=k/20260101/r/{}/aws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-Signature=s"


@pytest.mark.parametrize(
    ("target", "may"),
    [
        ("/mails/one.eml?" + SIGNED.format("s3"), True),
        ("/mails/one.eml?AWSAccessKeyId=k&Signature=s&Expires=1", True),
        ("/mails/one.eml", False),
        ("/?Action=DeleteTopic&TopicArn=a", False),
        ("/?Action=DeleteTopic&" + SIGNED.format("sns"), False),
        ("/2015-03-31/functions/one/invocations?" + SIGNED.format("lambda"), False),
    ],
)
def test_a_link_leads_to_files_of_the_aws_door_alone(target: str, may: bool) -> None:
    assert lets_in(Guard(linked=_is_file), "GET", target, **SAME, **VISIT) == may
    assert not lets_in(Guard(linked=_is_file), "GET", target, **SAME, **IMAGE)


async def ministack(path: str = "/", kind: str = "http", **headers: str) -> list[Any]:
    """What is sent to who asks; "passed" where the application was asked."""
    sent: list[Any] = []

    async def app(*_: Any) -> None:
        sent.append("passed")

    async def receive() -> dict[str, Any]:
        return {}

    async def send(message: Any) -> None:
        sent.append(message.get("status", message["type"]))

    fields = [(name.lower().encode(), value.encode()) for name, value in {"Host": OWN, **headers}.items()]
    scope = {"type": kind, "method": "GET", "path": path, "headers": fields}
    await data.guarded(app, PROGRAMS)(scope, receive, send)
    return sent


async def test_ministack_answers_programs_and_its_administration_nobody() -> None:
    refused = [403, "http.response.body"]
    assert await ministack() == await ministack(data.HEALTH) == await ministack(kind="lifespan") == ["passed"]
    assert await ministack(Origin=f"http://{OWN}") == await ministack(Host="rebound.example") == refused
    assert await ministack("/_ministack/reset") == await ministack("/_localstack/config") == refused
    assert await ministack(kind="websocket") == ["websocket.close"]


def moto(app: Any, **environ: str) -> str:
    told: list[str] = []
    body = app(
        {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "HTTP_HOST": OWN, **environ}, lambda status, _: told.append(status)
    )
    return told[0] if told else b"".join(body).decode()


def test_moto_answers_programs_that_ask_for_step_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Any] = []

    def run_simple(host: str, port: int, app: Any, **_: Any) -> None:
        served.extend((host, port, app))

    def steps(*_: Any) -> Iterable[bytes]:
        return [b"passed"]

    monkeypatch.setattr(serving, "run_simple", run_simple)
    settings: dict[str, Any] = {}
    monkeypatch.setattr(engine, "default_user_config", settings)
    engine.run_guarded(PROGRAMS)
    serving.run_simple("127.0.0.1", 8174, steps)
    assert served[:2] == ["127.0.0.1", 8174]
    assert settings == {"stepfunctions": {"execute_state_machine": True}}
    start = {"HTTP_X_AMZ_TARGET": "AWSStepFunctions.StartExecution"}
    assert moto(served[2], **start) == "passed"
    assert moto(served[2], **start, HTTP_ORIGIN=f"http://{OWN}") == "403 Forbidden"
    assert moto(served[2], **start, HTTP_HOST="rebound.example") == "403 Forbidden"
    assert moto(served[2], PATH_INFO="/moto-api/reset") == moto(served[2]) == "403 Forbidden"
    assert moto(served[2], HTTP_X_AMZ_TARGET="DynamoDB_20120810.Scan") == "403 Forbidden"
