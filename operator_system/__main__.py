"""`python -m operator_system`: the operator's system on 127.0.0.1, until it is told to end."""

import argparse
import json
import logging
import os
import sys
from pathlib import Path

from aiohttp import web

from operator_system import LAYER

# As on Lambda, where a layer's python/ folder is on the path.
sys.path.append(str(LAYER))

from operator_system.app import make
from operator_system.smsc import Gateway
from operator_system.subscribers import FILE

logging.basicConfig(level=logging.WARNING, format="operator_system: %(message)s")
parser = argparse.ArgumentParser(prog="python -m operator_system", description=__doc__)
parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8180")), help="default: PORT, else 8180")
parser.add_argument("--key", default="", help="what callers must bear; none asks for none")
parser.add_argument("--subscribers", type=Path, default=FILE, help=f"default: {FILE.name} beside this program")
parser.add_argument("--gateway-key", default="", help="what who submits an SMS must bear; none asks for none")
parser.add_argument("--gateway-secret", default="", help="what the SMS gateway's webhooks are signed with")
parser.add_argument("--webhooks", default="", help="base URL of the webhooks; none tells nobody")
options = parser.parse_args()
doors: dict[str, str] = json.loads(os.environ.get("DOORS", "{}"))
gateway = Gateway(options.gateway_key, options.gateway_secret, options.webhooks)
app = make(options.key, options.subscribers, doors, gateway)
web.run_app(app, host="127.0.0.1", port=options.port, print=None, shutdown_timeout=1)
