#!/usr/bin/env python
"""Django's command line for U-AIP."""

import errno
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

#: Exit code of what could not even begin.
COULD_NOT_RUN = 2


def main() -> None:
    """A setting that cannot be used is said in one sentence, not by a traceback."""
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        sys.stderr.write(f"{_with_place(str(fault))}\n")
        sys.exit(1 if "validate_config" in sys.argv else COULD_NOT_RUN)
    except OSError as fault:
        if fault.errno != errno.ENOSPC:
            raise
        sys.stderr.write("The disk is full: docs/runbooks/disk-full.md says what to do.\n")
        sys.exit(COULD_NOT_RUN)


def _with_place(words: str) -> str:
    """The sentence with file and line where it speaks of a configuration file."""
    from uaip_project.config_files import placed

    return str(placed(words)) if ".yaml" in words else words


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uaip_project.settings")
    main()
