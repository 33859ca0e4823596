"""Write what the interface says of itself: docs/api, and the models of its client."""

import json
from pathlib import Path

from activities.messages import CaseInput
from api.app import described
from api.catalogue import PROBLEMS, Kind, type_of
from scripts.client_models import MODELS, client_models

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "api"
TABLE = """
| type | status | tiếng Việt | English | what to do |
|---|---|---|---|---|
"""


def page() -> str:
    """The page on problems: what a person wrote, and a table of all there are."""
    written = (FOLDER / "problems.md").read_text("utf-8").partition(TABLE)[0]
    return written + TABLE + "".join(map(row, PROBLEMS.values()))


def row(kind: Kind) -> str:
    """One line of its table."""
    title, advice = kind.title, kind.advice.en
    return f"| `{type_of(kind.name)}` | {kind.status} | {title.vi} | {title.en} | {advice} |\n"


def schema() -> str:
    """The description of the interface."""
    return json.dumps(described(), ensure_ascii=False, indent=1) + "\n"


def case_input() -> str:
    """The JSON schema of the input with which a program starts a case's workflow."""
    return json.dumps(CaseInput.model_json_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (FOLDER / "problems.md").write_text(page(), "utf-8")
    (FOLDER / "openapi.json").write_text(schema(), "utf-8")
    (FOLDER / "case-input.schema.json").write_text(case_input(), "utf-8")
    MODELS.write_text(client_models(described()), "utf-8")
