"""HTTP/1.1 (RFC 9112) between programs of this machine: messages are read and written whole, connections are kept.

One event passes the runner in dozens of exchanges; a general client and server cost several times what these do. What
a browser meets, pages, sign-in and sockets, is aiohttp's; here no page may ask.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from http.client import responses
from urllib.parse import urlsplit

from multidict import CIMultiDict

from local.machine.guard import Guard

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "expect"}
WITHOUT_BODY = (204, 304)
JSON = (("Content-Type", "application/json"),)
PROGRAMS = Guard()
BROKEN = (OSError, EOFError, ValueError, asyncio.LimitOverrunError)
"""What an exchange ends with when the other side goes away or does not speak HTTP."""
logger = logging.getLogger(__name__)


class NoAnswer(Exception):
    """The server cannot be reached, went away, or said what is no answer."""


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    """Path and query, as they came."""
    headers: CIMultiDict[str]
    body: bytes
    abort: Callable[[], None]
    """Cuts the connection at once."""


@dataclass(frozen=True)
class Answer:
    """`headers` have no hop-by-hop ones; the answer to a HEAD may have the length it would be."""

    status: int
    headers: Iterable[tuple[str, str]] = ()
    body: bytes = b""


class Upstream:
    """A server that is asked; as many connections as requests are under way."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname
        self._port = parts.port
        self._kept: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    def close(self) -> None:
        for _, writer in self._kept:
            writer.close()
        self._kept.clear()

    async def ask(self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> Answer:
        """`headers` have the host and no hop-by-hop ones. Raises NoAnswer."""
        try:
            reader, writer = await self._connection()
            stays = False
            try:
                length = f"Content-Length: {len(body)}\r\n"
                writer.write(_head(f"{method} {target} HTTP/1.1", headers, length) + body)
                first, found = await _read_head(reader)
                _, code, *_ = first.split(" ")
                status = int(code)
                bare = method == "HEAD" or status in WITHOUT_BODY
                content = b"" if bare else await _read_body(reader, found, until_end=True)
                stays = found.get("Connection", "").lower() != "close"
            finally:
                # One that was given up half way is in no state to be asked again.
                if stays:
                    self._kept.append((reader, writer))
                else:
                    writer.close()
        except BROKEN as error:
            raise NoAnswer(f"{self._host}:{self._port}: {error!r}") from error
        kept = [each for each in found.items() if each[0].lower() not in HOP_BY_HOP]
        if method == "HEAD" and "Content-Length" in found:
            kept.append(("Content-Length", found["Content-Length"]))
        return Answer(status, kept, content)

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._kept:
            reader, writer = self._kept.pop()
            if not (reader.at_eof() or writer.is_closing()):
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self._host, self._port)


class Server:
    """Answers the requests of a connection one after the other."""

    def __init__(
        self,
        answer: Callable[[Request], Awaitable[Answer]],
        largest_body: int,
        *,
        guard: Guard = PROGRAMS,
        ends_with_caller: bool = False,
    ) -> None:
        """`ends_with_caller`: the answer is given up when who asked has gone."""
        self._answer = answer
        self._largest_body = largest_body
        self._guard = guard
        self._ends_with_caller = ends_with_caller
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self, port: int = 0) -> int:
        """Listen on 127.0.0.1 and the port, any for 0; returns it. Raises OSError when it cannot be had."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self._begin), "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        if self._server:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> "Callable[[], object] | None":
        """Returns what is to be done when the connection is lost."""
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._ended)
        return task.cancel if self._ends_with_caller else None

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._connections.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a request was not answered", exc_info=error)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                try:
                    request = await self._read(reader, writer)
                except BROKEN:
                    return
                answer = await self._allowed(request) if request else Answer(413)
                bare = answer.status in WITHOUT_BODY or (request is not None and request.method == "HEAD")
                length = "" if bare else f"Content-Length: {len(answer.body)}\r\n"
                writer.write(_head(_status(answer.status), answer.headers, length) + (b"" if bare else answer.body))
                try:
                    await writer.drain()
                except OSError:
                    return
                if request is None or request.headers.get("Connection", "").lower() == "close":
                    return
        finally:
            writer.close()

    async def _allowed(self, request: Request) -> Answer:
        if refusal := self._guard.refusal(request.method, request.target, request.headers.get):
            return Answer(403, JSON, refusal)
        return await self._answer(request)

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
        """None for one that is too large."""
        first, headers = await _read_head(reader)
        method, target, _ = first.split(" ")
        if int(headers.get("Content-Length", 0)) > self._largest_body:
            return None
        if headers.get("Expect", "").lower() == "100-continue":
            writer.write(_head(_status(100), (), ""))
        return Request(method, target, headers, await _read_body(reader, headers), writer.transport.abort)


class _Connection(asyncio.StreamReaderProtocol):
    """Says when it is lost, also to a server that is not reading."""

    def __init__(self, begin: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Callable[[], object] | None]):
        super().__init__(asyncio.StreamReader(), self._connected)
        self._begin = begin
        self._when_lost: Callable[[], object] | None = None

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._when_lost = self._begin(reader, writer)

    def eof_received(self) -> bool:
        stays = super().eof_received()
        return bool(stays) and self._when_lost is None

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._when_lost:
            self._when_lost()


def _status(code: int) -> str:
    return f"HTTP/1.1 {code} {responses.get(code, 'Other')}"


def _head(first: str, headers: Iterable[tuple[str, str]], length: str) -> bytes:
    fields = "".join([f"{name}: {value}\r\n" for name, value in headers])
    return f"{first}\r\n{fields}{length}\r\n".encode("utf-8", "surrogateescape")


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, CIMultiDict[str]]:
    """The first line, and the fields."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].decode("utf-8", "surrogateescape").split("\r\n")
    return first, CIMultiDict([(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)])


async def _read_body(reader: asyncio.StreamReader, headers: CIMultiDict[str], until_end: bool = False) -> bytes:
    """`until_end`: a body of no length, as answers may have, is all that comes."""
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return b"".join([chunk async for chunk in _chunks(reader)])
    if "Content-Length" in headers:
        return await reader.readexactly(int(headers["Content-Length"]))
    return await reader.read() if until_end else b""


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        yield (await reader.readexactly(size + 2))[:-2]
    while await reader.readuntil(b"\r\n") != b"\r\n":
        continue
