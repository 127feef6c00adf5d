"""`make deploy`: the stack, and what CloudFormation cannot do for it. `make deploy ARGS=--check` only looks."""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from operations import check
from operations.finish import addresses, finish
from operations.settings import Settings, parameter_file, plain_secrets, settings, template_parameters, values
from operations.stack import ROOT, Refusal, read_stack

CODE = ("functions", "layers")


def code_hash(root: Path) -> str:
    """Changes with any file a function runs, so that a change in a layer alone publishes new versions too."""
    digest = hashlib.sha256()
    for folder in CODE:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def sam_commands(environment: str, told: Settings, parameters: Path) -> list[list[str]]:
    """``parameters`` is a file that `operations.settings.parameter_file` wrote."""
    chosen = ["--config-env", environment]
    target = ["--stack-name", told.stack, "--region", told.region]
    return [
        ["sam", "build", *chosen],
        ["sam", "deploy", *chosen, *target, "--parameter-overrides", f"file://{parameters}"],
    ]


def build_and_deploy(environment: str, told: Settings, parameters: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "parameters.yaml"
        file.write_text(parameter_file(parameters | {"CodeHash": code_hash(ROOT)}), encoding="utf-8")
        for command in sam_commands(environment, told, file):
            subprocess.run(command, cwd=ROOT, check=True)


def deploy(session: boto3.Session, environment: str, told: Settings, parameters: dict[str, str]) -> None:
    """Raises ``Refusal``, before minutes are spent on building, for a stack that cannot be deployed to."""
    stuck = check.stack(session, check.Wanted(told.stack, parameters))
    if stuck.verdict is check.Verdict.MEND:
        raise Refusal(f"{stuck.what}: {stuck.found}. {stuck.remedy}")
    build_and_deploy(environment, told, parameters)


def look(session: boto3.Session, told: Settings, parameters: dict[str, str]) -> int:
    looks = check.look(session, check.Wanted(told.stack, parameters))
    print("\n".join(map(str, looks)))
    print(f"\n{check.summary(looks)}")
    return 1 if any(one.verdict is check.Verdict.MEND for one in looks) else 0


def complete(session: boto3.Session, told: Settings, replace_receipt_rules: bool) -> int:
    stack = read_stack(session.client("cloudformation"), told.stack)
    done = finish(session, stack, ROOT, replace_receipt_rules)
    problems = [one for one in done if one.is_problem]
    print("\n".join(str(one) for one in done if not one.is_problem))
    print("\n".join(["", *addresses(stack)]))
    if problems:
        print("\n".join(["", "What is left to do:", *map(str, problems)]), file=sys.stderr)
    return 1 if problems else 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.deploy", description="Deploy to AWS.")
    parser.add_argument("--config-env", default="default", help="environment of samconfig.toml")
    parser.add_argument(
        "--replace-receipt-rules",
        action="store_true",
        help="make this stack's receipt rule set the active one even if another is",
    )
    parser.add_argument("--only-finish", action="store_true", help="skip sam build and sam deploy")
    parser.add_argument("--check", action="store_true", help="change nothing; say what the account lacks")
    chosen = parser.parse_args(arguments)
    try:
        told = settings(ROOT / "samconfig.toml", chosen.config_env)
        known = template_parameters(ROOT / "template.yaml")
        parameters = values(known, told.chosen, os.environ)
        for note in [*told.notes, *plain_secrets(known, told.chosen)]:
            print(note, file=sys.stderr)
        session = boto3.Session(region_name=told.region)
        if chosen.check:
            return look(session, told, parameters)
        if not chosen.only_finish:
            deploy(session, chosen.config_env, told, parameters)
        return complete(session, told, chosen.replace_receipt_rules)
    except FileNotFoundError as error:
        print(f"{error.filename} is not here: make deploy installs what it needs.", file=sys.stderr)
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(error.cmd[:2])} failed: see above, and docs/deploy.md, When it stops.", file=sys.stderr)
    except (Refusal, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
