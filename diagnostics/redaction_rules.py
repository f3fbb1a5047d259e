"""What secrets look like: the words around them, and the shapes that providers give to their tokens.

Every repetition is bounded and no two that overlap stand side by side: time grows with the text alone.
A rule masks its group `secret`, or all that it matches.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One look of a secret; `kind` is the word in its mask."""

    kind: str
    expression: "re.Pattern[str]"


def _rule(kind: str, expression: str) -> Rule:
    return Rule(kind, re.compile(expression, re.VERBOSE))


WORDS = r"""(?:pass(?:word|wd|phrase|code)|pgpass|pwd|secret|credential|api[_\-]?key|access[_\-]?key
    |account[_\-]?key|private[_\-]?key|signing[_\-]?key|encryption[_\-]?key|session[_\-]?(?:id|key)
    |client[_\-]?secret|auth[_\-]?key|x-amz-signature)"""
QUOTED = r"""(?:"(?:[^"\\\n]|\\.){1,4096}(?:"|$)|'(?:[^'\\\n]|\\.){1,4096}(?:'|$))"""
BARE = r"""(?:[^\s"'&,;)}\]]|[,;](?!\s|[\w.\-]{1,40}=|$)){1,4096}"""
# Words that say how a secret fared are evidence, and so are small numbers of things called tokens.
HARMLESS = r"""(?!["']?(?:\[redacted:|(?:null|none|nil|true|false|missing|invalid|expired|required|not|is|was
    |has|unset|empty|undefined|denied|rejected|incorrect|wrong|mismatch|authentication|failed|error|unknown)\b
    |\*{3,}))"""
COUNT = r"(?!\d{1,7}(?![^\s,;)}\]]))"  # max_tokens=4096
SCHEMES = r"(?:bearer|basic|token|apikey|negotiate)"
LETTERS = r"[A-Za-z0-9._~+/=\-]"

RULES = (
    # addresses with a password: databases and brokers, whose passwords may hold a slash, then all others
    _rule(
        "dsn",
        r"""(?i:\b(?:postgres(?:ql)?|mysql|mariadb|redis|rediss|amqps?|mongodb|kafka|clickhouse|mssql|oracle)
        (?:\+[a-z0-9]{1,20}){0,2}://[^\s:@/'"<>]{0,128}):(?!\[redacted:)(?P<secret>[^\s'"<>]{1,512})@(?=[^\s@'"<>])""",
    ),
    _rule(
        "dsn",
        r"""(?i:\b[a-z][a-z0-9+.\-]{1,30}://(?!\[redacted:)[^\s:@/'"<>]{0,128}):(?!\[redacted:)
        (?P<secret>[^\s/'"<>]{1,512})@""",
    ),
    _rule("dsn", r"""(?i:\bhttps?://)(?P<secret>[A-Za-z0-9_\-]{16,256})@"""),
    # headers
    _rule(
        "cookie",
        r"""(?i:\b(?:set-)?cookie["']?\s{0,3}[:=]\s{0,3}["']?)(?!\[redacted:)
        (?P<secret>[^\s"'][^\r\n"']{3,8191})""",
    ),
    _rule(
        "authorization",
        rf"""(?i:\bauthorization["']?\s{{0,3}}[:=]\s{{0,3}}["']?{SCHEMES}\s{{1,3}})
        (?!\[redacted:)(?P<secret>{LETTERS}{{4,8192}})""",
    ),
    _rule(
        "authorization",
        rf"""(?i:\bauthorization["']?\s{{0,3}}[:=]\s{{0,3}}["']?(?!{SCHEMES}\s|failed|denied|required|missing))
        (?!\[redacted:)(?P<secret>[^\s"'][^\r\n"']{{7,8191}})""",
    ),
    _rule(
        "authorization",
        rf"""(?i:\b(?:bearer|basic)\s{{1,3}})(?=[A-Za-z._~+/\-]{{0,200}}[0-9=]|{LETTERS}{{20}})
        (?P<secret>{LETTERS}{{8,8192}})""",
    ),
    # the shapes of providers' tokens
    _rule("jwt", r"\beyJ[\w\-]{8,8192}\.[\w\-]{8,8192}(?:\.[\w\-]{0,8192}){0,3}"),
    _rule("aws", r"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b"),
    _rule("github", r"\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{22,255})"),
    _rule("gitlab", r"\bgl(?:pat|ptt|dt|rt|cbt|ft|agent)-[\w\-]{20,255}"),
    _rule(
        "slack",
        r"\b(?:xox[abceoprs]-[\w\-]{8,255}|xapp-\d-[\w\-]{8,255}|hooks\.slack\.com/services/[\w/]{20,100})",
    ),
    _rule("stripe", r"\b(?:[srp]k_(?:live|test)_\w{10,255}|whsec_[\w+/=]{16,255})"),
    _rule("google", r"\b(?:AIza[\w\-]{35}|ya29\.[\w\-]{20,2048}|GOCSPX-[\w\-]{20,64})"),
    _rule("key", r"\bsk-(?:ant-|proj-|or-)?[\w\-]{20,255}"),
    _rule(
        "key", r"\b(?:npm_[A-Za-z0-9]{36}|pypi-[\w\-]{50,255}|dckr_pat_[\w\-]{20,64}|do[opr]_v1_[a-f0-9]{64})"
    ),
    _rule(
        "key",
        r"\b(?:hv[sbr]\.[\w\-]{20,255}|SG\.[\w\-]{16,64}\.[\w\-]{16,64}|\d{8,10}:AA[\w\-]{33}|SK[a-f0-9]{32})\b",
    ),
    # a telling name and its value
    _rule(
        "secret",
        rf"""(?i:{WORDS}[\w\-]{{0,20}}["']?\s{{0,3}}(?:=>|:=|[:=](?!>))\s{{0,3}}){HARMLESS}(?P<secret>{QUOTED}|{BARE})""",
    ),
    _rule(
        "secret",
        rf"""(?i:token[\w\-]{{0,20}}["']?\s{{0,3}}(?:=>|:=|[:=](?!>))\s{{0,3}}){HARMLESS}{COUNT}(?P<secret>{QUOTED}|{BARE})""",
    ),
    _rule(
        "secret",
        rf"""(?i:--(?:token|{WORDS})[\w\-]{{0,20}}\s{{1,3}})(?!-){HARMLESS}(?P<secret>{QUOTED}|{BARE})""",
    ),
    _rule("secret", rf"""(?i:\b(?:password|identified\s{{1,3}}by)\s{{1,3}})(?P<secret>{QUOTED})"""),
    _rule(
        "secret", r"""(?:(?<=\s)|^)(?:-u|--user)\s{1,3}[^\s:]{1,100}:(?!\[redacted:)(?P<secret>\S{1,512})"""
    ),
)

# in one piece, or in the groups that are printed on cards, always with the same mark between them
CARD = re.compile(
    r"""(?<![\w.\-])(?:[2-6]\d{12,18}|[2-6]\d{3}(?P<four>[ \-])\d{4}(?P=four)\d{4}(?P=four)\d{1,7}
    |3[47]\d{2}(?P<six>[ \-])\d{6}(?P=six)\d{5})(?![\w\-]|\.\d)""",
    re.VERBOSE,
)
LEAST = 6  # characters; a known value shorter than this stands in too many words


def is_card(number: str) -> bool:
    """Whether the check digit of a payment card is right (Luhn)."""
    digits = [int(character) for character in reversed(number) if character.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
