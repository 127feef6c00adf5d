"""What the runner tells this process through its environment."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
LAYER = ROOT / "layers" / "care" / "python"


@dataclass(frozen=True)
class Settings:
    """`runner` is the base URL of the runner's control API; `doors` the addresses people use."""

    port: int
    outputs: dict[str, str]
    runner: str
    doors: dict[str, str]
    namespace: str


def from_environment() -> Settings:
    return Settings(
        port=int(os.environ["PORT"]),
        outputs=json.loads(os.environ["STACK_OUTPUTS"]),
        runner=os.environ["RUNNER_URL"].rstrip("/"),
        doors=json.loads(os.environ["DOORS"]),
        namespace=metrics_namespace(Path(os.environ["STACK_TEMPLATE"])),
    )


class _Template(yaml.SafeLoader):
    """Reads `!Ref` and the like as plain values; only literals of the template are wanted here."""


def _plain(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node)


_Template.add_multi_constructor("!", _plain)


def metrics_namespace(template: Path) -> str:
    """The CloudWatch namespace the template gives to every function."""
    document = yaml.load(template.read_text(encoding="utf-8"), Loader=_Template)
    variables = document["Globals"]["Function"]["Environment"]["Variables"]
    return str(variables["POWERTOOLS_METRICS_NAMESPACE"])
