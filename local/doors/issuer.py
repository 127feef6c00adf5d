"""Amazon Cognito's sign-in on one machine: demo agents instead of a user pool, tokens as Cognito makes them.

Authorization code with PKCE (RFC 6749, 7636), refresh tokens, RS256 tokens with Cognito's claims. For scripts
there is `grant_type=password` with a demo agent's user name, no password and, if wanted, `expires_in` in
seconds; Cognito has no such thing.
There is one agent for each group of the template (AWS::Cognito::UserPoolGroup), for each of `GROUPS` when it
declares none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
import secrets
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from local.cloudformation.stack import Stack

TOKEN_SECONDS = 3600
CODE_SECONDS = 300
KEPT_CODES = 1000
LOOPBACK = ("127.0.0.1", "localhost", "::1")
STYLE = """
main { max-width: 30rem; margin: 0 auto; padding: 32px 16px; }
ul { display: grid; gap: 8px; padding: 0; list-style: none; }
button { display: flex; width: 100%; min-height: 44px; justify-content: space-between; gap: 16px;
  padding: 8px 16px; font: inherit; text-align: left; cursor: pointer; }
button span { color: var(--muted, #56605d); }
"""
_ORIGIN = re.compile(r"https?://[\w.\-]+(:\d+)?")
CORS = {"Access-Control-Allow-Origin": "*"}


@dataclass(frozen=True)
class Agent:
    username: str
    name: str
    groups: tuple[str, ...]

    @property
    def sub(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.username}.agents.local"))


NAMES = {
    "ratna": "Ratna Kusumawardani",
    "sari": "Sari Wulandari",
    "budi": "Budi Santoso",
    "dewi": "Dewi Lestari",
    "agus": "Agus Pratama",
    "rina": "Rina Kartika",
    "eko": "Eko Nugroho",
    "putri": "Putri Maharani",
    "hendra": "Hendra Wijaya",
    "maya": "Maya Anggraini",
}
GROUPS = ("lead", "network", "billing", "registration", "technical", "care")


@dataclass(frozen=True)
class Grant:
    """What a code or refresh token stands for."""

    agent: Agent
    client: str
    scope: str
    redirect_uri: str
    challenge: str
    nonce: str
    signed_in: int
    token_seconds: int = TOKEN_SECONDS


class Issuer:
    def __init__(self, stack: Stack) -> None:
        self.base = urlsplit(stack.urls["issuer"]).path
        self._issuer = stack.urls["issuer"]
        self._theme = f"{stack.urls['pages']}/theme.css"
        self._clients = {r.physical_id: r for r in stack.resources("AWS::Cognito::UserPoolClient").values()}
        self._agents = {agent.username: agent for agent in _agents(stack)}
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._key_id = secrets.token_urlsafe(12)
        self._codes: OrderedDict[str, Grant] = OrderedDict()
        self._refresh: OrderedDict[str, Grant] = OrderedDict()

    async def configuration(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self._issuer,
                "authorization_endpoint": f"{self._issuer}/oauth2/authorize",
                "token_endpoint": f"{self._issuer}/oauth2/token",
                "end_session_endpoint": f"{self._issuer}/logout",
                "jwks_uri": f"{self._issuer}/.well-known/jwks.json",
                "response_types_supported": ["code"],
                "scopes_supported": ["openid", "email", "profile"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            },
            headers=CORS,
        )

    async def keys(self, request: web.Request) -> web.Response:
        public = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        key = {
            "kid": self._key_id,
            "alg": "RS256",
            "use": "sig",
            "kty": "RSA",
            "n": public["n"],
            "e": public["e"],
        }
        return web.json_response({"keys": [key]}, headers=CORS)

    async def sign_in_page(self, request: web.Request) -> web.Response:
        """GET /oauth2/authorize: the agents to choose from."""
        if refusal := self._wrong_request(request.query):
            return _page(self._theme, "Sign-in is not possible", f"<p>{html.escape(refusal)}</p>", 400)
        return _page(self._theme, "Sign in", self._choices(), 200, back=request.query["redirect_uri"])

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """POST /oauth2/authorize: an agent was chosen; back to the page with a code."""
        form = await request.post()
        agent = self._agents.get(str(form.get("username", "")))
        if agent is None or self._wrong_request(request.query):
            return await self.sign_in_page(request)
        query = request.query
        code = secrets.token_urlsafe(24)
        _keep(
            self._codes,
            code,
            Grant(
                agent,
                query["client_id"],
                query.get("scope", "openid"),
                query["redirect_uri"],
                query.get("code_challenge", ""),
                query.get("nonce", ""),
                int(time.time()),
            ),
        )
        answer = {"code": code, **({"state": query["state"]} if "state" in query else {})}
        joint = "&" if urlsplit(query["redirect_uri"]).query else "?"
        raise web.HTTPFound(query["redirect_uri"] + joint + urlencode(answer))

    async def token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        match form.get("grant_type"):
            case "authorization_code":
                grant = self._redeem(form)
            case "refresh_token":
                grant = self._refresh.get(form.get("refresh_token", ""))
                if grant and grant.client != form.get("client_id"):
                    grant = None
            case "password":
                grant = self._script_grant(form)
            case _:
                return _token_error("unsupported_grant_type")
        if grant is None:
            return _token_error("invalid_grant")
        return web.json_response(self._tokens(grant, form.get("refresh_token")), headers=CORS)

    async def token_preflight(self, request: web.Request) -> web.Response:
        allowed = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "*"}
        return web.Response(status=204, headers=CORS | allowed)

    async def user_info(self, request: web.Request) -> web.Response:
        _, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            claims = jwt.decode(token, self._key.public_key(), algorithms=["RS256"], issuer=self._issuer)
        except jwt.PyJWTError:
            return web.json_response({"error": "invalid_token"}, status=401, headers=CORS)
        agent = self._agents[claims["username"]]
        info = {"sub": agent.sub, "name": agent.name, "username": agent.username, "email": _email(agent)}
        return web.json_response(info, headers=CORS)

    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """GET /logout?client_id=…&logout_uri=…: there is no session to end, so only back to the page."""
        client = self._clients.get(request.query.get("client_id", ""))
        target = request.query.get("logout_uri", request.query.get("redirect_uri", ""))
        if client is None or not _allowed(target, client.properties.get("LogoutURLs")):
            return _page(self._theme, "Signed out", "<p>You may close this page.</p>", 200 if not target else 400)
        raise web.HTTPFound(target)

    def _wrong_request(self, query: Any) -> str | None:
        client = self._clients.get(query.get("client_id", ""))
        if client is None:
            return "The page that sent you here is not known (client_id)."
        if not _allowed(query.get("redirect_uri", ""), client.properties.get("CallbackURLs")):
            return "The page that sent you here may not receive a sign-in (redirect_uri)."
        if query.get("response_type") != "code":
            return "Only the authorization code flow is offered (response_type)."
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            return "Only S256 is offered (code_challenge_method)."
        return None

    def _choices(self) -> str:
        rows = "".join(
            f'<li><button name="username" value="{html.escape(agent.username)}">'
            f"<strong>{html.escape(agent.name)}</strong>"
            f"<span>{html.escape(', '.join(agent.groups))}</span></button></li>"
            for agent in self._agents.values()
        )
        return (
            "<p>This machine has demo agents only: choose who you are. "
            "On AWS this page is Cognito's, with a password.</p>"
            f'<form method="post"><ul>{rows}</ul></form>'
        )

    def _redeem(self, form: dict[str, str]) -> Grant | None:
        """A code is good once, for five minutes, for the client, address and verifier it was made for."""
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or time.time() - grant.signed_in > CODE_SECONDS:
            return None
        if (grant.client, grant.redirect_uri) != (form.get("client_id"), form.get("redirect_uri")):
            return None
        if grant.challenge and not hmac.compare_digest(grant.challenge, _s256(form.get("code_verifier", ""))):
            return None
        return grant

    def _script_grant(self, form: dict[str, str]) -> Grant | None:
        agent = self._agents.get(form.get("username", ""))
        client = form.get("client_id") or next(iter(self._clients), "")
        if agent is None or client not in self._clients:
            return None
        seconds = form.get("expires_in", str(TOKEN_SECONDS))
        if not seconds.lstrip("-").isdecimal():
            return None
        scope = form.get("scope", "openid profile email")
        return Grant(agent, client, scope, "", "", "", int(time.time()), int(seconds))

    def _tokens(self, grant: Grant, refresh_token: str | None) -> dict[str, Any]:
        now = int(time.time())
        agent = grant.agent
        common: dict[str, Any] = {
            "sub": agent.sub,
            "iss": self._issuer,
            "origin_jti": str(uuid.uuid4()),
            "event_id": str(uuid.uuid4()),
            "auth_time": grant.signed_in,
            "iat": now,
            "exp": now + grant.token_seconds,
        }
        if agent.groups:
            common["cognito:groups"] = list(agent.groups)
        access = common | {
            "jti": str(uuid.uuid4()),
            "client_id": grant.client,
            "token_use": "access",
            "scope": grant.scope,
            "version": 2,
            "username": agent.username,
        }
        identity = common | {
            "jti": str(uuid.uuid4()),
            "aud": grant.client,
            "token_use": "id",
            "cognito:username": agent.username,
            "name": agent.name,
            "email": _email(agent),
            "email_verified": True,
            **({"nonce": grant.nonce} if grant.nonce else {}),
        }
        answer: dict[str, Any] = {
            "access_token": self._signed(access),
            "id_token": self._signed(identity),
            "token_type": "Bearer",
            "expires_in": grant.token_seconds,
        }
        if refresh_token is None:
            answer["refresh_token"] = secrets.token_urlsafe(32)
            _keep(self._refresh, answer["refresh_token"], grant)
        return answer

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._key_id})


def add_issuer_routes(app: web.Application, issuer: Issuer) -> None:
    base = issuer.base
    app.router.add_get(f"{base}/.well-known/openid-configuration", issuer.configuration)
    app.router.add_get(f"{base}/.well-known/jwks.json", issuer.keys)
    for path in ("/oauth2/authorize", "/login"):
        app.router.add_get(base + path, issuer.sign_in_page)
        app.router.add_post(base + path, issuer.sign_in)
    app.router.add_post(f"{base}/oauth2/token", issuer.token)
    app.router.add_route("OPTIONS", f"{base}/oauth2/token", issuer.token_preflight)
    app.router.add_get(f"{base}/oauth2/userInfo", issuer.user_info)
    app.router.add_get(f"{base}/logout", issuer.sign_out)


def _agents(stack: Stack) -> list[Agent]:
    declared = stack.resources("AWS::Cognito::UserPoolGroup").values()
    groups = [str(group.properties.get("GroupName", group.logical_id)) for group in declared] or GROUPS
    return [Agent(username, name, (group,)) for (username, name), group in zip(NAMES.items(), groups, strict=False)]


def _allowed(address: str, listed: list[str] | None) -> bool:
    """The client's own addresses, and this machine's: here the pages come from it."""
    parts = urlsplit(address)
    return address in (listed or []) or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _keep(grants: OrderedDict[str, Grant], key: str, grant: Grant) -> None:
    grants[key] = grant
    while len(grants) > KEPT_CODES:
        grants.popitem(last=False)


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _email(agent: Agent) -> str:
    return f"{agent.username}@agents.example"


def _token_error(code: str) -> web.Response:
    return web.json_response({"error": code}, status=400, headers=CORS)


def _page(theme: str, title: str, body: str, status: int, back: str = "") -> web.Response:
    """``back`` is where its form leads in the end."""
    target = urlsplit(back)
    origin = f"{target.scheme}://{target.netloc}"
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src {theme} 'sha256-{style}'; img-src data:; frame-ancestors 'none';"
        f" base-uri 'none'; form-action 'self' {origin if _ORIGIN.fullmatch(origin) else ''}"
    )
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="{html.escape(theme)}">'
        f"<style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": policy, "X-Frame-Options": "DENY"}
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
