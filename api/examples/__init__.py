"""Examples, as the description of the interface shows them: one case, in one commune."""

from api.examples.cases import CASES
from api.examples.commands import EXAMPLES
from api.examples.facts import Example
from api.examples.numbers import NUMBERS

__all__ = ["EXAMPLES", "SHOWN"]

#: By the name of the schema. Forms may have theirs in the model; what has nulls stands here.
SHOWN: Example = {**CASES, **NUMBERS}
