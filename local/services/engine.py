"""Runs moto as Step Functions alone, with the guard before it and an engine that keeps what it would make anew.

    python -m local.services.engine moto.server -H 127.0.0.1 -p 8174

By itself the engine reads the whole definition at each start of an execution, parses each path wherever it meets it,
and makes a client for each task. None of them depends on the execution: a definition that was read holds nothing of
who runs it (what is counted, is counted in the execution's environment), a parsed path is a value, and a client may be
used by many threads.
"""

import logging
import runpy
import sys
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from moto import backends
from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.parse import asl_parser
from moto.stepfunctions.parser.asl.utils import boto_client, json_path
from werkzeug import serving

from local.machine.guard import Guard

MOST_DEFINITIONS = 64
MOST_PATHS = 1024
# How X-Amz-Target begins. With moto's other services and its administration it begins otherwise, or is not there.
OPERATIONS = "AWSStepFunctions."
SHUT = b'{"error": "only Step Functions are here"}'

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class KeptClients:
    """Stands before the boto3 of the engine's tasks: one client for each service and region."""

    def __init__(self, boto3: Any) -> None:
        self._boto3 = boto3
        self._clients: dict[tuple[str, str], Any] = {}
        # Unlike its clients, the session that makes them is not for many threads.
        self._making = threading.Lock()

    def client(self, *, service_name: str, region_name: str, **settings: Any) -> Any:
        place = (service_name, region_name)
        with self._making:
            if place not in self._clients:
                self._clients[place] = self._boto3.client(service_name, region_name, **settings)
            return self._clients[place]


def keep() -> None:
    """Ends with AttributeError when moto no longer has what is kept."""
    parser: Any = asl_parser.AmazonStateLanguageParser
    parser.parse = lru_cache(MOST_DEFINITIONS)(parser.parse)
    paths: Any = json_path
    paths.parse = lru_cache(MOST_PATHS)(paths.parse)
    tasks: Any = boto_client
    tasks.boto3 = KeptClients(tasks.boto3)
    # Looked up in moto's folders for each request.
    services = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: services


def guarded(app: App, guard: Guard) -> App:
    """The WSGI application that lets in whom the guard does, to Step Functions."""

    def ask(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        def header(name: str) -> str | None:
            value: str | None = environ.get(f"HTTP_{name.upper().replace('-', '_')}")
            return value

        refusal = guard.refusal(environ["REQUEST_METHOD"], environ["PATH_INFO"], header)
        if refusal is None and (header("X-Amz-Target") or "").startswith(OPERATIONS):
            return app(environ, start)
        body = refusal or SHUT
        start("403 Forbidden", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return ask


def run_guarded(guard: Guard) -> None:
    """From now on what moto serves is guarded, and runs the state machines that it is given."""
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    server: Any = serving
    serve = server.run_simple
    server.run_simple = lambda host, port, app, **options: serve(host, port, guarded(app, guard), **options)


if __name__ == "__main__":
    keep()
    run_guarded(Guard())
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
