"""python -m tests.benchmarks [name ...] [--seconds S] [--repeats N]"""

import argparse
import os
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

from recovery.local import addresses

PREFIX = "bench_"


def main() -> None:
    names = sorted(
        module.name.removeprefix(PREFIX)
        for module in pkgutil.iter_modules([str(Path(__file__).parent)])
        if module.name.startswith(PREFIX)
    )
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(names)}; all if left out")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--repeats", type=int, default=3, help="the median is printed")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(names):
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    # Servers of their own, durable as in production, beside those of `up` and of the tests.
    os.environ["RECOVERY_DATA_DIR"] = str(addresses.data_dir() / "bench")
    os.environ["DJANGO_SETTINGS_MODULE"] = "recovery.settings"
    os.environ.setdefault("RECOVERY_LOG_LEVEL", "ERROR")
    for name in chosen.names or names:
        bench = import_module(f"tests.benchmarks.{PREFIX}{name}")
        bench.run(seconds=chosen.seconds, repeats=chosen.repeats)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
