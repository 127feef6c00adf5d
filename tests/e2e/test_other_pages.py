"""A page of elsewhere, open in the same browser, tries every part of the running stack: nothing is read or changed."""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from tests.contract.sockets import INHERITED, THIS_MACHINE, environment_of, listeners
from tests.e2e.doors import fetch
from tests.e2e.stack import CallCentre
from tests.e2e.test_pages import CHROMIUMS, MISSING, driver_runs

pytestmark = pytest.mark.browser

# What the browser is told that these names are: as a name server of the attacker's would.
NAMES = "MAP elsewhere.example 127.0.0.1, MAP rebound.example 127.0.0.1"
TEXT, FORM = "text/plain", "application/x-www-form-urlencoded"
MARK = "by-a-page-of-elsewhere"

# Each way in which a page can ask; gives what it got, nothing when it got nothing.
ATTACK = """async ({method, url, type, body, headers}) => {
  const got = [];
  const simple = method === "GET" || method === "POST";
  for (const mode of simple ? ["cors", "no-cors"] : ["cors"]) {
    try {
      const sent = {...(body && {"content-type": type}), ...(mode === "cors" && headers)};
      const answer = await fetch(url, {method, mode, headers: sent, body: body ?? undefined});
      if (answer.type !== "opaque") got.push(`${mode}: ${answer.status} ${await answer.text()}`);
    } catch (error) { if (!(error instanceof TypeError)) throw error; }
  }
  const added = (name, fields) => {
    const element = Object.assign(document.createElement(name), fields);
    return new Promise((done) => {
      element.onload = () => done(name === "iframe" ? element : got.push(`${name} was loaded`));
      element.onerror = done;
      document.body.append(element);
    });
  };
  if (method === "GET") {
    await added("img", {src: url});
    await added("script", {src: url});
    await added("link", {rel: "stylesheet", href: url});
    await added("iframe", {src: url});
  }
  if (method === "POST") {
    const form = Object.assign(document.createElement("form"), {method, action: url, target: "into", enctype: type});
    for (const [name, value] of new URLSearchParams(body ?? "")) {
      form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    }
    const frame = Object.assign(document.createElement("iframe"), {name: "into"});
    document.body.append(form, frame);
    const answered = new Promise((done) => (frame.onload = done));
    HTMLFormElement.prototype.submit.call(form);
    await answered;
  }
  document.body.replaceChildren();
  return got;
}"""
SOCKET = """(url) => new Promise((done) => {
  const socket = new WebSocket(url);
  socket.onopen = () => done("opened");
  socket.onerror = () => done("refused");
})"""


class Blank(BaseHTTPRequestHandler):
    """The page of elsewhere: an empty one, whose address the test chooses."""

    def do_GET(self) -> None:
        body = b"<!doctype html><link rel=icon href=data:,><title>elsewhere</title><body></body>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """The port of another program of this machine, which serves the page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Blank) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None or not driver_runs():
        pytest.skip(MISSING)
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", f"--host-resolver-rules={NAMES}"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=Path(path), args=arguments)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    window = browser.new_context()
    yield window.new_page()
    window.close()


@dataclass(frozen=True)
class Attack:
    method: str
    url: str
    body: str | None = None
    type: str = TEXT
    headers: dict[str, str] | None = None


@pytest.fixture(scope="module")
def parts(centre: CallCentre) -> dict[str, str]:
    """Every part of the stack that answers HTTP: name → address without a slash at its end."""
    doors = {name: url.rstrip("/") for name, url in centre.doors.items() if url.startswith("http")}
    port = next(each.port for each in listeners(runner(centre)) if "local.services.data" in command_of(each.pid))
    gateway = urlsplit(centre.outputs["SignInUrl"])
    return doors | {"ministack": f"http://127.0.0.1:{port}", "gateway": f"http://{gateway.netloc}"}


def runner(centre: CallCentre) -> int:
    """The process id of the runner, which listens at the `aws` door."""
    port = urlsplit(centre.doors["aws"]).port
    return next(each.pid for each in listeners(os.getpid()) if each.port == port)


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def attacks(parts: dict[str, str], outputs: dict[str, str]) -> dict[str, list[Attack]]:
    """By part, what was done to it before the guard was there, and what else a page might try."""
    function = {"FunctionName": MARK, "Runtime": "python3.11", "Role": "arn:aws:iam::000000000000:role/r"}
    function |= {"Handler": "index.run", "Code": {"ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}}  # type: ignore[dict-item]
    create = json.dumps(function)
    topic = f"Action=CreateTopic&Name={MARK}"
    send = f"Action=SendMessage&MessageBody={MARK}&QueueUrl={outputs['FollowupQueueUrl']}"
    scan = {"X-Amz-Target": "DynamoDB_20120810.Scan"}
    table = json.dumps({"TableName": outputs["TableName"]})
    aws = [
        Attack("POST", "/2015-03-31/functions", create),
        Attack("POST", "/", topic, FORM),
        Attack("POST", "/", send, FORM),
        Attack("POST", "/", table, headers=scan),
        Attack("GET", f"/?{topic}"),
        Attack("DELETE", f"/{outputs['RawMailBucket']}"),
    ]
    voice = outputs["VoiceFunctionArn"].split(":")[6]
    mail = json.dumps({"from": "a@b.example", "to": "care@care817.example", "subject": MARK, "text": MARK})
    found = {
        "ministack": [*aws, Attack("POST", "/_ministack/reset"), Attack("GET", "/_ministack/health")],
        "stepfunctions": [Attack("POST", "/moto-api/reset"), Attack("GET", "/moto-api/data.json")],
        "aws": [*aws, Attack("POST", f"/2015-03-31/functions/{voice}/invocations", "{}")],
        "runner": [
            Attack("POST", "/functions/DeskFunction/kill"),
            Attack("POST", "/faults", '{"function": "DeskFunction", "operation": "*"}'),
            Attack("DELETE", "/calls"),
            Attack("GET", "/outputs"),
        ],
        "console": [Attack("POST", "/functions/DeskFunction/kill"), Attack("GET", "/about.json"), Attack("GET", "/")],
        "operator_system": [
            Attack("POST", "/stand-in/reset"),
            Attack("PATCH", "/stand-in/behaviour", '{"down": true}'),
            Attack("POST", "/stand-in/sms/messages", json.dumps({"from": "+628170000001", "text": MARK})),
            Attack("GET", "/stand-in/subscribers"),
            Attack("GET", "/"),
        ],
        "mailbox": [Attack("POST", "/send", mail), Attack("GET", "/messages")],
        "sms": [Attack("POST", "/messages", json.dumps({"from": "+628170000001", "text": MARK})), Attack("GET", "/")],
        "phone": [Attack("POST", "/calls", '{"from": "+628170000001"}'), Attack("GET", "/")],
        "desk": [Attack("GET", "/"), Attack("GET", "/desk.js")],
        "gateway": [
            Attack("POST", "/issuer/oauth2/token", "grant_type=password&username=ratna", FORM),
            Attack("GET", "/issuer/oauth2/authorize"),
            Attack("GET", f"{urlsplit(outputs['DeskApiUrl']).path}/cases"),
            Attack("POST", f"{urlsplit(outputs['WebhookUrl']).path}/sms/messages", "{}"),
        ],
    }
    return {
        name: [Attack(one.method, parts[name] + one.url, one.body, one.type, one.headers) for one in tried]
        for name, tried in found.items()
    }


def state(centre: CallCentre, parts: dict[str, str]) -> dict[str, Any]:
    """What the attacks would change."""
    records, operator = centre.records, parts["operator_system"]
    return {
        "desk": [one["killed"] for one in fetch(f"{parts['runner']}/functions") if one["logical_id"] == "DeskFunction"],
        "faults": fetch(f"{parts['runner']}/faults"),
        "topics": records.client("sns").list_topics()["Topics"],
        "buckets": [one["Name"] for one in records.s3.list_buckets()["Buckets"]],
        "machines": records.states.list_state_machines()["stateMachines"],
        "behaviour": fetch(f"{operator}/stand-in/behaviour"),
        "changes": fetch(f"{operator}/stand-in/changes"),
        "operator's SMS": fetch(f"{operator}/stand-in/sms/messages"),
        "marked": [
            one
            for place in ("mailbox/messages?box=all", "sms/messages")
            for one in fetch(f"{parts['runner'].removesuffix('_runner')}{place}")
            if MARK in json.dumps(one)
        ],
    }


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "evil.localhost", "elsewhere.example"])
def test_a_page_of_elsewhere_reads_and_changes_nothing(
    centre: CallCentre, parts: dict[str, str], page: Page, elsewhere: int, name: str
) -> None:
    centre.agent().cases()
    before, counted = state(centre, parts), fetch(f"{parts['runner']}/calls")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"http://{name}:{elsewhere}/")
    answers.clear()
    for part, tried in attacks(parts, centre.outputs).items():
        for one in tried:
            assert page.evaluate(ATTACK, vars(one)) == [], f"{part}: {one}"
        port = urlsplit(parts[part]).port
        assert {each.status for each in answers if urlsplit(each.url).port == port} == {403}, part
    assert page.evaluate(SOCKET, centre.doors["chat_socket"]) == "refused"
    assert state(centre, parts) == before
    counts = fetch(f"{parts['runner']}/calls")
    assert all(counts[who].get(call, 0) >= times for who, calls in counted.items() for call, times in calls.items())


@pytest.mark.parametrize(
    "part", ["console", "operator_system", "phone", "desk", "gateway", "aws", "ministack", "stepfunctions"]
)
def test_a_name_that_was_made_to_lead_here_leads_to_nothing(parts: dict[str, str], page: Page, part: str) -> None:
    address = urlsplit(parts[part])
    answer = page.goto(f"http://rebound.example:{address.port}{address.path}/")
    assert answer is not None
    assert (answer.status, answer.json()) == (
        403,
        {"error": f"rebound.example:{address.port} is no name of this machine"},
    )


def test_a_link_leads_a_person_to_the_pages_and_not_to_what_is_behind_them(
    centre: CallCentre, parts: dict[str, str], page: Page, elsewhere: int
) -> None:
    """The page of elsewhere leads its own tab, as any page may."""
    topics = centre.records.client("sns").list_topics()["Topics"]
    for part, target, status in (
        ("console", "/", 200),
        ("operator_system", "/", 200),
        ("desk", "/", 200),
        ("ministack", f"/?Action=CreateTopic&Name={MARK}", 403),
        ("aws", f"/?Action=CreateTopic&Name={MARK}", 403),
        ("stepfunctions", "/moto-api/data.json", 403),
    ):
        page.goto(f"http://elsewhere.example:{elsewhere}/")
        with page.expect_navigation() as came:
            page.evaluate("(url) => void (location.href = url)", parts[part] + target)
        assert came.value is not None
        assert (came.value.url, came.value.status) == (parts[part] + target, status)
    assert centre.records.client("sns").list_topics()["Topics"] == topics


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_own_pages_work_by_both_names_of_this_machine(parts: dict[str, str], page: Page, name: str) -> None:
    page.goto(parts["operator_system"].replace("127.0.0.1", name))
    expect(page.locator("main")).to_contain_text("+62")
    page.goto(parts["console"].replace("127.0.0.1", name))
    assert page.evaluate("fetch('about.json').then((answer) => answer.status)") == 200


def test_every_process_of_the_stack_listens_here_alone_and_inherits_little(centre: CallCentre) -> None:
    found = listeners(runner(centre))
    assert {urlsplit(centre.doors[name]).port for name in ("console", "operator_system", "aws", "smtp")} <= {
        each.port for each in found
    }
    assert {each.address for each in found} == {THIS_MACHINE}
    here = environment_of(os.getpid())
    for pid in {each.pid for each in found} - {runner(centre)}:
        taken = {name for name, value in environment_of(pid).items() if here.get(name) == value}
        assert taken <= INHERITED, command_of(pid)
