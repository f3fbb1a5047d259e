"""The lines that the chat says would allow a change are lines that the start accepts."""

import re
import tomllib

from handlers.messages.mitigation import nothing_offered
from mitigations.targets import read_targets


def test_what_is_said_to_allow_a_change_is_accepted_at_start() -> None:
    said = str(nothing_offered("payments").payload()["blocks"][0]["text"]["text"])
    lines = re.search(r"```\n(.*)\n```", said, re.DOTALL)
    assert lines
    sections = tomllib.loads(lines[1])["services"]["payments"]["mitigations"]
    environ = {"PAYMENTS_MITIGATION_URL": "postgresql://mitigate@localhost/payments"}
    (target,) = read_targets("payments", sections, environ=environ)
    assert {action.word for action in target.actions} == {"end-idle", "cancel-query"}
