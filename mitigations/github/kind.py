"""What can be done with a workflow on GitHub."""

from mitigations.action import Action, Kind
from mitigations.github.run_workflow import ROLL_BACK, RUN_WORKFLOW
from mitigations.github.section import GithubSection
from mitigations.github.workflow import Workflow

ACTIONS: tuple[Action[Workflow], ...] = (RUN_WORKFLOW, ROLL_BACK)
MARGIN = 60.0  # seconds for the questions before and between


def patience(section: GithubSection) -> float:
    """Seconds for a run to appear, an earlier one and then ours, and to end."""
    return 2 * section.found_within + section.finished_within + MARGIN


KIND = Kind("github", GithubSection, Workflow, ACTIONS, patience)
