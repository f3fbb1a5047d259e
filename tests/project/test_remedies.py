"""What a shipped pattern offers to do is something that can be done."""

from diagnostics.patterns.reading import SHIPPED, read_patterns
from diagnostics.patterns.schema import schema
from diagnostics.registry import FAMILIES
from incidents.mitigation import ROLLBACK
from mitigations.registry import KINDS


def test_every_action_of_a_pattern_exists() -> None:
    known = {action.id for kind in KINDS for action in kind.actions}
    offered = {pattern.action for pattern in read_patterns(SHIPPED, schema(FAMILIES)) if pattern.action}
    assert offered
    assert offered <= {*known, ROLLBACK}
