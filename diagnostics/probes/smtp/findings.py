"""What was heard of a mail server means this. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime

import aiosmtplib

from diagnostics.probes.certificates import first_to_end
from diagnostics.probes.smtp.codes import Code
from diagnostics.probes.smtp.section import SmtpSection
from diagnostics.probes.smtp.talk import Step, Talk
from diagnostics.probes.unreached import Unreached, certificate_error, chain, unreached
from diagnostics.wording import DAY, duration, listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = "smtp.talk"
PERMANENT = 500
FIRST_ERROR = 400
ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3} ")  # RFC 2034: it begins each line of a reply
LATER = {
    Step.ENCRYPTION: "Look at its TLS settings: its certificate or key is gone, or it may not read them.",
    Step.LOGIN: "Read its log: too many sign-ins, or what it asks about passwords is down.",
}
USUALLY_LATER = "Read its log: a full disk, too many connections, or a service behind it that is down."
UNKNOWN_ISSUER = (
    "Have it send the whole chain; if the authority is your own, name its file in services.toml (authority)."
)
WRONG_HOST = "Install the certificate of this host, or correct the host in services.toml."
CERTIFICATE = {  # OpenSSL's numbers for what is wrong with it; other numbers are about who issued it
    9: "It is not valid yet: check the clocks of this machine and of the one that issued it.",
    10: "Renew it, have the mail server read it anew, and see why the automatic renewal has not.",
    62: WRONG_HOST,
    64: WRONG_HOST,
}
NETWORK = {
    Unreached.REFUSED: (
        Code.REFUSED,
        "Nothing listens at the mail server's address.",
        "Look whether it runs, and on which port.",
    ),
    Unreached.NO_ADDRESS: (
        Code.NO_ADDRESS,
        "The name of the mail server's host is not known here.",
        "Check the name in services.toml and the resolver of this machine.",
    ),
    Unreached.TLS: (
        Code.TLS_FAILED,
        "The mail server and Tocsin cannot agree on encryption.",
        'Check the port: 465 begins encrypted (encryption = "tls"), 587 and 25 ask for it ("starttls").',
    ),
    Unreached.BROKEN: (
        Code.BROKEN,
        "The mail server ended the connection at {step}.",
        "Read its log for this machine's address; it may be blocked there.",
    ),
    Unreached.NO_ANSWER: (
        Code.NO_ANSWER,
        "The mail server does not answer in time at {step}.",
        "See whether it is frozen or overloaded, makes new senders wait, or is behind a firewall (port 25).",
    ),
}


def judged(target: str, section: SmtpSection, talk: Talk, now: datetime) -> tuple[Finding, ...]:
    """The findings about what went well in a talk, or was not offered."""
    return tuple(finding for finding in _heard(target, section, talk, now) if finding)


def broken_off(target: str, talk: Talk, error: Exception) -> Finding:
    """The finding about what broke the talk off."""
    certificate = certificate_error(error)
    if certificate:
        reason = quoted(certificate.verify_message.removesuffix("."), 120)
        return _finding(
            target,
            Code.BAD_CERTIFICATE,
            f"The mail server's certificate is not accepted: {reason}.",
            (Figure("verify code", certificate.verify_code), Figure("reason", reason)),
            meaning="Senders that check certificates keep the mail or refuse to send.",
            next_step=CERTIFICATE.get(certificate.verify_code, UNKNOWN_ISSUER),
        )
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _reply(target, talk, error)
    return _network(target, talk, error)


def _heard(target: str, section: SmtpSection, talk: Talk, now: datetime) -> Iterator[Finding | None]:
    if talk.greeting is not None and talk.offered is not None:
        yield _answers(target, section, talk, talk.greeting)
    if section.encryption == "starttls" and talk.offered is False:
        yield _finding(
            target,
            Code.NO_STARTTLS,
            "The mail server does not offer STARTTLS.",
            meaning="Senders that insist on encryption refuse; others send in the clear.",
            next_step="Look at its TLS settings: one that cannot read its certificate stops offering it.",
        )
    yield _encrypted(target, section, talk, now)
    if section.user is not None and talk.step is Step.NOOP and not talk.signed_in:
        yield _no_login(target, talk)
    if talk.signed_in:
        yield _finding(target, Code.SIGNS_IN, "Signing in works.", health=Health.OK)


def _answers(target: str, section: SmtpSection, talk: Talk, seconds: float) -> Finding:
    late = seconds > section.slow
    offers = "encrypted from the start" if section.encryption == "tls" else "STARTTLS is offered"
    if section.encryption != "tls" and not talk.offered:
        offers = "STARTTLS is not offered"
    return _finding(
        target,
        Code.ANSWERS,
        f"The mail server greets in {duration(seconds)} and answers EHLO; {offers}.",
        (Figure("greeting", round(seconds * 1000, 1), "ms"), Figure("encryption offered", offers)),
        health=Health.WARN if late else Health.OK,
        meaning="Every mail waits as long." if late else "",
        next_step="Look at its load, and whether it looks up senders in a DNS that is slow." if late else "",
    )


def _encrypted(target: str, section: SmtpSection, talk: Talk, now: datetime) -> Finding | None:
    if not talk.chain:
        return None
    ending = first_to_end(talk.chain, now) or talk.chain[0]
    left = ending.left(now)
    critical, warn = left <= section.critical * DAY, left <= section.warn * DAY
    return _finding(
        target,
        Code.ENCRYPTED,
        f"Encryption works; the certificate is valid for another {duration(left)}.",
        (Figure("ends", f"{ending.ends:%Y-%m-%d %H:%M} UTC"), Figure("left", round(left), "s")),
        health=Health.CRITICAL if critical else Health.WARN if warn else Health.OK,
        meaning="From then on senders that check it keep the mail." if warn or critical else "",
        next_step="Renew it, and see why the automatic renewal has not." if warn or critical else "",
    )


def _no_login(target: str, talk: Talk) -> Finding:
    if not talk.chain:
        return _finding(
            target,
            Code.NO_LOGIN,
            "Signing in was not tried, since the connection is not encrypted.",
            (Figure("offered", None),),
            health=Health.UNKNOWN,
            next_step="See to STARTTLS first.",
        )
    offered = quoted(listed(tuple(method.upper() for method in talk.methods)), 120)
    return _finding(
        target,
        Code.NO_LOGIN,
        f"The mail server offers no way to sign in that Tocsin knows; it offers {offered}."
        if offered
        else "The mail server offers no way to sign in.",
        (Figure("offered", offered or "nothing"),),
        health=Health.WARN,
        meaning="The application may use another way." if offered else "Whoever has to sign in cannot send.",
        next_step="Compare with how the application signs in."
        if offered
        else "Look at its settings: who may sign in, from where, and on which port.",
    )


def _reply(target: str, talk: Talk, error: aiosmtplib.SMTPResponseException) -> Finding:
    step, login = talk.step.value, talk.step is Step.LOGIN
    reply = quoted(_as_one(error.message), 160)
    said = f"{error.code} {reply}"
    figures = (Figure("step", step), Figure("status", error.code), Figure("reply", reply))
    if error.code < FIRST_ERROR:
        return _finding(
            target,
            Code.NOT_SMTP,
            f"What answers is no mail server: it said {said} at {step}.",
            figures,
            next_step="Check host and port in services.toml.",
        )
    if error.code < PERMANENT:
        return _finding(
            target,
            Code.LOGIN_NOT_NOW if login else Code.NOT_NOW,
            f"The mail server says not now at {step}: {said}.",
            figures,
            health=Health.WARN if login else Health.CRITICAL,
            meaning="Senders keep the mail and try again later, so it is late.",
            next_step=LATER.get(talk.step, USUALLY_LATER),
        )
    return _finding(
        target,
        Code.LOGIN_REFUSED if login else Code.REJECTS,
        f"The mail server refuses at {step}: {said}.",
        figures,
        meaning="If the application has the same account, its mail is refused too."
        if login
        else "Mail from this machine is not accepted.",
        next_step="Check user and password; one that was rotated may be old in the application too."
        if login
        else "Read its log for this machine's address: a block list, or rules about who may send.",
    )


def _as_one(message: str) -> str:
    """A reply of several lines without what begins each of them, and without the stop at its end."""
    begins = ENHANCED.match(message)
    first, *more = message.split("\n")
    bare = (line.removeprefix(begins[0]) if begins else line for line in more)
    return "\n".join((first, *bare)).rstrip().removesuffix(".")


def _network(target: str, talk: Talk, error: Exception) -> Finding:
    reason = unreached(error)
    gone = any(isinstance(link, aiosmtplib.SMTPServerDisconnected) for link in chain(error))
    if gone and reason is Unreached.OTHER:
        reason = Unreached.BROKEN
    code, sentence, next_step = NETWORK.get(
        reason,
        (Code.NOT_REACHED, "No talk with the mail server came about at {step}.", "Try it by hand."),
    )
    return _finding(
        target,
        code,
        sentence.format(step=talk.step.value),
        (Figure("step", talk.step.value), Figure("error", type(error).__name__)),
        meaning="No mail leaves by this server.",
        next_step=next_step,
    )


def _finding(
    target: str,
    code: Code,
    sentence: str,
    figures: tuple[Figure, ...] = (),
    *,
    health: Health = Health.CRITICAL,
    meaning: str = "",
    next_step: str = "",
) -> Finding:
    return Finding(code, PROBE, target, health, sentence, figures, meaning, next_step)
