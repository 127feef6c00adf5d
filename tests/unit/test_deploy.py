"""What `make deploy` decides without asking AWS."""

import json
from pathlib import Path

import pytest

from operations import deploy, finish
from operations.settings import Settings
from operations.stack import Refusal, Stack
from operations.versions import superfluous

ROOT = Path(__file__).parent.parent.parent
OUTPUTS = {
    "AgentQueue": "none",
    "CareAddress": "care@care817.example",
    "ChatSocketUrl": "wss://chat.example/live",
    "DeskApiUrl": "https://desk.example/live",
    "OperatorName": "XL",
    "PromptsUrl": "https://prompts.example",
    "SenderName": "Layanan 817",
    "ShortNumber": "817",
    "SignInClientId": "client",
    "SignInUrl": "https://sign-in.example",
    "StatusApiUrl": "https://status.example",
    "TableName": "care",
    "VoiceFunctionArn": "arn:aws:lambda:ap-southeast-1:123456789012:function:care-voice:live",
    "WebUrl": "https://web.example",
}
STACK = Stack(name="care", parameters={}, outputs=OUTPUTS)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    for name in ("functions/voice/app.py", "layers/care/python/care/case.py", "web/chat/index.html"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(name)
    return tmp_path


def test_the_code_hash_is_that_of_what_functions_run(code: Path) -> None:
    before = deploy.code_hash(code)
    (code / "web/chat/index.html").write_text("changed")
    (code / "functions/voice/__pycache__").mkdir()
    (code / "functions/voice/__pycache__/app.cpython-313.pyc").write_text("compiled")
    assert deploy.code_hash(code) == before


@pytest.mark.parametrize("changed", ["functions/voice/app.py", "layers/care/python/care/case.py"])
def test_the_code_hash_changes_with_a_function_or_a_layer(code: Path, changed: str) -> None:
    before = deploy.code_hash(code)
    (code / changed).write_text("changed")
    assert deploy.code_hash(code) != before


def test_the_code_hash_changes_when_a_file_is_renamed(code: Path) -> None:
    before = deploy.code_hash(code)
    (code / "functions/voice/app.py").rename(code / "functions/voice/other.py")
    assert deploy.code_hash(code) != before


def test_sam_is_given_the_parameters_in_a_file() -> None:
    told = Settings(stack="care", region="ap-southeast-1", chosen={})
    build, deployment = deploy.sam_commands("default", told, Path("/somewhere/parameters.yaml"))
    assert build[:2] == ["sam", "build"]
    assert deployment[-2:] == ["--parameter-overrides", "file:///somewhere/parameters.yaml"]
    assert "care" in deployment


def test_the_contact_flows_get_what_the_stack_gives_out_and_stay_json() -> None:
    arns: dict[str, str] = {}
    for name, _, placeholder in finish.FLOWS:
        text = (ROOT / "flows" / f"{name}.json").read_text(encoding="utf-8")
        flow = finish.fill_flow(text, STACK, arns)
        assert "${" not in flow
        assert json.loads(flow)["Version"] == json.loads(text)["Version"]
        arns[placeholder] = f"arn:{name}"
    assert OUTPUTS["VoiceFunctionArn"] in flow
    assert all(f"arn:{name}" in flow for name in ("queue", "whisper", "survey"))


def test_a_flow_that_asks_for_an_unknown_output_is_refused() -> None:
    with pytest.raises(Refusal, match="no output named Nobody"):
        finish.fill_flow('{"a": "${Nobody}"}', STACK, {})


def test_pages_for_one_machine_and_names_of_the_inside_are_not_published(tmp_path: Path) -> None:
    for name in ("theme.css", "chat/index.html", "desk/index.html", "mailbox/index.html", "phone/a.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    published = dict(finish.pages(tmp_path, STACK))
    assert set(published) == {"chat/index.html", "config.json", "desk/index.html", "theme.css"}
    config = json.loads(published["config.json"])
    assert config["ChatSocketUrl"] == OUTPUTS["ChatSocketUrl"]
    assert "TableName" not in config


@pytest.mark.parametrize(
    ("published", "in_use", "old"),
    [
        ([1, 2, 3, 4, 5], [5], [1, 2]),
        ([1, 2, 3], [3], []),
        ([1, 2, 3, 4, 5, 6], [5, 6], [1, 2]),
        ([1, 2, 3, 4, 5], [3], []),
        ([3, 8, 9, 11, 12], [12], [3, 8]),
        ([1, 2, 3, 4], [], []),
    ],
    ids=["two stay", "no more than two", "a release under way", "gone back", "gaps", "no alias"],
)
def test_versions_nobody_goes_back_to_are_superfluous(published: list[int], in_use: list[int], old: list[int]) -> None:
    assert superfluous(published, in_use) == old


def test_the_pages_are_named_where_there_are_any() -> None:
    assert any("https://web.example/chat/" in line for line in finish.addresses(STACK))
    without = {name: value for name, value in OUTPUTS.items() if name != "WebUrl"}
    assert finish.addresses(Stack("care", {}, without)) == ["mail           care@care817.example"]
