"""``python -m fapiao.cli``."""

import sys

from fapiao.cli.main import main

sys.exit(main())
