"""Examples, as the description of the interface shows them: one case, in one commune."""

from api.examples.cases import CASES
from api.examples.commands import EXAMPLES
from api.examples.facts import Example
from api.examples.following import FOLLOWING
from api.examples.listing import LISTING
from api.examples.numbers import NUMBERS
from api.examples.open311 import OPEN311
from api.examples.people import PEOPLE
from api.examples.reporting import REPORTING
from api.examples.running import RUNNING
from api.examples.telling import TELLING
from api.examples.working import WORKING

__all__ = ["EXAMPLES", "SHOWN"]

#: By the name of the schema. Forms may have theirs in the model; what has nulls stands here.
SHOWN: Example = {
    **CASES,
    **LISTING,
    **TELLING,
    **NUMBERS,
    **REPORTING,
    **PEOPLE,
    **WORKING,
    **FOLLOWING,
    **OPEN311,
    **RUNNING,
}
