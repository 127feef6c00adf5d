"""API Gateway's JWT authorizer: the issuer's keys, `iss`, `aud` or `client_id`, times and scopes."""

from __future__ import annotations

import json
import time
from typing import Any

import aiohttp
import jwt
from aiohttp import web

KEYS_SECONDS = 7200.0
SECONDS_BETWEEN_FETCHES = 5.0
ALGORITHMS = ["RS256", "RS384", "RS512"]
"""Only those of RSA are supported (developer guide, "Controlling access to HTTP APIs with JWT authorizers")."""


class Unauthorized(Exception):
    """A request that the authorizer refuses, as API Gateway answers it."""

    def __init__(self, status: int, message: str, reason: str = "") -> None:
        super().__init__(reason or message)
        self._status = status
        self._message = message
        self._reason = reason

    def response(self) -> web.Response:
        challenge = "Bearer"
        if self._reason:
            code = "insufficient_scope" if self._status == 403 else "invalid_token"
            challenge = f'Bearer scope="" error="{code}" error_description="{self._reason}"'
        headers = {"www-authenticate": challenge}
        return web.json_response({"message": self._message}, status=self._status, headers=headers)


class JwtAuthorizer:
    def __init__(self, issuer: str, audience: tuple[str, ...], identity_source: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._identity_source = identity_source
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = 0.0
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def authorize(self, request: web.Request, scopes: tuple[str, ...]) -> dict[str, Any]:
        """The authorizer part of a request context: `claims`, all text, and `scopes`.

        Raises Unauthorized.
        """
        token = self._token(request)
        if not token:
            raise Unauthorized(401, "Unauthorized")
        claims = await self._verified(token)
        named = claims.get("aud", claims.get("client_id"))
        audience = named if isinstance(named, list) else [named]
        if not set(audience) & set(self._audience):
            raise Unauthorized(401, "Unauthorized", "the token has an invalid audience")
        granted = str(claims.get("scope", claims.get("scp", ""))).split()
        if scopes and not set(scopes) & set(granted):
            raise Unauthorized(403, "Forbidden", "the token does not have the required scopes")
        return {
            "claims": {name: _as_text(value) for name, value in claims.items()},
            "scopes": list(scopes) or None,
        }

    def _token(self, request: web.Request) -> str:
        place, _, name = self._identity_source.removeprefix("$request.").partition(".")
        value = request.headers.get(name, "") if place == "header" else request.query.get(name, "")
        scheme, _, rest = value.partition(" ")
        return rest.strip() if scheme.lower() == "bearer" else value.strip()

    async def _verified(self, token: str) -> dict[str, Any]:
        try:
            key_id = str(jwt.get_unverified_header(token).get("kid", ""))
            key = await self._key(key_id)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                options={"verify_aud": False, "require": ["iss"]},
            )
        except jwt.ExpiredSignatureError as expired:
            raise Unauthorized(401, "Unauthorized", "the token has expired") from expired
        except (jwt.PyJWTError, ValueError) as invalid:
            raise Unauthorized(401, "Unauthorized", "the token is not valid") from invalid
        return claims

    async def _key(self, key_id: str) -> jwt.PyJWK:
        """The issuer's key; fetched again when it is old or a token names one that is not known."""
        age = time.monotonic() - self._fetched
        unknown = key_id not in self._keys and age > SECONDS_BETWEEN_FETCHES
        if not self._keys or age > KEYS_SECONDS or unknown:
            await self._fetch()
        try:
            return self._keys[key_id]
        except KeyError as missing:
            raise Unauthorized(401, "Unauthorized", "signing method is invalid") from missing

    async def _fetch(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        try:
            async with self._session.get(f"{self._issuer}/.well-known/openid-configuration") as answer:
                address = (await answer.json())["jwks_uri"]
            async with self._session.get(address) as answer:
                found = jwt.PyJWKSet.from_dict(await answer.json())
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError, jwt.PyJWTError) as failure:
            raise Unauthorized(401, "Unauthorized", "OIDC discovery endpoint communication error") from failure
        self._keys = {str(key.key_id): key for key in found.keys}
        self._fetched = time.monotonic()


def _as_text(value: Any) -> str:
    """Claims reach the function as text; a list becomes `[a b]`, as API Gateway writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "[" + " ".join(_as_text(item) for item in value) + "]"
    return json.dumps(value)
