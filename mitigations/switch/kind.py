"""What can be done to a switch."""

from mitigations.action import Action, Kind
from mitigations.switch.section import SwitchSection
from mitigations.switch.switch import Switch
from mitigations.switch.throw import FALL_BACK, SWITCH_BACK, TURN_OFF
from mitigations.wire import PATIENCE

ACTIONS: tuple[Action[Switch], ...] = (TURN_OFF, FALL_BACK, SWITCH_BACK)

KIND = Kind("switch", SwitchSection, Switch, ACTIONS, lambda section: section.set_within + 4 * PATIENCE)
