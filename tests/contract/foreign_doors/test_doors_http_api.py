"""An HTTP API: payload format 2.0, the JWT authorizer, CORS, errors."""

import base64
import json
import time
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.contract.foreign_doors.conftest import Ferry

pytestmark = pytest.mark.stack


async def token(
    ferry: Ferry, web: aiohttp.ClientSession, client: str = "CrewClientId", kind: str = "access_token"
) -> str:
    form = {"grant_type": "password", "username": "ratna", "client_id": ferry.outputs[client]}
    async with web.post(f"{ferry.outputs['SignInUrl']}/oauth2/token", data=form) as answer:
        return str((await answer.json())[kind])


async def get(
    ferry: Ferry, web: aiohttp.ClientSession, path: str, bearer: str | None = None, **more: Any
) -> tuple[int, Any, Any]:
    """Status, JSON body, headers."""
    headers = more.pop("headers", {}) | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    method = more.pop("method", "GET")
    async with web.request(method, ferry.outputs["PierUrl"] + path, headers=headers, **more) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if text else None, answer.headers


async def test_the_function_gets_format_two_and_answers_in_it(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    bearer = await token(ferry, web)
    status, event, headers = await get(
        ferry, web, "/things/12%2F3?colour=red&colour=blue&big=", bearer, headers={"Cookie": "a=1; b=2"}
    )
    assert status == 201
    assert headers["x-pier"] == "2"
    assert headers.getall("set-cookie") == ["berth=4; Path=/", "tide=high"]
    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /things/{number}"
    assert event["rawPath"] == "/open/things/12%2F3"
    assert event["rawQueryString"] == "colour=red&colour=blue&big="
    assert event["queryStringParameters"] == {"colour": "red,blue", "big": ""}
    assert event["pathParameters"] == {"number": "12/3"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
    assert event["headers"]["authorization"] == f"Bearer {bearer}"
    assert "body" not in event
    context = event["requestContext"]
    assert context["stage"] == "open"
    assert context["http"] == context["http"] | {"method": "GET", "path": "/open/things/12%2F3"}
    assert context["domainName"].startswith(f"{context['apiId']}.execute-api.")
    claims = context["authorizer"]["jwt"]["claims"]
    assert claims["username"] == "ratna"
    assert claims["cognito:groups"] == "[captains]"
    assert claims["client_id"] == ferry.outputs["CrewClientId"]
    assert claims["token_use"] == "access"
    assert all(isinstance(value, str) for value in claims.values())


async def test_bodies_are_text_or_base64(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    bearer = await token(ferry, web, kind="id_token")
    status, event, _ = await get(ferry, web, "/things", bearer, method="POST", json={"thing": "topi"})
    assert status == 201
    assert json.loads(event["body"]) == {"thing": "topi"}
    assert event["isBase64Encoded"] is False
    picture = {"data": b"\x89PNG\xff", "headers": {"Content-Type": "image/png"}}
    status, event, _ = await get(ferry, web, "/things", bearer, method="POST", **picture)
    assert base64.b64decode(event["body"]) == b"\x89PNG\xff"
    assert event["isBase64Encoded"] is True


async def test_an_answer_without_a_status_is_the_body(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    status, body, headers = await get(ferry, web, "/plain/deep/down/bare", method="PATCH")
    assert (status, body) == (200, {"things": 3})
    assert headers["content-type"].startswith("application/json")


async def forged(ferry: Ferry, web: aiohttp.ClientSession, **changes: Any) -> str:
    """A token of the crew's client, signed with a key that the issuer does not have."""
    genuine = await token(ferry, web)
    claims = jwt.decode(genuine, options={"verify_signature": False}) | changes
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": jwt.get_unverified_header(genuine)["kid"]})


async def test_without_a_good_token_nobody_gets_in(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    good = await token(ferry, web)
    wrong = {
        "none": None,
        "nonsense": "not.a.token",
        "other signature": await forged(ferry, web),
        "unsigned": jwt.encode({"iss": "x"}, "", algorithm="none"),
        "other audience": await token(ferry, web, client="PassengerClientId"),
        "cut": good[:-4],
    }
    for name, bearer in wrong.items():
        status, body, headers = await get(ferry, web, "/things/1", bearer)
        assert (status, body) == (401, {"message": "Unauthorized"}), name
        assert headers["www-authenticate"].startswith("Bearer")


async def test_an_expired_token_is_refused(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    form = {
        "grant_type": "password",
        "username": "ratna",
        "client_id": ferry.outputs["CrewClientId"],
        "expires_in": "-1",
    }
    async with web.post(f"{ferry.outputs['SignInUrl']}/oauth2/token", data=form) as answer:
        old = (await answer.json())["access_token"]
    assert jwt.decode(old, options={"verify_signature": False})["exp"] <= time.time()
    status, _, headers = await get(ferry, web, "/things/1", old)
    assert status == 401
    assert "expired" in headers["www-authenticate"]


async def test_a_token_without_the_scope_is_forbidden(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    status, body, _ = await get(ferry, web, "/bridge", await token(ferry, web))
    assert (status, body) == (403, {"message": "Forbidden"})


@pytest.mark.parametrize(("path", "method"), [("/nothing", "GET"), ("/things", "PUT"), ("/things/1/2", "GET")])
async def test_there_is_no_such_route(ferry: Ferry, web: aiohttp.ClientSession, path: str, method: str) -> None:
    status, body, _ = await get(ferry, web, path, method=method)
    assert (status, body) == (404, {"message": "Not Found"})


async def test_a_failing_function_is_500_and_a_slow_one_503(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    status, body, _ = await get(ferry, web, "/fall")
    assert (status, body) == (500, {"message": "Internal Server Error"})
    status, body, _ = await get(ferry, web, "/slow")
    assert (status, body) == (503, {"message": "Service Unavailable"})


async def test_cors_is_answered_without_a_token(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    for origin in (ferry.pages, ferry.pages.replace("127.0.0.1", "localhost")):
        status, _, headers = await get(ferry, web, "/things/1", method="OPTIONS", headers={"Origin": origin} | asks)
        assert status == 204
        assert headers["access-control-allow-origin"] == origin
        assert headers["access-control-allow-headers"] == "authorization,content-type"
        assert headers["access-control-allow-methods"] == "GET,POST"
        assert headers["access-control-max-age"] == "600"
    status, _, headers = await get(ferry, web, "/things/1", headers={"Origin": ferry.pages})
    assert status == 401
    assert headers["access-control-allow-origin"] == ferry.pages


@pytest.mark.parametrize("origin", ["https://ferry.example", "https://evil.example", "null"])
async def test_pages_of_elsewhere_are_refused_even_those_that_the_template_allows(
    ferry: Ferry, web: aiohttp.ClientSession, origin: str
) -> None:
    asks = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    for method in ("OPTIONS", "GET"):
        status, _, headers = await get(ferry, web, "/things/1", method=method, headers=asks)
        assert status == 403
        assert "access-control-allow-origin" not in headers
