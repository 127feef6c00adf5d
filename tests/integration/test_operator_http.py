"""The HTTP adapter against servers that misbehave, on a socket of this machine."""

import contextlib
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.line.line import RefusalReason, Refused, Unavailable
from care.services.http_client import MOST_BYTES, Breaker
from care.services.operator_http import HttpOperatorSystem, Patience

NUMBER = "+6281708170101"
LINE = {
    "number": NUMBER,
    "name": "Sari Wulandari",
    "segment": "prepaid",
    "package": "mingguan-5-gb",
    "balance": 62_500,
    "quota_mb": 1_740,
    "active_until": "2026-12-17",
    "grace_until": "2027-01-16",
    "registered": True,
    "area": "Denpasar",
    "zone": "WITA",
    "owner_since": "2019-03-14",
}
OK = b"HTTP/1.1 200 OK\r\n"
SHORT = Patience(total=0.3, one=0.3, tries=3)


@dataclass
class Server:
    """Gives the answers it was told to, in their order, the last one for ever."""

    answers: list[tuple[int, bytes] | None] = field(default_factory=list)
    """Status and body; None is a connection that ends without an answer."""
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    """Method, path, headers and body of every request."""
    url: str = ""

    def answer(self, *answers: tuple[int, Any] | None) -> None:
        self.answers = [
            None if each is None else (each[0], each[1] if isinstance(each[1], bytes) else json.dumps(each[1]).encode())
            for each in answers
        ]

    def next(self) -> tuple[int, bytes] | None:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.asked.append((self.command, self.path, dict(self.headers), json.loads(body) if body else None))
            answer = told.next()
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1])))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(answer[1])

        do_GET = do_POST = do_PUT = answer

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{listening.server_port}/v1"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield told
    listening.shutdown()
    thread.join()
    listening.server_close()


def system(server: Server, **options: Any) -> HttpOperatorSystem:
    return HttpOperatorSystem(server.url, lambda: "secret", backoff=lambda _: 0.0, **options)


def test_a_line_is_read(server: Server) -> None:
    server.answer((200, LINE))
    line = system(server).line(NUMBER)
    assert line is not None
    assert (line.name, line.balance, line.bill, line.zone) == ("Sari Wulandari", 62_500, None, "WITA")
    method, path, headers, _ = server.asked[0]
    assert (method, path) == ("GET", "/v1/lines/%2B6281708170101")
    assert headers["Authorization"] == "Bearer secret"


def test_a_number_that_nobody_has(server: Server) -> None:
    server.answer((404, {"reason": "unknown_number"}))
    assert system(server).line(NUMBER) is None
    with pytest.raises(Refused, match="unknown_number"):
        system(server).charge(NUMBER, 1, "k")


@pytest.mark.parametrize(
    ("ask", "method", "path", "body", "key"),
    [
        (lambda s: s.charge(NUMBER, 5_000, "7-charge"), "POST", "charges", {"amount": 5_000}, "7-charge"),
        (lambda s: s.refund(NUMBER, "7-charge"), "POST", "refunds", {"charge": "7-charge"}, "refund-7-charge"),
        (lambda s: s.activate(NUMBER, "a", "7-activate"), "PUT", "package", {"package": "a"}, "7-activate"),
    ],
)
def test_a_change_is_asked_again_under_its_key_until_it_is_answered(
    server: Server, ask: Callable[[HttpOperatorSystem], None], method: str, path: str, body: Any, key: str
) -> None:
    server.answer((503, {}), None, (200, {}))
    ask(system(server))
    assert [(one[0], one[1], one[3]) for one in server.asked] == [
        (method, f"/v1/lines/%2B6281708170101/{path}", body)
    ] * 3
    assert [one[2]["Idempotency-Key"] for one in server.asked] == [key] * 3


@pytest.mark.parametrize("reason", list(RefusalReason))
@pytest.mark.parametrize("status", [409, 422])
def test_a_refusal_is_definite_and_is_not_asked_again(server: Server, status: int, reason: RefusalReason) -> None:
    server.answer((status, {"reason": reason}))
    with pytest.raises(Refused) as caught:
        system(server).activate(NUMBER, "a", "k")
    assert caught.value.reason is reason
    assert len(server.asked) == 1


def test_a_reason_that_is_not_known_is_still_a_refusal(server: Server) -> None:
    server.answer((409, {"reason": "the moon"}))
    with pytest.raises(Refused) as caught:
        system(server).charge(NUMBER, 1, "k")
    assert caught.value.reason is RefusalReason.OTHER


UNREADABLE = {
    "nothing": (200, b""),
    "html": (200, b"<html>"),
    "null": (200, b"null"),
    "another shape": (200, [LINE]),
    "not all of it": (200, {"number": NUMBER}),
    "not UTF-8": (200, b"\xff\xfe"),
    "deep": (200, b"[" * 60_000),
    "too long": (200, b" " * (MOST_BYTES + 1) + json.dumps(LINE).encode()),
    "another's": (200, {**LINE, "number": "+6281708170102"}),
    "another's name in a wrong shape": (200, {**LINE, "name": ["Sari Wulandari"]}),
    "elsewhere": (302, b""),
    "a wrong address": (404, b"<html>not found"),
    "a refusal of nothing": (409, {}),
    "a wrong key": (401, {}),
    "too many": (429, {}),
    "broken": (500, b"Traceback Sari Wulandari +6281708170101"),
    "no answer": None,
}


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_unavailable_and_tells_nobody_s_name_or_number(
    server: Server, answer: tuple[int, Any] | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer(answer)
    with pytest.raises(Unavailable) as caught:
        system(server, breaker=Breaker(failures=99)).line(NUMBER)
    assert len(server.asked) == 3
    told = f"{caught.value!r} {caught.value.__cause__!r} {caplog.text}"
    assert "Sari" not in told
    assert "8170" not in told


@contextlib.contextmanager
def speaking(say: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """The URL of a server that takes one connection and says what it likes."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):
                say(connection, over)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        over.set()
        thread.join(timeout=10)
        assert not thread.is_alive()


def silent(_: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def drops(head: bytes, connection: socket.socket, over: threading.Event) -> None:
    """One byte at a time, each before any time-out of one read: only the whole can be late."""
    connection.sendall(head)
    while not over.wait(0.05):
        connection.sendall(b" ")


@pytest.mark.parametrize(
    "say",
    [
        silent,
        lambda connection, over: drops(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", connection, over),
        lambda connection, over: drops(b"HTTP/1.1 200 OK\r\nX-Slow: ", connection, over),
    ],
    ids=["silence", "an answer in drops", "a header in drops"],
)
def test_who_does_not_answer_in_time_is_unavailable(say: Callable[[socket.socket, threading.Event], None]) -> None:
    with speaking(say) as url:
        with pytest.raises(Unavailable, match=r"in time|TimeoutError"):
            HttpOperatorSystem(url, str, reading=SHORT).line(NUMBER)
        # The thread that waited ends as well: a system that is slow for hours must not fill the process.
        for thread in [each for each in threading.enumerate() if each.name == "http-client"]:
            thread.join(timeout=5)
            assert not thread.is_alive()


@settings(max_examples=40)
@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
    ),
)
def test_whatever_comes_back_is_an_answer_or_none(rest: bytes, begun: bytes) -> None:
    def say(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(4096)
        connection.sendall(begun + rest)

    with speaking(say) as url, pytest.raises(Unavailable):
        HttpOperatorSystem(url, str, reading=Patience(2, 2, 1)).line(NUMBER)


def test_who_is_not_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unavailable, match="ConnectionRefusedError"):
        HttpOperatorSystem(f"http://127.0.0.1:{port}", str, backoff=lambda _: 0.0).line(NUMBER)


def test_the_breaker_spares_a_system_that_is_down_and_tries_it_again_after_a_while(server: Server) -> None:
    now = 0.0
    breaker = Breaker(failures=4, seconds=10, now=lambda: now)
    asks = system(server, breaker=breaker)
    server.answer((503, {}))
    for _ in range(5):
        with pytest.raises(Unavailable):
            asks.line(NUMBER)
    assert len(server.asked) == 4
    now = 9.9
    with pytest.raises(Unavailable, match="not asked"):
        asks.line(NUMBER)
    now = 10.0
    with pytest.raises(Unavailable):
        asks.line(NUMBER)
    assert len(server.asked) == 5, "one try, and no more when it fails"
    now = 20.0
    server.answer((200, LINE))
    assert asks.line(NUMBER)
    assert asks.line(NUMBER)
    assert len(server.asked) == 7


def test_a_refusal_closes_the_breaker_as_any_answer_does(server: Server) -> None:
    breaker = Breaker(failures=4, now=lambda: 0.0)
    asks = system(server, breaker=breaker)
    server.answer(
        (503, {}), (503, {}), (503, {}), (409, {"reason": "not_eligible"}), (503, {}), (503, {}), (503, {}), (200, LINE)
    )
    with pytest.raises(Unavailable):
        asks.line(NUMBER)
    with pytest.raises(Refused):
        asks.charge(NUMBER, 1, "k")
    with pytest.raises(Unavailable):
        asks.line(NUMBER)
    assert asks.line(NUMBER)


@pytest.mark.parametrize("url", ["http://operator.example", "ftp://127.0.0.1", "operator.example", ""])
def test_customers_data_goes_by_https_or_stays_on_the_machine(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        HttpOperatorSystem(url, str)


@pytest.mark.parametrize("key", ["a\r\nX-Other: b", "kunci–1", "\x00"])
def test_a_key_that_no_header_carries_is_refused_and_not_repeated(server: Server, key: str) -> None:
    with pytest.raises(Unavailable, match=r"^no key: ValueError$"):
        HttpOperatorSystem(server.url, lambda: key, backoff=lambda _: 0.0).line(NUMBER)
    with pytest.raises(ValueError, match=r"^a key is printable ASCII$"):
        system(server).charge(NUMBER, 1, key)
    assert server.asked == []
