"""The `hoiam` command: everything an installation can be asked to do from a terminal."""
