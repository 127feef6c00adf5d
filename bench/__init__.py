"""Measures what the design promises: AWS calls, start-up, layer sizes."""

import sys
from pathlib import Path

# Where a layer's code is on Lambda, it is here too.
sys.path.insert(0, str(Path(__file__).parent.parent / "layers/care/python"))
