"""A customer who never answers is reminded once, then the case is closed, counted apart from satisfied ones."""

from care.services.executions import name
from tests.e2e.conftest import Silent
from tests.e2e.doors import body
from tests.e2e.records import Records

SECONDS_OF_SILENCE = 120


def test_silence_is_reminded_once_and_then_closed_as_unconfirmed(silent: Silent, records: Records) -> None:
    silent.person.awaits("Kami belum menerima jawaban Anda", SECONDS_OF_SILENCE)
    case = records.becomes(silent.reference, "closed", seconds=SECONDS_OF_SILENCE)
    assert case.closed_as == "unconfirmed"
    assert case.answer is None
    assert records.ended(silent.reference) == {name(silent.reference, 1, 1): "SUCCEEDED"}
    texts = [body(mail) for mail in silent.person.received()]
    assert len([one for one in texts if "Kami belum menerima jawaban Anda" in one]) == 1
    assert len(texts) == 3, "an acknowledgement, a question, a reminder"
