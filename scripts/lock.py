"""Write requirements.lock: the exact version of every package, and no addresses."""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = """\
# Exact versions for Linux x86_64, Python 3.11 to 3.13. Written by `make lock`; do not edit.
# Complete, so it is installed with --no-deps: what vietnamadminunits' own code
# would pull in is left out on purpose (docs/dependencies.md).
"""


def resolve(requirements: list[str], *options: str) -> dict[str, str]:
    """Return name and version of everything pip would install for these requirements."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "-qq", "--dry-run"]
        command += ["--ignore-installed", "--report", str(report), *options, *requirements]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {one["metadata"]["name"].lower(): one["metadata"]["version"] for one in found}


def main() -> None:
    """Resolve what pyproject.toml declares and write the lock file."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, build = declared["project"], declared["build-system"]
    extras = project["optional-dependencies"]
    client = tomllib.loads((ROOT / "clients/python/pyproject.toml").read_text(encoding="utf-8"))
    needed = [one for one in project["dependencies"] if not one.startswith("hoiam-client")]
    needed += client["project"]["dependencies"]
    versions = resolve(needed + extras["dev"] + build["requires"])
    versions |= resolve(extras["register"], "--no-deps")
    lines = [f"{name}=={version}\n" for name, version in sorted(versions.items())]
    (ROOT / "requirements.lock").write_text(HEADER + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
