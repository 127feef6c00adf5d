"""The exchanges of the runner's own parts: whole messages, kept connections, and what happens when one side goes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from local.machine.http import Answer, NoAnswer, Request, Server, Upstream

HOST = (("Host", "localhost"),)


@asynccontextmanager
async def serving(
    answer: Callable[[Request], Awaitable[Answer]], *, ends_with_caller: bool = False
) -> AsyncIterator[int]:
    server = Server(answer, 1000, ends_with_caller=ends_with_caller)
    try:
        yield await server.open()
    finally:
        await server.close()


@asynccontextmanager
async def saying(*answers: bytes) -> AsyncIterator[Upstream]:
    """A server that says these, one for each request, and then goes."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for each in answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(each)
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    upstream = Upstream(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield upstream
    finally:
        upstream.close()
        server.close()


async def echo(request: Request) -> Answer:
    told = f"{request.method} {request.target} {request.headers['X-Said']} ".encode()
    return Answer(200, [("X-Heard", request.headers["x-said"])], told + request.body)


async def test_a_message_arrives_whole_and_the_connection_is_used_again() -> None:
    callers = set()

    async def count(request: Request) -> Answer:
        callers.add(request.abort.__self__)  # type: ignore[attr-defined]
        return await echo(request)

    async with serving(count) as port:
        upstream = Upstream(f"http://127.0.0.1:{port}")
        for text in ("ö", "twice"):
            answer = await upstream.ask("POST", "/a?b=%20", [*HOST, ("X-Said", text)], b"\0\r\n\r\n")
            assert (answer.status, answer.body) == (200, f"POST /a?b=%20 {text} ".encode() + b"\0\r\n\r\n")
            assert dict(answer.headers) == {"X-Heard": text}
        assert len(callers) == 1
        upstream.close()


async def test_requests_at_once_do_not_wait_for_each_other() -> None:
    both = asyncio.Barrier(2)

    async def together(_: Request) -> Answer:
        await both.wait()
        return Answer(204)

    async with serving(together) as port:
        upstream = Upstream(f"http://127.0.0.1:{port}")
        answers = await asyncio.gather(*(upstream.ask("GET", "/", HOST) for _ in range(2)))
        assert [each.status for each in answers] == [204, 204]
        upstream.close()


async def test_an_answer_may_come_in_chunks_without_a_length_or_without_a_body() -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Last: 1\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
    async with saying(chunks, head, b"HTTP/1.1 200 OK\r\n\r\nto the end") as upstream:
        assert (await upstream.ask("GET", "/", HOST)).body == b"abcde"
        bare = await upstream.ask("HEAD", "/", HOST)
        assert (bare.body, dict(bare.headers)) == (b"", {"Content-Length": "9"})
        assert (await upstream.ask("GET", "/", HOST)).body == b"to the end"


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b"what?\r\n\r\n"])
async def test_what_is_no_answer_is_said_so_and_the_next_request_gets_its_own(said: bytes) -> None:
    async with saying(said) as upstream:
        for _ in range(2):
            with pytest.raises(NoAnswer):
                await upstream.ask("GET", "/", HOST)


async def test_a_request_may_come_in_chunks_wait_to_be_wanted_or_be_too_large() -> None:
    async with serving(echo) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"PUT / HTTP/1.1\r\nX-Said: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\n")
        assert b"PUT / a b" in await reader.readuntil(b"a b")
        writer.write(b"PUT / HTTP/1.1\r\nX-Said: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"c")
        assert b"PUT / a c" in await reader.readuntil(b"a c")
        writer.write(b"PUT / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 413 ")
        writer.close()


async def test_no_page_may_ask_and_a_program_after_it_may() -> None:
    async with serving(echo) as port:
        upstream = Upstream(f"http://127.0.0.1:{port}")
        refused = await upstream.ask("GET", "/", [*HOST, ("X-Said", "a"), ("Origin", f"http://127.0.0.1:{port}")])
        assert (refused.status, b"may not ask here" in refused.body) == (403, True)
        assert (await upstream.ask("GET", "/", [*HOST, ("X-Said", "a")])).status == 200
        upstream.close()


@pytest.mark.parametrize("ends", [True, False])
async def test_who_asked_and_went_ends_the_work_where_that_is_wanted(ends: bool) -> None:
    began, end = asyncio.Event(), asyncio.Event()
    left: list[str] = []

    async def work(_: Request) -> Answer:
        began.set()
        try:
            await end.wait()
            left.append("done")
        except asyncio.CancelledError:
            left.append("given up")
            raise
        return Answer(200)

    async with serving(work, ends_with_caller=ends) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        await began.wait()
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.05)
        end.set()
        await asyncio.sleep(0.05)
    assert left == ["given up" if ends else "done"]
