"""What commits, deploys and builds mean. Pure; ages are told to a moment: now, or an incident's onset."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from diagnostics.code import Described
from diagnostics.probe import Probe
from diagnostics.probes.change import Moment, Strength, minutes, strength
from diagnostics.probes.deploys.change import DAY, HOUR, Build, Commit, Deploy, State, last_before, within
from diagnostics.probes.deploys.codes import Code
from diagnostics.probes.deploys.described import CODES
from diagnostics.probes.deploys.git import GitError
from diagnostics.probes.deploys.section import DeploysSection
from diagnostics.wording import counted
from incidents.charts import Mark
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

COMMITS = "deploys.commits"
DEPLOYS = "deploys.last"
BUILDS = "deploys.builds"
SHORT = 10  # characters of a commit's name
SHORTEST = 7  # and in a picture
LONG = 100


def commits(
    target: str, section: DeploysSection, found: Sequence[Commit], fetched: datetime | None, moment: Moment
) -> tuple[Finding, ...]:
    """The finding about commits, and one if the clone that told them is not fresh.

    Args:
        target: what was asked.
        section: its settings.
        found: the newest first.
        fetched: when the clone was fetched; None if it never is, or there is none.
        moment: the time to which ages are told; a clone's own age always to now.
    """
    since = minutes(fetched, moment.now)
    said = _commits(target, section, found, since, moment)
    if since is None or since < section.limits.fetched:
        return (said,)
    stale = _finding(
        target,
        COMMITS,
        Code.STALE_CLONE,
        Health.UNKNOWN,
        f"The clone was last fetched {Moment(moment.now).told(fetched)}.",
        (Figure("minutes since fetch", since, "min"),),
    )
    return (stale, said)


def _commits(
    target: str, section: DeploysSection, found: Sequence[Commit], fetched: int | None, moment: Moment
) -> Finding:
    times = [commit.at for commit in found]
    hour, day = within(times, HOUR, moment.at), within(times, DAY, moment.at)
    recent = [commit for commit in found if commit.at >= moment.at - DAY]
    newest = found[0] if found else None
    last = f", the newest {moment.told(newest.at)} by {quoted(newest.author, 40)}" if newest else ""
    return Finding(
        code=Code.COMMITS,
        probe=COMMITS,
        target=target,
        health=Health.OK,
        sentence=f"{counted(day, 'commit')} on {section.branch} in {_span('day', moment)}, "
        f"{hour} in {_span('hour', moment)}{last}.",
        figures=(
            Figure("commits in the last hour", hour),
            Figure("commits in the last day", day),
            Figure("authors", len({commit.author for commit in recent})),
            Figure("author", newest.author if newest else None),
            Figure("commit", newest.sha[:SHORT] if newest else None),
            Figure("minutes since commit", moment.minutes(newest.at) if newest else None, "min"),
            Figure("minutes since fetch", fetched, "min"),
        ),
        table=(
            ("commit", "time", "author", "subject"),
            *(
                (each.sha[:SHORT], _time(each.at), quoted(each.author, 40), quoted(each.subject, LONG))
                for each in found[:20]
            ),
        ),
    )


def deploys(
    target: str, section: DeploysSection, found: Sequence[Deploy], moment: Moment
) -> tuple[Finding, ...]:
    """The findings about deploys: the newest if it failed or is on its way, and the last that was done."""
    newest = max(found, key=lambda deploy: deploy.at, default=None)
    if newest is None:
        sentence = f"GitHub knows of no deployment to {section.environment} and of no release."
        return (_finding(target, DEPLOYS, Code.NO_DEPLOYS, Health.UNKNOWN, sentence),)
    unfinished = () if newest.state is State.DONE else (_unfinished(target, section, found, newest, moment),)
    last = last_before(found, moment.at)
    return (*unfinished, *((_last(target, section, found, last, moment),) if last else ()))


def _unfinished(
    target: str, section: DeploysSection, found: Sequence[Deploy], newest: Deploy, moment: Moment
) -> Finding:
    failed = newest.state is State.FAILED
    said = "failed" if failed else "is on its way, begun"
    sentence = (
        f"The newest deploy to {section.environment} {said} {moment.told(newest.at)}: "
        f"{newest.sha[:SHORT]} by {quoted(newest.by, 40)}."
    )
    return _finding(
        target,
        DEPLOYS,
        Code.DEPLOY_FAILED if failed else Code.DEPLOYING,
        Health.WARN if failed else Health.OK,
        sentence,
        _figures(section, found, newest, moment),
        tuple(_table(found)),
    )


def _last(
    target: str, section: DeploysSection, found: Sequence[Deploy], last: Deploy, moment: Moment
) -> Finding:
    figures = _figures(section, found, last, moment)
    times = [deploy.at for deploy in found]
    what = f"deploy to {section.environment}" if last.kind == "deployment" else "release"
    said = _finding(
        target,
        DEPLOYS,
        Code.LAST_DEPLOY,
        Health.OK,
        f"The last {what} was {moment.told(last.at)}: {last.sha[:SHORT]} by {quoted(last.by, 40)}; "
        f"{within(times, HOUR, moment.at)} in {_span('hour', moment)}, "
        f"{within(times, DAY, moment.at)} in {_span('day', moment)}{_later(times, moment)}.",
        figures,
        tuple(_table(found)),
    )
    return replace(said, marks=tuple(map(_mark, found)))


def _mark(deploy: Deploy) -> Mark:
    what = "deploy" if deploy.kind == "deployment" else "release"
    return Mark(f"{what} {deploy.sha[:SHORTEST]}", deploy.at.timestamp())


def _figures(
    section: DeploysSection, found: Sequence[Deploy], deploy: Deploy, moment: Moment
) -> tuple[Figure, ...]:
    age = moment.minutes(deploy.at)
    times = [each.at for each in found]
    return (
        Figure("minutes since deploy", age, "min"),
        Figure("minutes ago", moment.ago(deploy.at), "min"),
        Figure("strength", _strength(section, age)),
        Figure("deploys in the last hour", within(times, HOUR, moment.at)),
        Figure("deploys in the last day", within(times, DAY, moment.at)),
        Figure("commit", deploy.sha[:SHORT]),
        Figure("by", deploy.by),
        Figure("state", deploy.state),
        Figure("kind", deploy.kind),
        Figure("came", moment.came(deploy.at)),
    )


def _strength(section: DeploysSection, age: int | None) -> Strength | None:
    return strength(age, strong=section.limits.strong, medium=section.limits.medium)


def builds(target: str, section: DeploysSection, found: Sequence[Build], moment: Moment) -> Finding:
    """The finding about builds: the newest, and the last good one."""
    if not found:
        sentence = f"GitHub knows of no finished build of {section.branch}."
        return _finding(target, BUILDS, Code.NO_BUILDS, Health.UNKNOWN, sentence)
    newest = found[0]
    good = next((build for build in found if build.good), None)
    back = f"{good.sha[:SHORT]}, {moment.told(good.at)}" if good else "not known"
    figures = (
        Figure("newest build", newest.sha[:SHORT]),
        Figure("minutes since build", moment.minutes(newest.at), "min"),
        Figure("last good build", good.sha[:SHORT] if good else None),
        Figure("minutes since good build", moment.minutes(good.at) if good else None, "min"),
        Figure("failed since", found.index(good) if good else None),
    )
    table = (
        ("build", "finished", "commit", "result"),
        *(
            (quoted(each.name, 60), _time(each.at), each.sha[:SHORT], "good" if each.good else "failed")
            for each in found
        ),
    )
    if newest.good:
        sentence = f"The newest build of {section.branch} is good: {back}."
        return _finding(target, BUILDS, Code.BUILDS, Health.OK, sentence, figures, table)
    sentence = (
        f"The newest build of {section.branch} failed {moment.told(newest.at)} ({newest.sha[:SHORT]}); "
        f"the last good one is {back}."
    )
    return _finding(target, BUILDS, Code.BUILD_FAILED, Health.WARN, sentence, figures, table)


def unread(target: str, section: DeploysSection, probe: Probe, error: GitError) -> Finding:
    """The finding that git could not read the clone."""
    said = {
        Code.NO_REPOSITORY: f"There is no clone at {section.repository}.",
        Code.FOREIGN: f"The clone at {section.repository} belongs to another user, so git does not read it.",
        Code.NO_BRANCH: f"The clone has no branch {section.branch}.",
        Code.NO_GIT: "git is not installed where Tocsin runs.",
        Code.GIT_FAILED: "git could not read the clone in time, or failed.",
    }
    return _finding(target, probe.id, error.code, Health.UNKNOWN, said[error.code])


def _finding(
    target: str,
    probe: str,
    code: Code,
    health: Health,
    sentence: str,
    figures: tuple[Figure, ...] = (),
    table: tuple[tuple[str, ...], ...] = (),
) -> Finding:
    means = _described(code)
    return Finding(code, probe, target, health, sentence, figures, means.meaning, means.next_step, table)


def _described(code: Code) -> Described:
    return next(each for each in CODES if each.code == code)


def _table(found: Sequence[Deploy]) -> list[tuple[str, ...]]:
    rows = [(each.kind, _time(each.at), each.sha[:SHORT], quoted(each.by, 40), each.state) for each in found]
    return [("kind", "time", "commit", "by", "state"), *rows]


def _span(word: str, moment: Moment) -> str:
    return f"the {word} before" if moment.onset else f"the last {word}"


def _later(times: Sequence[datetime], moment: Moment) -> str:
    """What came after it began: it did not bring the trouble, but may have changed it."""
    later = sum(time > moment.at for time in times)
    return f", and {later} since it began" if later else ""


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
