"""Runs the workflow that the operator chose, and waits for its end."""

import time
from contextlib import suppress

from incidents.errors import IncidentError, Refused
from incidents.mitigation import Aim, Fate, Hit, Plan, Result
from incidents.quoting import quoted
from mitigations.action import Action, Draft, identity
from mitigations.github.workflow import FailedError, Run, Workflow
from mitigations.wording import lasting

KEYS = ("workflow", "newest run")
ACTIVE, WELL = "active", "success"
SOON, STEP = 2.0, 5.0  # seconds between two looks for a run, and at one


async def plan(workflow: Workflow, _cap: int) -> Draft:
    """The workflow with its fixed inputs, if nobody runs it already."""
    section = workflow.section
    number, state = await workflow.state()
    if state != ACTIVE:
        raise Refused(f"{section.workflow} of {section.repository} is {quoted(state, 40)}, not active.")
    runs = await workflow.runs()
    if going := [run for run in runs if not run.ended]:
        raise Refused(
            f"{going[0].words.capitalize()} for {section.workflow}: wait for its end, or cancel it on GitHub."
        )
    newest = runs[0] if runs else None
    values = (str(number), str(newest.id if newest else 0))
    return Draft(
        sentence=f"Run {section.workflow} of {section.repository} at {section.ref}"
        f"{_inputs(section.inputs)} and wait for its end.",
        effect="What it does is written in that file. What a newer version has changed in a database stays. "
        f"To stop it while it runs, cancel it under Actions of {section.repository}.",
        aims=(
            Aim(
                f"{section.workflow} of {section.repository}, {_figure(newest)}",
                tuple(zip(KEYS, values, strict=True)),
            ),
        ),
        before=_figure(newest),
    )


def _inputs(inputs: dict[str, str]) -> str:
    said = ", ".join(f"{name} = {quoted(value, 60)}" for name, value in inputs.items())
    return f" with {said}" if said else ""


def _figure(run: Run | None) -> str:
    return run.words if run else "no run so far"


async def carry_out(workflow: Workflow, planned: Plan) -> Result:
    """Run it if nobody has since the plan; one that runs already is waited for all the same."""
    (aim,) = planned.aims
    section = workflow.section
    number, newest = _numbers(aim)
    there, _ = await workflow.state()
    run = _first(await workflow.runs(), newest)
    if there != number:
        return Result(
            (Hit(aim.label, Fate.GONE),), "It is another workflow by now; it was not run.", planned.before
        )
    if run:
        run, hit = await _ended(workflow, run), Hit(aim.label, Fate.GONE)
        sentence = f"{section.workflow} was run since the plan, so it was not run again: {run.words}."
    else:
        run, hit = await _ran(workflow, aim, newest)
        sentence = f"{section.workflow} of {section.repository}: {hit.words or _ended_as(run)}"
    if run is None:
        return Result((hit,), sentence)
    return Result((hit,), sentence, planned.before, run.words, well=run.ended == WELL)


def _ended_as(run: Run | None) -> str:
    return f"{_figure(run)}."


async def again(workflow: Workflow, planned: Plan) -> Result:
    """After having been cut off: GitHub may have heard of it, and shows a run some seconds later only."""
    _, newest = _numbers(planned.aims[0])
    await _appeared(workflow, newest)
    return await carry_out(workflow, planned)


def _numbers(aim: Aim) -> tuple[int, int]:
    """Raises Refused: it is no identity that was made here."""
    words = identity(aim, *KEYS)
    if not all(word.isdecimal() and len(word) < 20 for word in words):  # noqa: PLR2004 -- as many digits as GitHub's numbers may ever have
        raise Refused("The plan's workflow cannot be read. Nothing was changed; ask for a new plan.")
    return int(words[0]), int(words[1])


async def _ran(workflow: Workflow, aim: Aim, newest: int) -> tuple[Run | None, Hit]:
    try:
        identity_ = await workflow.dispatch()
    except FailedError as error:
        return None, Hit(aim.label, Fate.FAILED, f"it was not run. {error}")
    run = Run(identity_, 0, "") if identity_ else await _appeared(workflow, newest)
    if run is None:
        within = lasting(workflow.section.found_within)
        words = (
            f"GitHub took it, but no run was seen within {within}. Look under Actions before it is run again."
        )
        return None, Hit(aim.label, Fate.FAILED, words)
    run = await _ended(workflow, run)
    if run.ended == WELL:
        return run, Hit(aim.label, Fate.DONE)
    within = "" if run.ended else f" after {lasting(workflow.section.finished_within)}"
    words = f"{run.words}{within}. Its log says why: Actions of {workflow.section.repository}."
    return run, Hit(aim.label, Fate.FAILED, words)


def _first(runs: list[Run], newest: int) -> Run | None:
    """The first one after that of the plan."""
    return min((run for run in runs if run.id > newest), key=lambda run: run.id, default=None)


async def _appeared(workflow: Workflow, newest: int) -> Run | None:
    begun = time.monotonic()
    while time.monotonic() - begun < workflow.section.found_within:
        with suppress(
            IncidentError
        ):  # it was asked for; what fails from here on must not look as if it was not
            if run := _first(await workflow.runs(), newest):
                return run
        await workflow.pause(SOON)
    return None


async def _ended(workflow: Workflow, run: Run) -> Run:
    """The run at its end, or as it is when that has taken too long."""
    begun, now, step = time.monotonic(), run, SOON
    while not now.ended and time.monotonic() - begun < workflow.section.finished_within:
        await workflow.pause(step)
        step = STEP  # only one that ends at once is told at once
        with suppress(IncidentError):  # a GitHub that stumbles, or does not show it yet, is asked again
            now = await workflow.run(run.id)
    return now


RUN_WORKFLOW = Action(
    "github.run_workflow",
    "run-workflow",
    "Run the workflow on GitHub and wait for its end",
    plan,
    carry_out,
    1,
    again=again,
)
ROLL_BACK = Action(
    "github.roll_back",
    "roll-back",
    "Roll back by the workflow on GitHub",
    plan,
    carry_out,
    1,
    rollback=True,
    again=again,
)
