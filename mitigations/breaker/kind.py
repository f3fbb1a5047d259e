"""What can be done to a circuit breaker."""

from mitigations.action import Action, Kind
from mitigations.breaker.breaker import Breaker
from mitigations.breaker.moves import ENABLE, FORCE_OPEN, RESET
from mitigations.breaker.section import BreakerSection
from mitigations.wire import PATIENCE

ACTIONS: tuple[Action[Breaker], ...] = (RESET, FORCE_OPEN, ENABLE)

KIND = Kind("breaker", BreakerSection, Breaker, ACTIONS, lambda section: section.closed_within + 4 * PATIENCE)
