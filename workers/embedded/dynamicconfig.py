"""Read Temporal's dynamic configuration file, so that embedded and production use the same one."""

import json
from pathlib import Path

import yaml

from workers.embedded.errors import BadConfiguration

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "dynamicconfig.yaml"
VIRTUAL_TIME = {
    "frontend.WorkflowTimeSkippingEnabled": True,
    "history.timerProcessorMaxTimeShift": "1ms",
}


def read(path: Path) -> dict[str, object]:
    """Return the settings of the file by name.

    Raises:
        BadConfiguration: it is missing or malformed, or limits a value to a part of the cluster,
            which the embedded server cannot do.
    """
    try:
        content = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise BadConfiguration(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise BadConfiguration(f"{path}: expected settings by name, each a list of values.")
    return {str(name): _value(path, str(name), entries) for name, entries in content.items()}


def flags(settings: dict[str, object]) -> list[str]:
    """Return the settings as flags of `temporal server start-dev`."""
    return [
        word
        for name, value in settings.items()
        for word in ("--dynamic-config-value", f"{name}={json.dumps(value)}")
    ]


def _value(path: Path, name: str, entries: object) -> object:
    match entries:
        case [{"value": value, **rest}] if not rest.get("constraints"):
            return value
        case _:
            raise BadConfiguration(f"{path}: {name} must be a list of one value, no constraints.")
