"""The search's index, made from the articles, and how well it finds what two hundred questions ask for."""

import sys
from pathlib import Path

# As on Lambda, where a layer's python/ folder is on the path.
sys.path.insert(0, str(Path(__file__).parent.parent / "layers/care/python"))
