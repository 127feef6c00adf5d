"""Runs a module of moto's whose Step Functions engine keeps what it otherwise makes anew each time.

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
from functools import lru_cache
from typing import Any

from moto import backends
from moto.stepfunctions.parser.asl.parse import asl_parser
from moto.stepfunctions.parser.asl.utils import boto_client, json_path

MOST_DEFINITIONS = 64
MOST_PATHS = 1024


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


if __name__ == "__main__":
    keep()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
