"""Stands in for the operator's system on one machine: invented subscribers, and every way such a system can fail."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
LAYER = ROOT / "layers" / "care" / "python"
