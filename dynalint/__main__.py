"""Turns `python -m dynalint` into the command `dynalint`."""

import sys

from dynalint.cli import main

sys.exit(main())
