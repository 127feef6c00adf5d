"""Sign-in by authorization code with PKCE, as a browser does it."""

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import jwt
import pytest

from tests.contract.foreign_doors.conftest import Ferry

pytestmark = pytest.mark.stack

BACK = "http://127.0.0.1:9/bridge/"


def question(ferry: Ferry, verifier: str, **changes: str) -> dict[str, str]:
    digest = hashlib.sha256(verifier.encode()).digest()
    return {
        "response_type": "code",
        "client_id": ferry.outputs["CrewClientId"],
        "redirect_uri": BACK,
        "scope": "openid profile",
        "state": "a state / with signs",
        "nonce": "n-1",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    } | changes


async def code_for(ferry: Ferry, web: aiohttp.ClientSession, verifier: str) -> str:
    page = f"{ferry.outputs['SignInUrl']}/oauth2/authorize"
    async with web.get(page, params=question(ferry, verifier)) as answer:
        assert answer.status == 200
        assert 'value="ratna"' in await answer.text()
    form = {"username": "sari"}
    async with web.post(page, params=question(ferry, verifier), data=form, allow_redirects=False) as answer:
        assert answer.status == 302
        target = answer.headers["Location"]
    assert target.startswith(BACK)
    back = parse_qs(urlsplit(target).query)
    assert back["state"] == ["a state / with signs"]
    return back["code"][0]


async def redeem(ferry: Ferry, web: aiohttp.ClientSession, **form: str) -> tuple[int, dict[str, Any]]:
    everything = {"client_id": ferry.outputs["CrewClientId"], "redirect_uri": BACK} | form
    async with web.post(f"{ferry.outputs['SignInUrl']}/oauth2/token", data=everything) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return answer.status, await answer.json()


async def test_an_agent_signs_in_with_pkce(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    verifier = secrets.token_urlsafe(48)
    code = await code_for(ferry, web, verifier)
    status, tokens = await redeem(ferry, web, grant_type="authorization_code", code=code, code_verifier=verifier)
    assert status == 200
    again, _ = await redeem(ferry, web, grant_type="authorization_code", code=code, code_verifier=verifier)
    assert again == 400
    status, renewed = await redeem(ferry, web, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert status == 200
    assert "refresh_token" not in renewed
    async with web.get(f"{ferry.outputs['SignInUrl']}/.well-known/jwks.json") as answer:
        keys = jwt.PyJWKSet.from_dict(await answer.json())
    identity = jwt.decode(
        tokens["id_token"],
        keys[jwt.get_unverified_header(tokens["id_token"])["kid"]],
        algorithms=["RS256"],
        audience=ferry.outputs["CrewClientId"],
    )
    assert identity["cognito:username"] == "sari"
    assert identity["cognito:groups"] == ["deckhands"]
    assert identity["name"]
    assert identity["nonce"] == "n-1"
    assert identity["token_use"] == "id"
    access = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert access["token_use"] == "access"
    assert access["username"] == "sari"
    assert access["sub"] == identity["sub"]
    assert access["scope"] == "openid profile"
    assert "aud" not in access
    assert tokens["token_type"] == "Bearer"


async def test_a_stolen_code_is_worth_nothing_without_its_verifier(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    code = await code_for(ferry, web, secrets.token_urlsafe(48))
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": "guessed"}
    assert await redeem(ferry, web, **form) == (400, {"error": "invalid_grant"})


async def test_a_code_goes_only_to_the_clients_own_pages(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    page = f"{ferry.outputs['SignInUrl']}/oauth2/authorize"
    for wrong in (
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "https://ferry.example/bridge/elsewhere"},
        {"client_id": "unknown"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
    ):
        async with web.get(page, params=question(ferry, "v", **wrong)) as answer:
            assert answer.status == 400, wrong
        data = {"username": "sari"}
        async with web.post(page, params=question(ferry, "v", **wrong), data=data, allow_redirects=False) as answer:
            assert answer.status == 400, wrong
    own = question(ferry, "v", redirect_uri="https://ferry.example/bridge/")
    async with web.get(page, params=own) as answer:
        assert answer.status == 200


async def test_signing_out_leads_back_to_the_page(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    leave = f"{ferry.outputs['SignInUrl']}/logout"
    query = {"client_id": ferry.outputs["CrewClientId"], "logout_uri": "https://ferry.example/bridge/"}
    async with web.get(leave, params=query, allow_redirects=False) as answer:
        assert answer.status == 302
        assert answer.headers["Location"] == query["logout_uri"]
    evil = query | {"logout_uri": "https://evil.example/"}
    async with web.get(leave, params=evil, allow_redirects=False) as answer:
        assert answer.status == 400


async def test_the_sign_in_page_runs_nothing_and_is_framed_by_nobody(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    page = f"{ferry.outputs['SignInUrl']}/oauth2/authorize"
    for back, origin in ((BACK, " http://127.0.0.1:9"), ("http://127.0.0.1:9; script-src */", "")):
        async with web.get(page, params=question(ferry, "v", redirect_uri=back)) as answer:
            policy = answer.headers["Content-Security-Policy"].split("; ")
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert policy[-1].rstrip() == f"form-action 'self'{origin}"
            assert not [one for one in policy if one.startswith("script-src")]
            assert answer.headers["X-Frame-Options"] == "DENY"
