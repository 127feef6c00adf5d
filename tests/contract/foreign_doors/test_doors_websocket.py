"""A WebSocket API: the handshake, routes, route responses, @connections."""

import json
from typing import Any

import aiohttp
import pytest
from botocore.exceptions import ClientError

from tests.contract.foreign_doors.conftest import ACCESS_KEY, Ferry

pytestmark = pytest.mark.stack

SECONDS = 15


async def heard(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    value: dict[str, Any] = await socket.receive_json(timeout=SECONDS)
    return value


async def test_who_is_not_let_in_gets_no_socket(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await web.ws_connect(f"{ferry.outputs['RadioUrl']}?channel=9")
    assert refused.value.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await web.ws_connect(f"{ferry.outputs['RadioUrl']}-other?channel=16")
    assert refused.value.status == 403


@pytest.mark.parametrize("origin", ["https://ferry.example", "http://localhost:3000", "null"])
async def test_a_page_of_elsewhere_gets_no_socket(ferry: Ferry, web: aiohttp.ClientSession, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await web.ws_connect(f"{ferry.outputs['RadioUrl']}?channel=16", origin=origin)
    assert refused.value.status == 403


async def test_a_message_takes_the_route_it_names_and_is_answered(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    async with web.ws_connect(f"{ferry.outputs['RadioUrl']}?channel=16", origin=ferry.pages) as socket:
        await socket.send_str('{"say": "loud", "text": "ahoy"}')
        event = (await heard(socket))["heard"]
        context = event["requestContext"]
        assert event["body"] == '{"say": "loud", "text": "ahoy"}'
        assert event["isBase64Encoded"] is False
        assert context["routeKey"] == "loud"
        assert context["eventType"] == "MESSAGE"
        assert context["messageDirection"] == "IN"
        assert context["stage"] == "air"
        assert context["connectedAt"] <= context["requestTimeEpoch"]
        assert context["identity"]["sourceIp"] == "127.0.0.1"
        assert context["messageId"]
        for text in ('{"say": "unheard of"}', '{"say": "$connect"}', "not json", "[1]", '{"say": 4}'):
            await socket.send_str(text)
            assert (await heard(socket))["heard"]["requestContext"]["routeKey"] == "$default"


async def test_only_a_route_with_a_response_answers(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    async with web.ws_connect(f"{ferry.outputs['RadioUrl']}?channel=16") as socket:
        await socket.send_str('{"say": "quiet", "text": "psst"}')
        await ferry.seen(lambda e: e.get("requestContext", {}).get("routeKey") == "quiet")
        await socket.send_str('{"say": "loud"}')
        assert (await heard(socket))["heard"]["requestContext"]["routeKey"] == "loud"


async def test_a_failing_function_is_told_to_the_client(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    async with web.ws_connect(f"{ferry.outputs['RadioUrl']}?channel=16") as socket:
        await socket.send_str('{"say": "loud", "text": "sink"}')
        answer = await heard(socket)
        assert answer["message"] == "Internal server error"
        assert answer["connectionId"]
        assert answer["requestId"]


async def test_the_backend_speaks_through_connections_until_the_client_is_gone(
    ferry: Ferry, web: aiohttp.ClientSession
) -> None:
    radio = ferry.client("apigatewaymanagementapi", ferry.outputs["RadioPostUrl"])
    async with (
        web.ws_connect(f"{ferry.outputs['RadioUrl']}?channel=16") as one,
        web.ws_connect(f"{ferry.outputs['RadioUrl']}?channel=16") as other,
    ):
        ids = []
        for socket in (one, other):
            await socket.send_str('{"say": "loud"}')
            ids.append((await heard(socket))["heard"]["requestContext"]["connectionId"])
        assert ids[0] != ids[1]
        radio.post_to_connection(ConnectionId=ids[1], Data=json.dumps({"from": "shore ⚓"}).encode())
        assert await heard(other) == {"from": "shore ⚓"}
        async with web.get(f"{ferry.doors['runner']}/calls") as answer:
            counts = (await answer.json())[ACCESS_KEY]
        assert counts["execute-api:PostToConnection"] == 1
        described = radio.get_connection(ConnectionId=ids[0])
        assert described["Identity"]["SourceIp"] == "127.0.0.1"
        with pytest.raises(radio.exceptions.PayloadTooLargeException):
            radio.post_to_connection(ConnectionId=ids[0], Data=b"x" * (128 * 1024 + 1))
        radio.delete_connection(ConnectionId=ids[1])
        assert (await other.receive(timeout=SECONDS)).type in (
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
        )
    left = await ferry.seen(
        lambda e: (
            e.get("requestContext", {}).get("eventType") == "DISCONNECT"
            and e["requestContext"]["connectionId"] == ids[0]
        )
    )
    assert left["requestContext"]["routeKey"] == "$disconnect"
    assert left["requestContext"]["disconnectStatusCode"] == 1000
    with pytest.raises(radio.exceptions.GoneException):
        radio.post_to_connection(ConnectionId=ids[0], Data=b"anyone?")
    with pytest.raises(ClientError) as gone:
        radio.post_to_connection(ConnectionId="never=", Data=b"anyone?")
    assert gone.value.response["ResponseMetadata"]["HTTPStatusCode"] == 410


async def test_a_message_of_more_than_128_kilobytes_ends_the_connection(
    ferry: Ferry, web: aiohttp.ClientSession
) -> None:
    async with web.ws_connect(f"{ferry.outputs['RadioUrl']}?channel=16", max_msg_size=0) as socket:
        await socket.send_str(json.dumps({"say": "loud", "text": "x" * 100_000}))
        assert (await heard(socket))["heard"]["requestContext"]["routeKey"] == "loud"
        await socket.send_str("x" * (128 * 1024 + 1))
        closed = await socket.receive(timeout=SECONDS)
        assert closed.type is aiohttp.WSMsgType.CLOSE
        assert closed.data == 1009
