"""What everything stands on: locked versions, named dependencies, documented targets and words."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from domain.access import GRANTS
from domain.actor import ROLES
from domain.case import STATES
from domain.events import EVENTS

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("domain", "eventlog", "activities", "workflows", "workers", "api", "cli", "policies")
FREE = ("bench", "scripts", "tests")
#: Parts of the standard library that read a clock, reach outside or roll dice.
CLOCKS_AND_DICE = {"random", "secrets", "time", "uuid"}
FILES = {"io", "logging", "os", "pathlib", "shutil", "sqlite3", "tempfile"}
PROCESSES = {"asyncio", "multiprocessing", "socket", "ssl", "subprocess", "threading", "urllib"}
OUTSIDE = CLOCKS_AND_DICE | FILES | PROCESSES

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
DEPENDENCIES = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8").lower()
PROVIDERS = packages_distributions()
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")


def key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {key(re.split(r"[<>=!~;\[ ]", one)[0]) for one in requirements}


def locked() -> dict[str, str]:
    lines = [line for line in LOCK.splitlines() if line and not line.startswith("#")]
    return {key(name): version for name, version in (line.split("==") for line in lines)}


def modules(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def imported(module: Path) -> set[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def undeclared(module: Path, declared: set[str]) -> set[str]:
    ours = {*ROOMS, *FREE, "google"}
    foreign = imported(module) - ours - sys.stdlib_module_names
    return {one for one in foreign if not {key(p) for p in PROVIDERS.get(one, [one])} & declared}


RUNTIME = names(PYPROJECT["project"]["dependencies"])
CLIENT = tomllib.loads((ROOT / "clients/python/pyproject.toml").read_text("utf-8"))["project"]
OF_CLIENT = names(CLIENT["dependencies"])
EXTRAS = {name: names(of) for name, of in PYPROJECT["project"]["optional-dependencies"].items()}


def test_the_lock_holds_versions_and_no_addresses() -> None:
    assert not re.search(r"://|--index|--find-links| @ |\bfile:", LOCK)
    assert all(re.fullmatch(r"\d[\w.!+]*", version) for version in locked().values())


def test_the_lock_holds_every_declared_package() -> None:
    declared = RUNTIME | EXTRAS["dev"] | EXTRAS["register"] | OF_CLIENT
    assert declared - locked().keys() == {key(CLIENT["name"])}


def test_the_lock_leaves_out_what_the_register_does_not_need() -> None:
    assert {"unidecode", "shapely", "geopy", "tqdm", "numpy"} & locked().keys() == set()


def test_every_import_of_a_room_is_a_declared_dependency() -> None:
    missing = {str(m.relative_to(ROOT)): undeclared(m, RUNTIME) for m in modules(*ROOMS)}
    assert {m: names for m, names in missing.items() if names} == {}


def test_every_import_of_tests_bench_and_scripts_is_declared() -> None:
    declared = RUNTIME | EXTRAS["dev"] | OF_CLIENT
    missing = {str(m.relative_to(ROOT)): undeclared(m, declared) for m in modules(*FREE)}
    assert {m: names for m, names in missing.items() if names} == {}


def test_the_client_imports_what_it_declares_and_nothing_of_the_server() -> None:
    ours = {"hoiam_client"}
    missing = {
        str(m.relative_to(ROOT)): imported(m) & {*ROOMS, *FREE} | undeclared(m, OF_CLIENT) - ours
        for m in modules("clients")
    }
    assert missing
    assert {m: names for m, names in missing.items() if names} == {}


def test_the_client_that_is_installed_is_the_one_that_is_declared() -> None:
    assert f"{CLIENT['name']}=={CLIENT['version']}" in PYPROJECT["project"]["dependencies"]


def test_the_domain_imports_only_what_reads_no_clock_and_reaches_nowhere() -> None:
    allowed = (sys.stdlib_module_names - OUTSIDE) | {"domain", "pydantic", "holidays"}
    foreign = {str(m.relative_to(ROOT)): imported(m) - allowed for m in modules("domain")}
    assert {m: names for m, names in foreign.items() if names} == {}


def test_every_package_has_its_line_in_the_page_on_dependencies() -> None:
    assert {name for name in locked() if f"`{name}`" not in DEPENDENCIES} == set()


def test_every_target_of_the_makefile_is_in_its_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert declared
    shown = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True)
    described = set(re.findall(r"^  make ([a-z-]+) +\S", shown.stdout, re.MULTILINE))
    assert set(declared[1].split()) == described


def test_the_recipes_that_use_the_environment_install_it_first() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    rules = re.findall(r"^([a-z-]+):([^\n]*)##[^\n]*\n((?:\t.*\n)+)", text, re.MULTILINE)
    bare = {target for target, needs, recipe in rules if "$(BIN)" in recipe and "(" not in needs}
    assert bare == set()


def test_an_old_python_is_refused_with_a_clear_message(tmp_path: Path) -> None:
    old = tmp_path / "python2.7"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o700)
    command = ["make", "-C", str(ROOT), "test", f"VENV={tmp_path}/venv", f"PYTHON={old}"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "is not Python 3.11 or newer" in refused.stderr


def glossary_words(section: str) -> set[str]:
    part = re.search(rf"^## {section}.*?\n(.*?)(?=^## |\Z)", GLOSSARY, re.MULTILINE | re.DOTALL)
    assert part, section
    return set(re.findall(r"^\| `([A-Za-z_]+)` \|", part[1], re.MULTILINE))


def test_the_glossary_names_every_state() -> None:
    assert set(STATES) <= glossary_words("States")


def test_the_glossary_names_exactly_the_events() -> None:
    assert glossary_words("Events") == set(EVENTS)


def test_the_glossary_names_exactly_the_commands() -> None:
    assert glossary_words("Commands") == set(GRANTS)


def test_the_glossary_names_exactly_the_roles() -> None:
    assert glossary_words("Roles") == ROLES | {"reporter", "system"}


def test_every_row_of_the_glossary_is_complete() -> None:
    rows = [line.strip("|").split("|") for line in GLOSSARY.splitlines() if line[:2] == "| "]
    assert [row for row in rows if len(row) != 3 or not all(map(str.strip, row))] == []
