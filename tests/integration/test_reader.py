"""The second reader: what it is shown, what it may answer, and that nothing depends on it.

Its answers are written after the Converse API's reference ("Converse", response syntax); none was recorded from AWS.
"""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from botocore.config import Config
from hypothesis import given

from care import clients, conversation
from care.channels import CHAT
from care.config import settings
from care.conversation import Dialogue, Facts, ReadAgain, WasRead
from care.reading import reader, triage
from care.reading.acts import Act
from care.reading.reader import Reading
from care.services.bedrock import PATIENCE, BedrockReader
from care.words import Category, Kind, Language, Priority
from tests import permissions
from tests.integration.stage import Stage, frame, letter
from tests.unit.making import ANY_TEXT, NOW, OPERATOR
from training import corpus

MODEL = permissions.READER
SAID = {"language": "id", "kind": "complaint", "category": "network", "priority": "high", "act": "problem"}
READING = Reading(Language.INDONESIAN, Kind.COMPLAINT, Category.NETWORK, Priority.HIGH, Act.PROBLEM)
KNOWN = Facts(OPERATOR.name, OPERATOR.short_number, CHAT.honorific, NOW.date())
SUBJECT = "Halo"
# Texts that our own reading is in doubt of, whatever it learned last.
TEXTS = [one.text for one in corpus.unseen()["timeline"] if one.language == "id" and not re.search(r"[\d@<]", one.text)]
DOUBTFUL = next(
    one
    for one in TEXTS
    if isinstance(conversation.turn(Dialogue(), one, replace(KNOWN, has_reader=True)).wish, ReadAgain)
    and conversation.turn(Dialogue(), one, KNOWN).wish is None
    and isinstance(
        conversation.turn(Dialogue(), f"{one} 081712345678", replace(KNOWN, has_reader=True)).wish, ReadAgain
    )
)
DOUBTFUL_MAIL = next(one for one in TEXTS if triage.is_doubtful(triage.read(f"{SUBJECT}\n{one}")))


def answer(*content: dict[str, Any], stop: str = "tool_use") -> tuple[int, dict[str, Any]]:
    return 200, {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": stop,
        "usage": {"inputTokens": 690, "outputTokens": 61, "totalTokens": 751},
        "metrics": {"latencyMs": 412},
    }


def used(said: Any) -> dict[str, Any]:
    return {"toolUse": {"toolUseId": "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", "name": "read_message", "input": said}}


@dataclass
class Bedrock:
    """Answers as it is told to, and keeps what it was asked."""

    answers: tuple[int, dict[str, Any]] | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def reader(self) -> BedrockReader:
        client = boto3.client(
            "bedrock-runtime", region_name="ap-southeast-1", endpoint_url=self.url, config=Config().merge(PATIENCE)
        )
        return BedrockReader(client, MODEL, self.failed.append)

    @property
    def shown(self) -> list[str]:
        """The customers' words it was given."""
        return [text for _, body in self.asked for text in [body["messages"][0]["content"][0]["text"]]]


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bedrock]:
    told = Bedrock()
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append((unquote(self.path), body))
            if told.answers is None:
                released.wait(30)
                return
            status, said = told.answers
            sent = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if status != 200:
                self.send_header("x-amzn-ErrorType", said["__type"])
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is printed."""

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    released.set()
    server.shutdown()
    server.server_close()


def test_the_customers_words_are_the_message_and_the_lists_are_ours(bedrock: Bedrock) -> None:
    bedrock.answers = answer(used(SAID))
    assert bedrock.reader.read("sinyal hilang") == READING
    ((path, body),) = bedrock.asked
    assert path == f"/model/{MODEL}/converse"
    assert body["messages"] == [{"role": "user", "content": [{"text": "sinyal hilang"}]}]
    (tool,) = body["toolConfig"]["tools"]
    asked = tool["toolSpec"]["inputSchema"]["json"]["properties"]
    assert asked["kind"]["enum"] == [*Kind, "none"]
    assert asked["act"]["enum"] == list(Act)
    assert body["toolConfig"]["toolChoice"] == {"tool": {"name": tool["toolSpec"]["name"]}}


def test_words_before_the_answer_are_left_out_and_none_is_none(bedrock: Bedrock) -> None:
    bedrock.answers = answer({"text": "I will report."}, used(SAID | {"kind": "none", "language": "none"}))
    assert bedrock.reader.read("selamat ya") == Reading(None, None, Category.NETWORK, Priority.HIGH, Act.PROBLEM)


@pytest.mark.parametrize(
    "answers",
    [
        answer({"text": "The customer is angry."}, stop="end_turn"),
        answer(used(SAID | {"act": "refund 500000"})),
        answer(used(SAID | {"priority": "highest"})),
        answer(used({"kind": "complaint"})),
        answer(used("complaint")),
        answer(stop="guardrail_intervened"),
        (429, {"__type": "ThrottlingException", "message": "Too many requests"}),
        (403, {"__type": "AccessDeniedException", "message": "not authorized"}),
        (424, {"__type": "ModelErrorException", "message": "invalid sequence as part of ToolUse"}),
        (503, {"__type": "ServiceUnavailableException", "message": "later"}),
        None,
    ],
    ids=["words", "an act", "a priority", "too little", "text", "nothing", "429", "403", "424", "503", "silence"],
)
def test_what_is_no_answer_is_none_and_is_asked_once(
    bedrock: Bedrock, answers: tuple[int, dict[str, Any]] | None
) -> None:
    bedrock.answers = answers
    assert bedrock.reader.read("sinyal hilang") is None
    assert (len(bedrock.asked), len(bedrock.failed)) == (1, 1)


def test_nobody_to_ask_is_no_answer(bedrock: Bedrock) -> None:
    bedrock.url = "http://127.0.0.1:9"
    assert bedrock.reader.read("sinyal hilang") is None
    assert bedrock.failed == ["EndpointConnectionError"]


@pytest.fixture
def reading(stage: Stage, bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bedrock]:
    """The functions' own centre asks it: by the setting, and the address that the environment names."""
    monkeypatch.setenv("READER_MODEL", MODEL)
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.url)
    forget()
    yield bedrock
    forget()


def forget() -> None:
    settings.cache_clear()
    clients.centre.cache_clear()


# ---- what it is shown ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "nomor saya 0817-1234-5678",
        "+62 817 1234 5678 ga bisa nelpon",
        "NIK 3171234567890123",
        "kartu 4111 1111 1111 1111",
        "otp saya 482913",
        "email sari@pelanggan.example",
        "referensi 964 646 4613",
        "lihat https://contoh.example/817?akun=17",
        "rekening 1234567890",
    ],
)
def test_no_number_and_no_address_is_shown(text: str) -> None:
    shown = reader.shown(text)
    assert sum(one.isdigit() for one in shown) < 5
    assert "@" not in shown
    assert "contoh" not in shown


@given(ANY_TEXT)
def test_no_long_number_is_ever_shown(text: str) -> None:
    shown = reader.shown(text)
    assert len(shown) <= reader.LONGEST
    assert not reader._NUMBERS.search(shown)


# ---- in a talk -------------------------------------------------------------------------------------------------------


def test_only_what_is_doubtful_is_asked(stage: Stage, reading: Bedrock) -> None:
    reading.answers = answer(used(SAID))
    for text in ("halo", "internet saya lemot banget dari kemarin sore", "hp saya dicopet", "ada kebakaran tolong"):
        stage.invoke("chat", frame(text, f"certain-{abs(hash(text))}"))
    assert reading.asked == []
    stage.invoke("chat", frame(DOUBTFUL + " 081712345678", "doubtful-1", session="d" * 32))
    (shown,) = reading.shown
    assert shown == DOUBTFUL + " [nomor]"
    (case,) = (one for one in stage.items("CASE#", "CASE") if one["summary"]["S"].startswith(DOUBTFUL[:40]))
    assert (case["kind"]["S"], case["category"]["S"], case["priority"]["S"]) == ("complaint", "network", "high")


def test_without_an_answer_the_talk_goes_on_as_without_a_reader(stage: Stage, reading: Bedrock) -> None:
    reading.answers = (503, {"__type": "ServiceUnavailableException", "message": "later"})
    answered = texts(stage.invoke("chat", frame(DOUBTFUL, "failed-1", session="f" * 32)))
    assert len(reading.asked) == 1
    assert answered[-1]["text"] == conversation.turn(Dialogue(), DOUBTFUL, KNOWN).said[-1].text


def test_a_mail_is_read_again(stage: Stage, reading: Bedrock) -> None:
    reading.answers = answer(used(SAID | {"category": "billing"}))
    stage.invoke("email", stage.put_mail("ses-1", letter(SUBJECT, DOUBTFUL_MAIL, Message_ID="<1@x>")))
    assert reading.shown == [f"{SUBJECT}\n{DOUBTFUL_MAIL}"]
    (case,) = stage.items("CASE#", "CASE")
    assert (case["kind"]["S"], case["category"]["S"]) == ("complaint", "billing")


@pytest.mark.parametrize("act", Act)
def test_whatever_it_says_nothing_is_bought_or_ended_by_it(act: Act) -> None:
    """It may lead to an article, a list or a question; an order is confirmed in the customer's own plain words."""
    known = replace(KNOWN, has_reader=True, proven="+6281712345678")
    asked = conversation.turn(Dialogue(), DOUBTFUL, known)
    assert isinstance(asked.wish, ReadAgain)
    said = Reading(Language.INDONESIAN, Kind.PACKAGE_CHANGE, Category.PACKAGE, Priority.NORMAL, act)
    answered = conversation.told(asked, WasRead(said), known)
    assert not isinstance(answered.wish, conversation.Open) or answered.wish.order is None


def test_what_we_hear_of_danger_it_cannot_take_back() -> None:
    seen = triage.read("ada kebakaran tolong")
    calm = Reading(Language.INDONESIAN, None, Category.OTHER, Priority.NORMAL, Act.CHAT)
    assert reader.settled(seen, calm).priority is Priority.DANGER


def texts(answered: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answered["body"])["messages"]
    return found
