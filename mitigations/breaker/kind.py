"""What can be done to a circuit breaker."""

from mitigations.action import Action, Kind
from mitigations.breaker.reset import RESET, Breaker
from mitigations.breaker.section import BreakerSection
from mitigations.wire import PATIENCE

ACTIONS: tuple[Action[Breaker], ...] = (RESET,)

KIND = Kind("breaker", BreakerSection, Breaker, ACTIONS, lambda section: section.closed_within + 4 * PATIENCE)
