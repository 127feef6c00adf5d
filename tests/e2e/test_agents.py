"""Who gets in at the desk, through its real door, and what many do there at once."""

import base64
import hmac
import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.e2e.doors import Agent, Answer, http
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre


def tokens(centre: CallCentre, **form: str) -> dict[str, Any]:
    """What the issuer gives a script."""
    asked = {"grant_type": "password", "username": "ratna", "client_id": centre.outputs["SignInClientId"], **form}
    with urllib.request.urlopen(f"{centre.outputs['SignInUrl']}/oauth2/token", urlencode(asked).encode()) as answer:
        found: dict[str, Any] = json.loads(answer.read())
        return found


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _part(values: dict[str, Any]) -> str:
    return _base64(json.dumps(values).encode())


def forgeries(centre: CallCentre) -> dict[str, str]:
    """Tokens of every wrong kind, by what is wrong with them."""
    good = tokens(centre)["access_token"]
    head, payload, signature = good.split(".")
    kid = {"kid": jwt.get_unverified_header(good)["kid"]}
    claims = jwt.decode(good, options={"verify_signature": False})
    (known,) = http("GET", f"{centre.outputs['SignInUrl']}/.well-known/jwks.json").body["keys"]
    public = jwt.PyJWK(known).key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own_public = RSAAlgorithm.to_jwk(own.public_key(), as_dict=True)
    said = f"{_part(kid | {'alg': 'HS256', 'typ': 'JWT'})}.{payload}"
    return {
        "nothing": "",
        "no token": "x",
        "three empty parts": "..",
        "no JSON": "e30.e30.e30",
        "huge": "x" * 7_000,
        "no signature": f"{head}.{payload}.",
        "another signature": f"{head}.{payload}.{signature[::-1]}",
        "another agent's name": f"{head}.{_part(claims | {'username': 'budi'})}.{signature}",
        "alg none": f"{_part(kid | {'alg': 'none'})}.{payload}.",
        "alg nOnE": f"{_part(kid | {'alg': 'nOnE'})}.{payload}.{signature}",
        "signed with the public key": f"{said}.{_base64(hmac.digest(public, said.encode(), 'sha256'))}",
        "another key": jwt.encode(claims, own, "RS256", kid),
        "a key that it brings": jwt.encode(claims, own, "RS256", {"kid": "mine", "jwk": own_public}),
        "no kid": jwt.encode(claims, own, "RS256"),
        "another issuer": jwt.encode(claims | {"iss": "http://evil.example"}, own, "RS256", kid),
        "expired": tokens(centre, expires_in="-1")["access_token"],
        "a refresh token": tokens(centre)["refresh_token"],
    }


def test_a_token_of_every_wrong_kind_is_refused(centre: CallCentre, agent: Agent) -> None:
    for what, token in forgeries(centre).items():
        for method, path in (("GET", "/cases"), ("GET", "/cases/4172201935"), ("POST", "/cases/4172201935/take")):
            assert Agent(agent.api, token).asks(method, path).status == 401, what


def test_only_an_access_token_that_was_granted_its_scope_gets_in(centre: CallCentre, agent: Agent) -> None:
    given = tokens(centre)
    assert Agent(agent.api, given["access_token"]).asks("GET", "/cases").status == 200
    for token in (given["id_token"], tokens(centre, scope="phone")["access_token"]):
        assert Agent(agent.api, token).asks("GET", "/cases").status == 403


def test_an_agent_is_the_same_person_whenever_they_sign_in_and_no_other(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    reference = centre.caller().complain("3").reference
    agent.take(reference)
    first = records.case(reference)
    assert first.owner == "ratna"
    centre.agent().take(reference)
    assert records.case(reference).owner_id == first.owner_id
    centre.agent("budi").take(reference)
    assert records.case(reference).owner_id not in ("", first.owner_id)
    agent.resolve(reference, "Selesai.")


def test_of_twelve_resolutions_at_once_one_is_done_and_the_others_are_told(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = centre.caller()
    reference = caller.complain("3").reference
    caller.awaits("keluhan Anda kami terima")

    def resolve(number: int) -> Answer:
        return agent.asks("POST", f"/cases/{reference}/resolve", {"id": uuid4().hex, "text": f"Sudah {number}."})

    with ThreadPoolExecutor(12) as many:
        answers = list(many.map(resolve, range(12)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 11
    done = [entry for entry in records.file(reference).timeline if entry.message.startswith("resolve-")]
    assert len(done) == 1


def test_one_click_that_is_sent_twelve_times_at_once_is_one(centre: CallCentre, records: Records, agent: Agent) -> None:
    caller = centre.caller()
    reference = caller.complain("3").reference
    caller.awaits("keluhan Anda kami terima")
    words = {"id": uuid4().hex, "text": "Kami periksa."}

    def reply(_: int) -> Answer:
        return agent.asks("POST", f"/cases/{reference}/reply", words)

    with ThreadPoolExecutor(12) as many:
        answers = list(many.map(reply, range(12)))
    assert {answer.status for answer in answers} == {200}
    assert [entry.message for entry in records.file(reference).timeline].count(f"reply-{words['id']}") == 1
    agent.resolve(reference, "Selesai.")


TRICKS = (
    "../../../../etc/passwd",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..%5c..%5c..%5cetc%5cpasswd",
    "%252e%252e%252fetc%252fpasswd",
    "....//....//etc/passwd",
    "%00/etc/passwd",
    "/etc/passwd",
    "..;/template.yaml",
    "../template.yaml",
    "%c0%ae%c0%ae/etc/passwd",
)


@pytest.mark.parametrize("trick", TRICKS)
def test_no_path_leads_out_of_a_door(centre: CallCentre, agent: Agent, trick: str) -> None:
    pages = centre.doors["runner"].removesuffix("/_runner")
    doors = [f"{pages}/", *(centre.doors[name] for name in ("phone", "mailbox", "sms", "chat", "desk", "status"))]
    doors += [f"{pages}/prompts/", f"{centre.doors['mailbox']}messages/", f"{agent.api}/", f"{agent.api}/cases/"]
    doors += [f"{centre.doors['console']}/", f"{centre.doors['operator_system']}/"]
    for door in doors:
        answer = http("GET", door + trick, token=agent.token)
        assert answer.status in (400, 403, 404), f"{door}{trick}: {answer.status}"
        assert "root:" not in str(answer.body)


def test_a_name_that_no_file_can_have_is_not_found(centre: CallCentre) -> None:
    for name in ("x" * 5_000, "%00", "desk/%00", f"desk/{'x' * 300}.js"):
        assert http("GET", f"{centre.doors['runner'].removesuffix('/_runner')}/{name}").status == 404
