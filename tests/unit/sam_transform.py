"""Prints, as JSON, the template as CloudFormation gets it under each code hash given.

Run by the Python of .local/ministack, where aws-sam-translator is.
"""

import json
import os
import sys
from pathlib import Path

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

# Where code lies is no part of what is checked, and the translator takes only addresses in S3.
PLACES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}


def transformed(text: str, code_hash: str) -> object:
    template = yaml_parse(text)
    for resource in template["Resources"].values():
        if resource["Type"] in PLACES:
            resource["Properties"][PLACES[resource["Type"]]] = "s3://bucket/key"
    return Translator({}, Parser()).translate(template, {"CodeHash": code_hash})


def main() -> None:
    os.environ["AWS_DEFAULT_REGION"] = "ap-southeast-1"
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    made = {code_hash: transformed(text, code_hash) for code_hash in sys.argv[2:]}
    json.dump(made, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
