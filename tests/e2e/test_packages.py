"""A package is changed through the chat's own door, however the operator's system behaves meanwhile."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.doors import Caller, Chatter, fetch, http
from tests.e2e.stack import CallCentre

# A subscriber with pulsa enough for a day's package, and no other story's.
NUMBER = "+6281708170118"


@pytest.fixture
def stand_in(centre: CallCentre) -> Iterator[str]:
    """The controls of the operator's system; it behaves again afterwards."""
    controls = f"{centre.doors['operator_system']}/stand-in"
    before = fetch(f"{controls}/behaviour")
    yield controls
    http("PATCH", f"{controls}/behaviour", before)


def changes(stand_in: str) -> list[dict[str, Any]]:
    return [one for one in fetch(f"{stand_in}/changes") if one["number"] == NUMBER]


def proven(centre: CallCentre) -> Chatter:
    """A chat in which the line is proven by the code that came to it."""
    chatter = centre.chatter().open()
    chatter.says("cek kuota")
    chatter.says(NUMBER)
    code = re.search(r"\b\d{6}\b", Caller(centre.doors, NUMBER).awaits("kode Anda"))
    assert code
    said = chatter.says(code.group())
    assert any("Sisa kuota" in one["text"] for one in said), said
    return chatter


def test_lost_answers_and_a_killed_function_end_in_one_change_told(centre: CallCentre, stand_in: str) -> None:
    chatter = proven(centre)
    assert http("PATCH", f"{stand_in}/behaviour", {"lose_next": 5, "only": "charge"}).status == 200
    chatter.says("ambil paket Harian 1 GB")
    assert any("pesanannya kami proses" in one["text"] for one in chatter.says("ya"))
    centre.records.control("POST", "functions/ProvisioningFunction/kill")
    chatter.says("ya")
    told = chatter.awaits("sudah aktif")
    assert "Harian 1 GB" in told["text"]
    assert "sudah aktif" in Caller(centre.doors, NUMBER).awaits("sudah aktif")
    done = [one["what"] for one in changes(stand_in) if one["outcome"] == "done"]
    assert sorted(done) == ["activate", "charge"]
    chatter.close()
