"""`python -m local`: runs the stack of a SAM template on this machine until Ctrl-C."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from local.machine.children import NO_AWS_FILES
from local.machine.refusal import Refusal


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--config", default="local.toml", type=Path, help="settings (default: local.toml)")
    parser.add_argument("--port-base", default=8170, type=int, help="first port; 0 takes free ones (default: 8170)")
    parser.add_argument(
        "--parameter", action="append", default=[], metavar="Key=Value", help="a parameter of the template"
    )
    parser.add_argument(
        "--visibility-seconds", type=int, help="a queue's message that failed is seen again after so long"
    )
    parser.add_argument(
        "--state-dir",
        default=".local",
        help="where doors.json and logs go (default: .local beside the settings)",
    )
    options = parser.parse_args()

    # boto3 and aiohttp are slow to load, and not needed to say --help.
    from local.cloudformation.settings import read_settings
    from local.runner.run import run

    _forget_own_aws()
    try:
        settings = read_settings(options.config, options.state_dir, options.parameter, options.visibility_seconds)
        asyncio.run(run(settings, options.port_base))
    except Refusal as refusal:
        print(f"{refusal}", file=sys.stderr)
        return 1
    return 0


def _forget_own_aws() -> None:
    """Nothing of a person's own AWS set-up, or of a proxy, may come between the parts of the stack."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= NO_AWS_FILES
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"


if __name__ == "__main__":
    sys.exit(main())
