"""The local page's lists come from the table's stream: as they are now, newest first."""

from console.records import Records
from tests.integration.stage import Stage, call_step, client, request


def test_contacts_and_cases_are_shown_as_they_are_now(stage: Stage) -> None:
    records = Records(client, "care")
    assert (records.contacts(), records.cases()) == ([], [])
    one = stage.invoke("voice", call_step("complain", category="network"))["reference"]
    two = stage.invoke("voice", call_step("complain", call="call-2", category="billing"))["reference"]
    assert [(case["reference"], case["status"]) for case in records.cases()] == [(two, "open"), (one, "open")]
    assert [contact["contact_id"] for contact in records.contacts()] == ["call-2", "call-1"]

    stage.invoke("desk", request("POST", f"/cases/{one}/take", {}))
    assert {case["reference"]: case["owner"] for case in records.cases()} == {two: "", one: "Rina"}


def test_what_no_list_of_the_table_holds_is_shown_too(stage: Stage) -> None:
    records = Records(client, "care")
    one = stage.invoke("voice", call_step("callback"))["reference"]
    stage.invoke("desk", request("POST", f"/cases/{one}/resolve", {"id": "click-0001", "text": "Sudah ditelepon."}))
    assert [(case["reference"], case["status"]) for case in records.cases()] == [(one, "closed")]


def test_a_record_that_nobody_understands_hides_no_other(stage: Stage) -> None:
    rubbish = {"pk": {"S": "CASE#1"}, "sk": {"S": "CASE"}, "mood": {"S": "fine"}}
    client("dynamodb").put_item(TableName="care", Item=rubbish)
    one = stage.invoke("voice", call_step("complain"))["reference"]
    assert [case["reference"] for case in Records(client, "care").cases()] == [one]
