"""What the answers of resolvers mean, for one name at a time. Pure."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from diagnostics.probes.dns.codes import Code
from diagnostics.probes.dns.lookup import Lookup
from diagnostics.probes.dns.section import DnsSection
from diagnostics.wording import counted, duration, listed
from incidents.evidence import Figure, Finding, Health

PROBE = "dns.resolve"
SAYS = {
    Code.NO_SUCH_NAME: "{name} does not exist (NXDOMAIN)",
    Code.SERVER_FAILED: "{name} cannot be resolved (SERVFAIL)",
    Code.TIMED_OUT: "there is no answer for {name}",
    Code.UNANSWERED: "there is no answer for {name}, though the resolver itself answers",
    Code.NO_ADDRESS: "{name} exists but has no address",
    Code.TURNED_AWAY: "the question for {name} is refused (REFUSED)",
    Code.NOTHING_LISTENS: "nothing listens that could resolve {name}",
    Code.NONSENSE: "the answer for {name} makes no sense ({said})",
    Code.BLOCKED: "{name} leads nowhere ({said})",
    Code.CUT_SHORT: "the answer for {name} is cut short, and TCP does not bring the whole",
}
NEXT = {
    Code.NO_SUCH_NAME: "See who removed the record in the zone, or whether the domain has expired.",
    Code.SERVER_FAILED: "Look at the zone's own servers and at DNSSEC: dig +trace, then dig +cd.",
    Code.TIMED_OUT: "Look whether the resolver runs, can be reached (port 53, UDP and TCP), and reaches "
    "the servers that it asks.",
    Code.UNANSWERED: "Look at the name servers of the zone: do they run, and does its parent name the right "
    "ones? dig +trace. Else see whether the resolver reaches them (port 53, UDP and TCP).",
    Code.NO_ADDRESS: "Look at the zone: the record was removed, or only another type is left.",
    Code.TURNED_AWAY: "Allow this machine to ask it, or name another resolver in services.toml.",
    Code.NOTHING_LISTENS: "Start the resolver, or correct its address.",
    Code.NONSENSE: "Ask by hand: dig, and look at what stands between here and there.",
    Code.BLOCKED: "See which list or filter on the resolver names it, and allow it there.",
    Code.CUT_SHORT: "Open port 53 for TCP, on the resolver and in the firewalls before it.",
}


def judged(target: str, section: DnsSection, lookups: Sequence[Lookup]) -> tuple[Finding, ...]:
    """The findings about one name as all resolvers answer it."""
    good = [lookup for lookup in lookups if lookup.addresses]
    found = [*_faults(target, lookups, good), *_unexpected(target, section, good)]
    if good and not found:
        found.extend(_disagreement(target, section, good))
    if good and not found:
        found.append(_resolves(target, section, good))
    return tuple(found)


def no_resolver(target: str) -> Finding:
    """The finding that this machine has nobody to ask."""
    return Finding(
        code=Code.NO_RESOLVER,
        probe=PROBE,
        target=target,
        health=Health.UNKNOWN,
        sentence="This machine has no resolver configured, and services.toml names none.",
        meaning="Whether the names resolve elsewhere is not known.",
        next_step="Name the resolvers that the service uses: resolvers = [...] in services.toml.",
    )


def _faults(target: str, lookups: Sequence[Lookup], good: Sequence[Lookup]) -> Iterator[Finding]:
    for code in SAYS:
        failing = [lookup for lookup in lookups if lookup.fault is code]
        if failing:
            yield _failed(
                target, code, failing, [lookup for lookup in good if lookup not in failing], lookups
            )


def _failed(
    target: str, code: Code, failing: Sequence[Lookup], good: Sequence[Lookup], everyone: Sequence[Lookup]
) -> Finding:
    first, partly = failing[0], bool(good) or all(lookup.addresses for lookup in failing)
    who = listed(tuple(str(lookup.resolver) for lookup in failing))
    others = f"; {listed(tuple(str(lookup.resolver) for lookup in good))} {_answer(good)}" if good else ""
    half = " for one of its types" if first.addresses else ""
    return Finding(
        code=code,
        probe=PROBE,
        target=target,
        health=Health.WARN if partly else Health.CRITICAL,
        sentence=f"By {who}: {SAYS[code].format(name=first.name, said=first.said)}{half}{others}.",
        figures=(
            *_named(first.name, who),
            Figure("failing", len(failing)),
            Figure("resolvers", len(everyone)),
            Figure("answer", first.said),
        ),
        meaning="Some look-ups fail and others do not, which looks like a fault that comes and goes."
        if partly
        else "Nobody who asks there finds it.",
        next_step=NEXT[code],
        table=_table(everyone),
    )


def _unexpected(target: str, section: DnsSection, good: Sequence[Lookup]) -> Iterator[Finding]:
    for lookup in good:
        strange = lookup.addresses - section.allowed(lookup.name)
        if section.allowed(lookup.name) and strange:
            yield Finding(
                code=Code.UNEXPECTED,
                probe=PROBE,
                target=target,
                health=Health.CRITICAL,
                sentence=f"By {lookup.resolver}, {lookup.name} leads to {_few(strange)}, not as expected.",
                figures=(
                    *_named(lookup.name, str(lookup.resolver)),
                    Figure("addresses", _few(lookup.addresses)),
                ),
                meaning="Its traffic goes somewhere else than it should.",
                next_step="See who changed the record and when. If that is right, correct services.toml.",
                table=_table(good),
            )


def _disagreement(target: str, section: DnsSection, good: Sequence[Lookup]) -> Iterator[Finding]:
    for one, other in combinations(good, 2):
        if not one.addresses & other.addresses and not section.allowed(one.name):
            yield Finding(
                code=Code.DISAGREE,
                probe=PROBE,
                target=target,
                health=Health.WARN,
                sentence=f"{one.name} leads to {_few(one.addresses)} by {one.resolver}, "
                f"but to {_few(other.addresses)} by {other.resolver}.",
                figures=(
                    *_named(one.name, f"{one.resolver}, {other.resolver}"),
                    Figure("addresses", _few(one.addresses)),
                    Figure("other", _few(other.addresses)),
                ),
                meaning="A change has not arrived everywhere, or one of them has records of its own.",
                next_step="Compare with the zone itself; flush the old record or wait until it has aged.",
                table=_table(good),
            )
            return


def _resolves(target: str, section: DnsSection, good: Sequence[Lookup]) -> Finding:
    slowest = max(good, key=lambda lookup: lookup.seconds)
    late = slowest.seconds > section.slow
    who = listed(tuple(str(lookup.resolver) for lookup in good))
    return Finding(
        code=Code.SLOW if late else Code.RESOLVES,
        probe=PROBE,
        target=target,
        health=Health.WARN if late else Health.OK,
        sentence=f"{slowest.name} leads to {_few(slowest.addresses)} by {who}, "
        f"{'only after' if late else 'within'} {duration(slowest.seconds)}.",
        figures=(
            *_named(slowest.name, who),
            Figure("addresses", _few(slowest.addresses)),
            Figure("slowest", round(slowest.seconds * 1000, 1), "ms"),
        ),
        meaning="Every new connection waits as long." if late else "",
        next_step=f"Look at {slowest.resolver}: its load, and the servers that it asks." if late else "",
        table=_table(good),
    )


def _named(name: str, resolver: str) -> tuple[Figure, ...]:
    return (Figure("name", name), Figure("resolver", resolver))


def _answer(good: Sequence[Lookup]) -> str:
    return "answers" if len(good) == 1 else "answer"


def _few(addresses: frozenset[str]) -> str:
    shown = sorted(addresses)
    more = len(shown) - 4
    return (
        listed(tuple(shown)) if more <= 0 else f"{', '.join(shown[:4])} and {counted(more, 'more', 'more')}"
    )


def _table(lookups: Sequence[Lookup]) -> tuple[tuple[str, ...], ...]:
    rows = (
        (
            str(lookup.resolver),
            lookup.said,
            " ".join(sorted(lookup.addresses)) or "-",
            duration(lookup.seconds),
        )
        for lookup in lookups
    )
    return (("resolver", "answer", "addresses", "took"), *rows)
