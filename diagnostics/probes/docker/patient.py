"""The containers of a service, kept ready to be looked at."""

import asyncio
import functools
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from diagnostics.hold import Hold
from diagnostics.logs.excerpt import Excerpt
from diagnostics.logs.findings import Told, last_words, told
from diagnostics.logs.freeing import freed
from diagnostics.logs.search import answered
from diagnostics.probe import Care, GoneError, Probe, SkippedError, TargetName
from diagnostics.probes.docker import environment, events, failure, ids, loops, state, storage, trend, usage
from diagnostics.probes.docker.containers import Census, Container, census
from diagnostics.probes.docker.engine import AnswerError, Engine, OverlongError
from diagnostics.probes.docker.reading import LogReader
from diagnostics.probes.docker.section import DockerSection
from diagnostics.redaction import redacted_text
from incidents.evidence import Finding, Sought

RECENT = 5.0  # seconds for which a census serves
SAMPLES = 3
DISK = 4.0  # seconds: adding up sizes takes an engine long
DISK_EVERY = timedelta(minutes=5)  # and costs it reads, so not more often
QUICK = 4.0
READING = 9.0
NO_LONGER = 404


class DockerPatient:
    """Containers on one engine, and what is remembered of them between looks."""

    def __init__(
        self,
        name: TargetName,
        section: DockerSection,
        care: Care,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._section = section
        self._care = care
        self._monotonic = monotonic
        self._engine = Engine(section)
        self._reader = LogReader(self._engine, section.logs)
        self._trend = trend.Trend()
        self._census: tuple[float, Census] | None = None
        self._hold = Hold()
        self._counting = asyncio.Lock()
        self._down = False
        self._disk: tuple[Census, Finding] | None = None
        sampling = min(SAMPLES * section.limits.sample + 1, READING)
        self._probes = (
            Probe(state.PROBE, "containers", self._state, QUICK),
            Probe(storage.IMAGES, "images", self._images, QUICK),
            Probe(events.PROBE, "kills for memory", self._events, QUICK, sampled=True),
            Probe(ids.READ, "container logs", self._logs, READING, sampled=True, part=ids.LOGS),
            Probe(usage.PROBE, "memory and processors", self._usage, sampling, sampled=True),
            Probe(storage.DISK, "disk use of the engine", self._storage, DISK + 0.5, sampled=True),
        )

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """The ways to look at it: state first; what takes seconds goes side by side."""
        return self._probes

    def search(self, sought: Sought) -> Probe:
        """Where that text stands in the logs."""
        look = functools.partial(self._search, sought)
        return Probe(ids.SEARCH, f"“{sought.text}” in the logs", look, READING, part=ids.LOGS)

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What a failed look shows of the engine."""
        if probe.id == state.PROBE and isinstance(error, AnswerError):
            return failure.unreached(str(self._name), probe.id, self._section.url, error)
        return failure.explain(str(self._name), probe, self._section.url, error)

    async def open(self) -> None:
        """Nothing: the engine is asked when somebody asks."""

    async def close(self) -> None:
        """Let go of the engine."""
        self._engine.close()

    async def _state(self) -> tuple[Finding, ...]:
        self._down = True
        seen = await self._counted(0)
        self._down = False
        restarted = self._trend.restarted(seen.containers, seen.now)
        limits = self._section.limits
        ends = await loops.last_ends(self._engine, seen.containers, limits, seen.now)
        told = state.Seen(str(self._name), limits, self._clean, restarted, ends)
        return (*state.judged(told, seen), *self._lacking(seen))

    def _lacking(self, seen: Census) -> Iterator[Finding]:
        return environment.judged(str(self._name), ((each.name, each.lacking) for each in seen.containers))

    async def _events(self) -> tuple[Finding, ...]:
        seen, limits = await self._counted(RECENT), self._section.limits
        told = await events.kills(self._engine, seen.now, limits.oom_within)
        return tuple(events.judged(str(self._name), limits, seen, told, seen.now))

    async def _images(self) -> tuple[Finding, ...]:
        if self._down:
            raise GoneError("the engine cannot be asked")
        seen = await self._counted(RECENT)
        known = await self._engine.json("/images/json")
        found = storage.images(str(self._name), seen.containers, known, seen.now)
        return (found,) if found else ()

    async def _usage(self) -> tuple[Finding, ...]:
        running = [container for container in (await self._counted(RECENT)).containers if container.running]
        if not running:
            raise SkippedError("no container runs")
        rounds = []
        for number in range(SAMPLES):
            if number:
                await self._care.pause(self._section.limits.sample)
            rounds.append(await asyncio.gather(*(self._sample(container) for container in running)))
        used = [
            usage.Usage(container, tuple(sample for sample in samples if sample))
            for container, *samples in zip(running, *rounds, strict=True)
        ]
        return self._used([each for each in used if each.samples])

    def _used(self, used: Sequence[usage.Usage]) -> tuple[Finding, ...]:
        growing = []
        for each in used:
            last = each.samples[-1]
            self._trend.note(each.container, last.at, last.memory)
            grows = self._trend.growth(each.container)
            if grows:
                growing.append((each.container, last.memory, grows))
        target, limits = str(self._name), self._section.limits
        return (*usage.judged(target, limits, used, self._hold), *trend.judged(target, limits, growing))

    async def _sample(self, container: Container) -> usage.Sample | None:
        path = f"/containers/{container.id}/stats"
        try:
            return usage.read(await self._engine.json(path, {"stream": 0, "one-shot": 1}))
        except AnswerError as error:
            if error.status == NO_LONGER:
                return None
            raise

    async def _storage(self) -> tuple[Finding, ...]:
        seen = await self._counted(RECENT)
        if self._disk is None or seen.now - self._disk[0].now >= DISK_EVERY:
            try:
                sizes = await self._engine.json("/system/df", seconds=DISK)
            except OverlongError as error:
                raise SkippedError("the engine takes too long to add up its sizes") from error
            self._disk = (seen, storage.disk(str(self._name), self._section.limits, sizes))
        return (self._disk[1],)

    async def _logs(self) -> tuple[Finding, ...]:
        at = Told(str(self._name), ids.READ, self._section.logs)
        excerpts, without = await self._excerpts(at)
        found = await self._engine.run(functools.partial(told, at, excerpts)) if excerpts else ()
        return (*found, *without, *await self._last_words(at, excerpts))

    async def _last_words(self, at: Told, excerpts: Sequence[Excerpt]) -> tuple[Finding, ...]:
        """What those wrote last that do not stay up."""
        seen = await self._counted(RECENT)
        ended = {each.name for each in seen.containers if loops.fails(each, self._section.limits, seen.now)}
        said = (last_words(at, each) for each in excerpts if each.source in ended)
        return tuple(each for each in said if each)

    async def _search(self, sought: Sought) -> tuple[Finding, ...]:
        at = Told(str(self._name), ids.SEARCH, self._section.logs)
        excerpts, without = await self._excerpts(at)
        if not excerpts:
            return tuple(without)
        return (await self._engine.run(functools.partial(answered, at, excerpts, sought)), *without)

    async def _excerpts(self, at: Told) -> tuple[list[Excerpt], list[Finding]]:
        """Every log free of secrets, and what keeps the others from being read."""
        seen = await self._counted(RECENT)
        return await self._reader.read(at, seen, lambda excerpt: freed(excerpt, self._care.redaction))

    async def _counted(self, seconds: float) -> Census:
        """The containers as they were at most so many seconds ago."""
        async with self._counting:
            now = self._monotonic()
            if self._census is None or now - self._census[0] > seconds or not seconds:
                required = self._section.required_env
                self._census = (now, await census(self._engine, self._section, required))
            return self._census[1]

    def _clean(self, text: str) -> str:
        return redacted_text(self._care.redaction, text)
