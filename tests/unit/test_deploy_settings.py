"""What a deployment is told reaches the stack as it was written: settings, defaults, secrets, and SAM's own reading."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from operations.settings import Parameter, parameter_file, plain_secrets, settings, template_parameters, values
from operations.stack import Refusal

ROOT = Path(__file__).parent.parent.parent
SAM_PYTHON = ROOT / ".local/sam/bin/python"
# Answers each path of its standard input with what `sam deploy` makes of that file.
SAM_READS = """
import json, sys
from samcli.commands.deploy.command import cli
for line in sys.stdin:
    given = ["--stack-name", "care", "--region", "ap-southeast-1", "--parameter-overrides", "file://" + line.strip()]
    print(json.dumps(cli.make_context("deploy", given).params["parameter_overrides"]), flush=True)
"""
KNOWN = {
    "OperatorName": Parameter("OperatorName", "XL", secret=False),
    "Rollout": Parameter("Rollout", "Canary10Percent5Minutes", secret=False),
    "OperatorSystemKey": Parameter("OperatorSystemKey", "", secret=True),
}

Configure = Callable[[str], Path]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    def write(overrides: str) -> Path:
        path = tmp_path / "samconfig.toml"
        path.write_text(
            '[default.global.parameters]\nstack_name = "care"\nregion = "ap-southeast-1"\n'
            f"[default.deploy.parameters]\nparameter_overrides = {overrides}\n"
        )
        return path

    return write


def test_the_settings_are_those_of_samconfig() -> None:
    told = settings(ROOT / "samconfig.toml", "default")
    assert (told.stack, told.region) == ("care", "ap-southeast-1")
    assert set(told.chosen) <= set(template_parameters(ROOT / "template.yaml"))


def test_an_environment_that_is_not_in_samconfig_is_refused_in_one_sentence() -> None:
    with pytest.raises(Refusal, match="says nothing of 'staging'"):
        settings(ROOT / "samconfig.toml", "staging")


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("SenderName=Your Care Team", "Your Care Team"),
        ("SenderName=Toko 'Maju'", "Toko 'Maju'"),
        ("SenderName=a=b", "a=b"),
        ("SenderName=", ""),
        ("SenderName= Team ", " Team "),
    ],
)
def test_a_value_is_all_that_follows_the_equals_sign(configure: Configure, override: str, value: str) -> None:
    told = settings(configure(json.dumps([override])), "default")
    assert told.chosen == {"SenderName": value}
    assert told.notes == ()


@pytest.mark.parametrize("quoted", ["'Your Care Team'", '"Your Care Team"'])
def test_quotes_around_a_value_are_left_out_and_it_is_said(configure: Configure, quoted: str) -> None:
    told = settings(configure(json.dumps([f"SenderName={quoted}"])), "default")
    assert told.chosen == {"SenderName": "Your Care Team"}
    assert "SenderName" in told.notes[0]


@pytest.mark.parametrize("overrides", ['"OperatorName=XL"', '["OperatorName"]', '["Operator Name=XL"]'])
def test_what_is_not_a_list_of_names_and_values_is_refused(configure: Configure, overrides: str) -> None:
    with pytest.raises(Refusal, match="Name=value"):
        settings(configure(overrides), "default")


def test_what_is_no_longer_chosen_goes_back_to_its_default() -> None:
    assert values(KNOWN, {"Rollout": "AllAtOnce"}, {}) == {"OperatorName": "XL", "Rollout": "AllAtOnce"}
    assert values(KNOWN, {}, {})["Rollout"] == "Canary10Percent5Minutes"


def test_a_secret_is_taken_from_the_environment_and_else_kept() -> None:
    assert "OperatorSystemKey" not in values(KNOWN, {}, {"CARE_OPERATOR_SYSTEM_KEY": ""})
    given_there = values(KNOWN, {"OperatorSystemKey": "old"}, {"CARE_OPERATOR_SYSTEM_KEY": "new"})
    assert given_there["OperatorSystemKey"] == "new"
    assert values(KNOWN, {"OperatorSystemKey": ""}, {})["OperatorSystemKey"] == ""


def test_a_secret_in_a_file_that_is_committed_is_pointed_at() -> None:
    (note,) = plain_secrets(KNOWN, {"OperatorSystemKey": "hunter2", "OperatorName": "XL"})
    assert "CARE_OPERATOR_SYSTEM_KEY" in note
    assert "hunter2" not in note
    assert plain_secrets(KNOWN, {"OperatorSystemKey": ""}) == []


def test_a_name_the_template_does_not_have_is_refused_with_the_closest() -> None:
    with pytest.raises(Refusal, match="no parameter operatorname: is OperatorName meant"):
        values(KNOWN, {"operatorname": "Your Name"}, {})
    with pytest.raises(Refusal, match=r"no parameter Zzz\."):
        values(KNOWN, {"Zzz": ""}, {})


def test_every_parameter_has_a_default_that_is_text() -> None:
    """A bare `yes` in YAML is a truth value, which neither CloudFormation nor this would pass on as "yes"."""
    known = template_parameters(ROOT / "template.yaml")
    assert {parameter.default for parameter in known.values()} & {"True", "False", "None"} == set()
    assert known["OperatorSystemKey"].secret
    assert known["OperatorSystemKey"].variable == "CARE_OPERATOR_SYSTEM_KEY"


@pytest.fixture(scope="module")
def sam(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], dict[str, str]]]:
    if not SAM_PYTHON.exists():
        pytest.skip("SAM is not installed here: make validate installs it")
    # SAM reads the template of its folder each time: a small one, which has these parameters.
    folder = tmp_path_factory.mktemp("sam")
    parameters = {name: {"Type": "String", "Default": ""} for name in ("OperatorName", "ShortNumber")}
    (folder / "template.yaml").write_text(json.dumps({"Parameters": parameters, "Resources": {}}), encoding="utf-8")
    with subprocess.Popen(
        [SAM_PYTHON, "-c", SAM_READS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
    ) as process:
        assert process.stdin
        assert process.stdout
        to_sam, from_sam = process.stdin, process.stdout

        def reads(path: Path) -> dict[str, str]:
            to_sam.write(f"{path}\n")
            to_sam.flush()
            understood: dict[str, str] = json.loads(from_sam.readline())
            return understood

        yield reads
        to_sam.close()


@given(value=st.one_of(st.text(), st.text(alphabet="ab \\\"'=,:#$%\n")))
@example("Your Name")
@example("'quoted'")
@example('a\\ b\\"')
@example("file:///etc/hosts")
@hypothesis_settings(deadline=None)
def test_sam_reads_every_value_as_it_was_written(
    sam: Callable[[Path], dict[str, str]], tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "parameters.yaml"
    path.write_text(parameter_file({"OperatorName": value, "ShortNumber": "817"}), encoding="utf-8")
    assert sam(path) == {"OperatorName": value, "ShortNumber": "817"}
