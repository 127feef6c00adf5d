"""`python -m console`: serves the local page on 127.0.0.1 until it is told to end."""

import logging
import sys

from aiohttp import web

from console.settings import LAYER, from_environment

# As on Lambda, where a layer's python/ folder is on the path.
sys.path.append(str(LAYER))

from console.app import make

logging.basicConfig(level=logging.WARNING, format="console: %(message)s")
settings = from_environment()
web.run_app(make(settings), host="127.0.0.1", port=settings.port, print=None, shutdown_timeout=1)
