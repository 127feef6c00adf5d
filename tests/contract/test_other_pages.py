"""No port of a running stack answers a page of elsewhere, and none can be reached from another machine."""

import http.client
import json
import smtplib
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from tests.contract.conftest import Library, client, command_of
from tests.contract.sockets import INHERITED, THIS_MACHINE, children_of, environment_of, listeners

pytestmark = pytest.mark.stack

# How the guard's refusals end.
REFUSED = ('may not ask here"}', 'is no name of this machine"}')
FRAME = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
STRANGERS: dict[str, tuple[str, dict[str, str]]] = {
    "another origin": ("POST", {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}),
    "another port": ("POST", {"Origin": "http://127.0.0.1:3000", "Sec-Fetch-Site": "same-site"}),
    "no origin": ("POST", {"Origin": "null"}),
    "asked first": ("OPTIONS", {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}),
    "an image": ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}),
    "an image of another port": ("GET", {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}),
    "a frame": ("GET", {"Sec-Fetch-Site": "cross-site", **FRAME}),
    "a rebound name": ("GET", {"Host": "rebound.example"}),
    "a rebound name's own page": ("POST", {"Host": "rebound.example:80", "Origin": "http://rebound.example:80"}),
}


def answer(port: int, method: str, headers: Mapping[str, str], target: str = "/") -> tuple[int, str, set[str]]:
    """Status, body, and the names of the headers in small letters."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest(method, target, skip_host="Host" in headers)
        for name, value in {**headers, "Content-Length": "0"}.items():
            connection.putheader(name, value)
        connection.endheaders()
        got = connection.getresponse()
        return got.status, got.read().decode(), {name.lower() for name, _ in got.getheaders()}
    finally:
        connection.close()


def http_ports(library: Library) -> Iterator[tuple[str, int]]:
    """Every port that listens, but that of mail, and whose it is."""
    names = {urlsplit(url).port: name for name, url in library.doors.items() if "://" in url}
    for each in listeners(library.process.pid):
        name = names.get(each.port, command_of(each.pid))
        if name != "smtp":
            yield f"{name} {each.port}", each.port


@pytest.mark.parametrize(("method", "headers"), STRANGERS.values(), ids=STRANGERS)
def test_no_port_answers_a_page_of_elsewhere(library: Library, method: str, headers: dict[str, str]) -> None:
    library.ask("greet")
    answers = {name: answer(port, method, headers) for name, port in http_ports(library)}
    # The runner's four and one for each function's process, ministack's, moto's.
    assert len(answers) >= 6
    assert {name: got for name, got in answers.items() if got[0] != 403 or not got[1].endswith(REFUSED)} == {}
    assert not any("access-control-allow-origin" in names for _, _, names in answers.values())


def test_every_socket_listens_on_this_machine_alone(library: Library) -> None:
    found = listeners(library.process.pid)
    assert {urlsplit(library.doors[name]).port for name in ("aws", "runner", "smtp", "stepfunctions")} <= {
        each.port for each in found
    }
    assert {each.address for each in found} == {THIS_MACHINE}


def test_a_child_gets_no_more_of_the_environment_than_it_needs(library: Library) -> None:
    library.ask("greet")
    runner = environment_of(library.process.pid)
    assert len(set(runner) - INHERITED) > 0
    children = children_of(library.process.pid)
    assert len(children) >= 3
    for child in children:
        taken = {name for name, value in environment_of(child).items() if runner.get(name) == value}
        assert taken <= INHERITED, command_of(child)


def port_of(library: Library, module: str) -> str:
    """The address of the child that runs a module."""
    found = [each.port for each in listeners(library.process.pid) if f"-m {module}" in command_of(each.pid)]
    assert len(found) == 1
    return f"http://127.0.0.1:{found[0]}"


def test_ministack_runs_no_code_and_has_no_service_that_the_template_does_not_use(library: Library) -> None:
    ministack = port_of(library, "local.services.data")
    assert client("dynamodb", ministack).list_tables()["TableNames"] == [library.outputs["TableName"]]
    function = {"Role": "arn:aws:iam::000000000000:role/r", "Handler": "index.run", "Runtime": "python3.13"}
    for endpoint in (ministack, library.doors["aws"]):
        with pytest.raises(ClientError, match="400"):
            client("lambda", endpoint).create_function(FunctionName="evil", Code={"ZipFile": b"-"}, **function)
        with pytest.raises(ClientError, match="400"):
            client("ssm", endpoint).describe_parameters()
        made = {"Type": "AWS::Lambda::Function", "Properties": {**function, "Code": {"ZipFile": "-"}}}
        with pytest.raises(ClientError, match=r"Unrecognized resource types: \[AWS::Lambda::Function\]"):
            client("cloudformation", endpoint).create_stack(
                StackName="evil", TemplateBody=json.dumps({"Resources": {"Evil": made}})
            )


@pytest.mark.parametrize("path", ["/_ministack/reset", "/_ministack/config"])
def test_the_administration_of_ministack_is_shut(library: Library, path: str) -> None:
    assert answer(int(port_of(library, "local.services.data").rpartition(":")[2]), "POST", {}, path)[0] == 403


@pytest.mark.parametrize("path", ["/moto-api/reset", "/moto-api/config", "/moto-api/data.json", "/"])
def test_moto_has_step_functions_and_nothing_else(library: Library, path: str) -> None:
    url = library.doors["stepfunctions"]
    machines = client("stepfunctions", url).list_state_machines()["stateMachines"]
    assert machines
    for method in ("GET", "POST"):
        assert answer(urlsplit(url).port or 0, method, {}, path)[0] == 403
    with pytest.raises(ClientError, match="403"):
        client("dynamodb", url).list_tables()
    assert client("stepfunctions", url).list_state_machines()["stateMachines"] == machines


def test_a_link_to_a_file_may_be_followed_and_no_other_call_be_made_by_one(library: Library, key: str) -> None:
    s3 = library.aws("s3")
    s3.put_object(Bucket=library.outputs["ParkedBucket"], Key=key, Body=b"text")
    link = s3.generate_presigned_url("get_object", Params={"Bucket": library.outputs["ParkedBucket"], "Key": key})
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    with urllib.request.urlopen(urllib.request.Request(link, headers=followed)) as got:
        assert got.read() == b"text"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(link, headers=followed | {"Sec-Fetch-Dest": "image"}))
    call = f"{library.doors['aws']}/?Action=CreateTopic&Name={key}"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(call, headers=followed))


def test_what_a_page_sends_to_the_smtp_door_is_read_as_no_mail(library: Library) -> None:
    """A form of plain text may have in it whatever SMTP says; a browser's own headers are before it."""
    url = urlsplit(library.doors["smtp"])
    with smtplib.SMTP(str(url.hostname), url.port or 0, timeout=20) as program:
        assert program.ehlo()[0] == 250
    browser = ["POST / HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive", "Content-Length: 99", "User-Agent: M"]
    browser += ["Origin: https://elsewhere.example", "Content-Type: text/plain", "Accept: */*", ""]
    smtp = ["EHLO evil", "MAIL FROM:<a@b.example>", "QUIT", ""]
    with socket.create_connection((str(url.hostname), url.port or 0), timeout=20) as page:
        page.sendall("\r\n".join([*browser, *smtp]).encode())
        said = b"".join(iter(lambda: page.recv(4096), b"")).decode()
    assert "250" not in said
    assert "goodbye" in said
