"""The findings about a service's pods: how many are ready, and each reason that keeps some from it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from diagnostics.probes.kubernetes import ids
from diagnostics.probes.kubernetes.codes import Code
from diagnostics.probes.kubernetes.described import CODES
from diagnostics.probes.kubernetes.section import KubernetesSection
from diagnostics.probes.kubernetes.seen import SeenPod, seconds
from diagnostics.probes.kubernetes.troubles import Trouble, settled, troubles
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = ids.PODS
SAYS = {  # of one pod, of several
    Code.CRASH_LOOP: ("crashes again and again", "crash again and again"),
    Code.IMAGE_PULL: ("cannot get its image", "cannot get their image"),
    Code.CONFIG_ERROR: (
        "cannot be started from its configuration",
        "cannot be started from their configuration",
    ),
    Code.UNSCHEDULABLE: ("finds no node", "find no node"),
    Code.EVICTED: ("was evicted from its node", "were evicted from their node"),
    Code.OOM_KILLED: ("was killed for its memory", "were killed for their memory"),
    Code.RESTARTS: ("was restarted again and again", "were restarted again and again"),
    Code.NOT_READY: ("is not ready", "are not ready"),
    Code.EXITED: ("has ended with an error", "have ended with an error"),
}
NEXT = {
    Code.CRASH_LOOP: "kubectl -n {namespace} logs {pod} -c {container} --previous shows why it ended.",
    Code.RESTARTS: "kubectl -n {namespace} logs {pod} -c {container} --previous shows why it ended.",
    Code.EXITED: "kubectl -n {namespace} logs {pod} -c {container} shows why it ended.",
    Code.NOT_READY: "kubectl -n {namespace} describe pod {pod} shows what its readiness probe got.",
}
ORDER = tuple(SAYS)


def judged(
    target: str, section: KubernetesSection, pods: Sequence[SeenPod], now: datetime
) -> tuple[Finding, ...]:
    """The findings about these pods.

    Args:
        target: what was asked.
        section: its settings.
        pods: as they were listed.
        now: by the time of day, UTC.
    """
    if not pods:
        return (_none(target, section),)
    limits = section.limits
    if not any(pod.ready for pod in pods):  # nobody serves meanwhile, so a slow start is waited for by all
        limits = limits.model_copy(update={"starting": 0})
    found = [trouble for pod in pods for trouble in troubles(pod, limits, now)]
    over = {pod.name for pod in pods if pod.over}
    if settled([trouble for trouble in found if trouble.pod in over], pods, now):
        found = [replace(each, health=Health.OK) if each.pod in over else each for each in found]
    codes = sorted({trouble.code for trouble in found}, key=ORDER.index)
    alike = ([trouble for trouble in found if trouble.code == code] for code in codes)
    return (_all(target, section, pods, now), *(_one(target, section, each, len(pods)) for each in alike))


def _none(target: str, section: KubernetesSection) -> Finding:
    return Finding(
        code=Code.NO_PODS,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"No pod in {section.namespace} carries {section.selector}.",
        figures=(Figure("pods", 0),),
        meaning="The service is scaled to nothing, or the selector is wrong.",
        next_step=f"kubectl -n {section.namespace} get pods,deployments --show-labels shows what is there.",
    )


def _all(target: str, section: KubernetesSection, pods: Sequence[SeenPod], now: datetime) -> Finding:
    live = [pod for pod in pods if not pod.over and not pod.ending]
    ready = [pod for pod in live if pod.ready]
    unready = max((seconds(pod.since, now) or 0 for pod in live if not pod.ready), default=0)
    health = Health.OK
    if not ready:
        health = Health.CRITICAL if unready >= section.limits.unready_warn else Health.WARN
    return Finding(
        code=Code.PODS,
        probe=PROBE,
        target=target,
        health=health,
        sentence=f"{len(ready)} of {counted(len(live), 'pod is', 'pods are')} ready.",
        figures=(
            Figure("pods", len(live)),
            Figure("ready pods", len(ready)),
            Figure("restarts", sum(pod.restarts for pod in live)),
            Figure("ending pods", sum(bool(pod.ending) for pod in pods)),
            Figure("left over pods", sum(pod.over for pod in pods)),
        ),
        meaning="" if ready else "A pod that is not ready takes no traffic, so nobody is served.",
        next_step="" if ready else "See below what keeps them from it, and what was rolled out last.",
        table=tuple(_table(pods, now)),
    )


def _table(pods: Sequence[SeenPod], now: datetime) -> Iterator[tuple[str, ...]]:
    yield ("pod", "phase", "ready", "restarts", "reason", "last end", "age")
    for pod in pods[:50]:
        waiting = next((container.waiting for container in pod.containers if container.waiting), "")
        ends = [container.last for container in pod.containers if container.last]
        end = f"{ends[0].reason} ({ends[0].code})" if ends else ""
        age = seconds(pod.made, now)
        yield (
            pod.name,
            pod.phase,
            "yes" if pod.ready else "no",
            str(pod.restarts),
            waiting or pod.reason,
            end,
            duration(age) if age is not None else "?",
        )


def _one(target: str, section: KubernetesSection, found: Sequence[Trouble], everyone: int) -> Finding:
    worst = min(found, key=lambda trouble: (trouble.health.rank, -(trouble.seconds or 0)))
    affected = len({trouble.pod for trouble in found})
    described = next(each for each in CODES if each.code == worst.code)
    single, several = SAYS[worst.code]
    who = f"{worst.pod} {single}" if affected == 1 else f"{affected} of {everyone} pods {several}"
    place = {"namespace": section.namespace, "pod": worst.pod, "container": worst.container}
    return Finding(
        code=worst.code,
        probe=PROBE,
        target=target,
        health=worst.health,
        sentence=f"{who}: {_detail(worst, named=affected > 1)}.",
        figures=_figures(worst, affected, everyone),
        meaning=described.meaning,
        next_step=NEXT.get(worst.code, described.next_step).format(**place),
        table=(
            ("pod", "container", "reason", "restarts", "exit code", "message"),
            *(_row(trouble) for trouble in found[:50]),
        ),
    )


def _detail(trouble: Trouble, *, named: bool) -> str:
    parts = (
        trouble.pod if named else "",
        f"container {trouble.container}" if trouble.container else "",
        trouble.reason,
        f"exit code {trouble.exit_code}" if trouble.exit_code is not None else "",
        counted(trouble.restarts, "restart") if trouble.restarts else "",
        _time(trouble),
        quoted(trouble.message.rstrip("."), 120),
    )
    return ", ".join(part for part in parts if part)


def _time(trouble: Trouble) -> str:
    if trouble.seconds is None:
        return ""
    lasting = trouble.code in {Code.NOT_READY, Code.UNSCHEDULABLE}
    return f"for {duration(trouble.seconds)}" if lasting else f"{duration(trouble.seconds)} ago"


def _figures(trouble: Trouble, affected: int, everyone: int) -> tuple[Figure, ...]:
    return (
        Figure("affected pods", affected),
        Figure("pods", everyone),
        Figure("pod", trouble.pod),
        Figure("container", trouble.container or None),
        Figure("reason", trouble.reason or None),
        Figure("restarts", trouble.restarts),
        Figure("exit code", trouble.exit_code),
        Figure("ran before", None if trouble.ran is None else round(trouble.ran), "s"),
        Figure("longest", None if trouble.seconds is None else round(trouble.seconds), "s"),
    )


def _row(trouble: Trouble) -> tuple[str, ...]:
    code = "" if trouble.exit_code is None else str(trouble.exit_code)
    return (
        trouble.pod,
        trouble.container,
        trouble.reason,
        str(trouble.restarts),
        code,
        trouble.message,
    )
