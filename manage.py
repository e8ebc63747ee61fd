#!/usr/bin/env python
"""Run a management command; with no DATABASE_URL or REDIS_URL set, on embedded servers."""

import os
import sys
from contextlib import ExitStack

from django.core.management import execute_from_command_line

from recovery.local.holding import hold_servers_for


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery.settings")
    with ExitStack() as stack:
        hold_servers_for(sys.argv[1:], stack)
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
