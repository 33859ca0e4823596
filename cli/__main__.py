"""`python -m cli` is the same as `hoiam`."""

from cli.main import run

run()
