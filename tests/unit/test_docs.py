"""The documents name only what exists: files, tests, links, commands, doors, parts of the template and of the pages."""

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from care import policy
from care.services.table.calls import Calls
from care.services.table.cards import Cards
from care.services.table.cases import Cases
from care.services.table.contacts import Contacts
from care.services.table.outbox import Outbox
from care.services.table.store import Store
from care.services.table.tallies import Tallies
from care.services.table.waits import Waits
from local.cloudformation.template import TemplateLoader
from local.runner.announcement import SERVICE_DOORS
from local.runner.pages import ROOT_PAGE

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PROMISES = range(1, 25)
KEPT = ("**ya / yes**", "**sebagian / in part**", "**belum / not yet**", "**perlu operator / needs a carrier**")
# Written when something runs or is deployed.
MADE_LATER = {"doors.json", "config.json"}
# Public data that training may read, kept elsewhere.
OF_OTHERS = {"slang_words.json"}
IN_TEMPLATE = re.compile(
    r"\b[A-Z][A-Za-z]+(?:Function|Queue|Alarm|Bucket|Topic|Url|Arn|Machine|Address|Scale|Origin|Hash|Sender|NumberType)\b"
)
FILE_NAME = re.compile(r"[\w.-]+\.(?:py|toml|yaml|json|md|js|css|html|wav|txt)")


@cache
def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def code_of(document: Path) -> list[str]:
    """What stands in code: spans, and the lines of blocks without their comments."""
    text = text_of(document)
    fenced = "".join(re.findall(r"^```.*?\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = [*fenced.splitlines(), *re.findall(r"^ {4}(.*)$", prose, re.MULTILINE)]
    return [*re.findall(r"`([^`\n]+)`", prose), *(re.split(r"\s#", line)[0] for line in lines)]


def rows(document: Path, under: str = "") -> list[list[str]]:
    """The cells of the tables below a heading, rulers left out; of all tables without one."""
    text = text_of(document)
    part = text.split(f"{under}\n", 1)[1].split("\n## ", 1)[0] if under else text
    lines = re.findall(r"^\|(.*)\|$", part, re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines if not set(line) <= set("|- :")]


def spans(text: str) -> list[str]:
    """What stands in backquotes, outside fenced blocks: a fence's own would shift all pairs after it."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


def folders_listed(readme: str, heading: str) -> list[str]:
    return [spans(row[0])[0].rstrip("/") for row in rows(ROOT / readme, heading)[1:]]


FOLDERS = folders_listed("README.md", "## Folders")
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.md"))})
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def anchors(document: Path) -> set[str]:
    """The fragments of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text_of(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@cache
def template() -> dict[str, Any]:
    made: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=TemplateLoader)
    return made


def logical_ids(type_: str) -> set[str]:
    return {name for name, body in template()["Resources"].items() if body["Type"] == type_}


@cache
def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "local.toml").read_text(encoding="utf-8"))


def pages() -> set[str]:
    return set(settings()["pages"]) - {ROOT_PAGE} | set(settings()["processes"])


@cache
def functions_in(path: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def file_names() -> frozenset[str]:
    found = [*ROOT.iterdir(), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))]
    return frozenset(path.name for path in found)


def is_there(named: str) -> bool:
    """Whether a path named in a document exists; a name alone may be anywhere. Placeholders stand for anything."""
    pattern = re.sub(r"<[^>]*>|…", "*", named.rstrip("/"))
    if "/" not in pattern:
        return pattern in file_names() or any(ROOT.glob(pattern))
    return any(ROOT.glob(pattern))


def paths_in(document: Path) -> Iterator[str]:
    """Paths that begin with a folder of ours, and names of files."""
    for span in spans(text_of(document)):
        word = span.partition("::")[0]
        is_path = "/" in word and word.partition("/")[0] in FOLDERS and re.fullmatch(r"[\w.<>*…/-]+", word)
        if is_path or (FILE_NAME.fullmatch(word) and word not in MADE_LATER | OF_OTHERS):
            yield word


@each_document
def test_links_lead_somewhere(document: Path) -> None:
    prose = re.sub(r"`[^`\n]*`", "", text_of(document))
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", link):
            assert link.startswith("https://"), link
            continue
        path, _, fragment = unquote(link).partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        if fragment:
            assert fragment in anchors(target), link


@each_document
def test_files_that_are_named_exist(document: Path) -> None:
    assert [path for path in paths_in(document) if not is_there(path)] == []


@each_document
def test_names_are_in_the_files_they_are_said_to_be_in(document: Path) -> None:
    for name, path in re.findall(r"`(\w+)` in\s+`([\w/.]+\.py)`", text_of(document)):
        assert re.search(rf"^\s*(?:def|class) {name}\b|^{name}\b", text_of(ROOT / path), re.MULTILINE), (name, path)


def test_the_place_for_each_change_is_there_and_has_in_it_what_is_named() -> None:
    places = [row for row in rows(ROOT / "CONTRIBUTING.md", "## Find your way") if len(row) == 3 and spans(row[2])]
    assert len(places) >= 27
    for change, place, named in places:
        (path,), (name,) = spans(place), spans(named)
        assert name in text_of(ROOT / path), change
    for room in (path for path in (ROOT / "layers/care/python/care").iterdir() if not path.name.startswith("__")):
        listed = f"`{room.name}/`" if room.is_dir() else f"`{room.name}`"
        assert room.name == "py.typed" or listed in text_of(ROOT / "CONTRIBUTING.md"), room.name


@each_document
def test_tests_that_are_named_exist(document: Path) -> None:
    for path, name in re.findall(r"`([\w/.]+\.py)::(\w+)`", text_of(document)):
        assert name.startswith("test_"), name
        assert name in functions_in(ROOT / path), f"{path}::{name}"


@each_document
def test_commands_that_are_named_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {name for code in code_of(document) for name in re.findall(r"\bmake ([a-z][a-z0-9-]*)", code)}
    assert named <= targets, named - targets


@each_document
def test_parts_of_the_template_that_are_named_exist(document: Path) -> None:
    known = {name for part in ("Parameters", "Resources", "Outputs") for name in template()[part]}
    named = {name for code in code_of(document) for name in IN_TEMPLATE.findall(code)}
    assert named <= known, named - known


def test_every_folder_that_is_listed_exists() -> None:
    assert folders_listed("README.id.md", "## Folder") == FOLDERS
    assert [folder for folder in FOLDERS if not (ROOT / folder).is_dir()] == []


def test_the_indonesian_readme_leads_where_the_english_one_does() -> None:
    for pattern in (r"\]\(([^)\s]+)\)", r"^#+ ", r"^ {4}.*?(?= #|$)", r"(?<=`)make [^`]+(?=`)"):
        english, indonesian = (
            re.findall(pattern, text_of(ROOT / name), re.MULTILINE) for name in ("README.md", "README.id.md")
        )
        assert [found for found in english if found != "README.id.md"] == [
            found for found in indonesian if found != "README.md"
        ]


def test_every_promise_has_its_row_and_is_shown() -> None:
    found = {int(row[0]): row[1:] for row in rows(DOCS / "promises.md") if row[0].isdigit()}
    assert list(found) == list(PROMISES)
    for number, (indonesian, english, kept, seen, shown) in found.items():
        assert all([indonesian, english, spans(seen)]), number
        assert kept.startswith(KEPT), f"promise {number}: {kept}"
        if kept.startswith(KEPT[:2]):
            assert "::" in shown, f"promise {number} is kept, and no test shows it"
        if not kept.startswith(KEPT[0]):
            assert kept.partition("**: ")[2], f"promise {number} does not say what is missing"


def test_places_of_promises_exist() -> None:
    for row in rows(DOCS / "promises.md"):
        for place in spans(row[4]) if row[0].isdigit() else []:
            page, _, part = place.partition("#")
            if page not in pages():
                assert is_there(place), place
            elif part:
                html = (ROOT / "web" / page / "index.html").read_text(encoding="utf-8")
                assert f'id="{part}"' in html, place


def test_every_alarm_has_its_row() -> None:
    listed = [name for row in rows(DOCS / "operations.md") for name in spans(row[0]) if name.endswith("Alarm")]
    assert sorted(listed) == sorted(logical_ids("AWS::CloudWatch::Alarm"))


def test_every_door_has_its_row() -> None:
    listed = [door for row in rows(DOCS / "local.md", "## Doors")[1:] for door in spans(row[0])]
    assert sorted(listed) == sorted({"smtp", *pages(), *SERVICE_DOORS, *settings()["doors"]})


def test_every_verb_of_the_store_is_an_access_pattern() -> None:
    listed = {verb for row in rows(DOCS / "data.md", "## Access patterns")[1:] for verb in spans(row[0])}
    parts = {"cases": Cases, "contacts": Contacts, "outbox": Outbox, "waits": Waits, "tallies": Tallies}
    parts |= {"calls": Calls, "cards": Cards}
    verbs = {f"{part}.{name}" for part, of in parts.items() for name in vars(of) if inspect.isfunction(vars(of)[name])}
    assert listed == {"commit", *(verb for verb in verbs if not verb.partition(".")[2].startswith("_"))}
    assert {name for name in vars(Store) if not name.startswith("_")} - set(Store.__dataclass_fields__) == {
        "commit",
        *parts,
    }


def test_data_is_kept_as_long_as_it_is_said() -> None:
    kept = {row[0]: row[5] for row in rows(DOCS / "data.md", "## Items") if len(row) == 6}
    days = policy.load().retention_days
    assert kept["contact"] == kept["entry"] == f"{days.contact} days"
    assert kept["connection"] == f"{days.connection} day"
    assert "dynamodb:Scan" not in (ROOT / "template.yaml").read_text(encoding="utf-8")


def test_every_route_of_the_chat_the_desk_and_the_webhooks_is_described() -> None:
    text = text_of(DOCS / "channels.md")
    for path, methods in _http_routes():
        assert re.search(rf"`{methods} {re.escape(path)}(?:\?[^`]*)?`", text), path
    for route in template()["Resources"]["ChatApi"]["Properties"]["Routes"]:
        assert route.startswith("$") or f'"action": "{route}"' in text, route


def _http_routes() -> Iterator[tuple[str, str]]:
    for name in ("DeskFunction", "StatusFunction", "SmsGatewayFunction"):
        for event in template()["Resources"][name]["Properties"]["Events"].values():
            yield re.sub(r"\{(\w+)\}", r"<\1>", event["Properties"]["Path"]), event["Properties"]["Method"]
