"""A telling name and the value that it gives away: `password=...`, `"apiKey": "..."`, `TOKEN: ...`.

The name is found first, then judged by what surrounds it, then the value is read with its quotes and judged:
words that say how a secret fared are evidence, and so are counts, references and what stands for a value.
"""

import re
from collections.abc import Iterator

from diagnostics.redaction_spans import Span, Text, places
from diagnostics.redaction_words import HARMLESS_REST, OF_A_KEY, STATUS

_ANCHORS = (
    "pass",
    "pwd",
    "secret",
    "cred",
    "token",
    "key",
    "auth",
    "otp",
    "cvv",
    "cvc",
    "csrf",
    "xsrf",
    "pat",
)
_MORE = ("sess", "connect.sid", "signature", "mnemonic", "seed_phrase", "verification_code", "recovery_code")
_NAME = re.compile(
    rf"""(?P<word>pass(?:word|wort|wd|phrase|code)(?:s(?![a-z]))?
    |(?:(?<![a-z])|(?<=db)|(?<=(?-i:[a-z](?=P))))pass(?![a-z])|pwd
    |secret(?:s(?![a-z]))?(?:[_.-]?key)?|credential(?:s(?![a-z]))?|creds?(?![a-z])|token(?:s(?![a-z]))?
    |(?:{OF_A_KEY}|(?<=AccessKey))key|(?:(?<=_)|(?<=["']))auth(?=["'=])|(?<=_)pat(?=["']?\s?[=:])|masterauth
    |(?:(?<![a-z])|(?<=t))otp(?![a-z])|cvv2?(?![a-z])|cvc(?![a-z])|[cx]srf|verification_code|recovery_code
    |(?:php|j|asp)?sess(?:ion)?_?id|session(?:_?key)?(?=\s?=)|connect\.sid|mnemonic|seed_phrase
    |(?<=[?&-])signature|(?<=X-Amz-)signature|signature(?=[=])
    )(?P<rest>[\w\-]{{0,40}}+)""",
    re.VERBOSE | re.IGNORECASE,
)
_SIGN = re.compile(
    r"""(?P<close>\\{0,7}["'`]?\]?)(?:
      [ \t]{0,20}(?P<sign>=>|:=|===?|=|->|:(?!:|//)|::(?=[ ])|%3D|\\u003d|\|(?=[ ]))[ \t]{0,20}
      (?:\n(?=[^\s:=]{6,128}(?:\n|\Z)))?
    | (?P<value>["'`]?,?\s{1,40}|["'`]?,\s{0,40})-?\s?\\{0,3}["']?(?:parameter)?value
      \\{0,3}["']?\s{0,3}[:=]\s{0,3}
    | (?P<markup>(?:\s[\w:]{1,40}="[^"\n]{0,200}"){0,3}>)(?=[^<\s][^<\n]{0,4096}</)
    | (?P<pair>,)\s{0,3}(?=\\{0,3}b?["'])
    | (?P<option>[ \t]{1,4})(?![-=:|])
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED = re.compile(
    r"""(?:[bBuUrRfF]{1,2}(?=["']))?(?:[\w.:&*]{1,40}[(\[]\s?){0,2}
    (?:[{\[]\s{0,8}(?:\\{0,3}["']?(?:value|plain\w{0,8}|data|text|secret)\\{0,3}["']?\s{0,3}[:=]\s{0,3})?)?
    (?P<quote>\\{0,7}(?:\"{3}|'{3}|["'`]))
    (?P<value>(?:(?!(?P=quote))(?:\\.|[^\\\n])|(?<=\w)''(?=\w)){1,4096}+)""",
    re.VERBOSE,
)
_LIST = re.compile(r"""\[\s{0,8}(?P<value>\\{0,3}["'][^\]\n]{1,4096})""")
_BLOCK = re.compile(
    r"[|>][+\-]?[ \t]{0,8}\n"
    r"(?P<value>(?P<indent>[ \t]{1,64})[^\n]{1,4096}(?:\n(?P=indent)[^\n]{0,4096}){0,256})"
)
_BARE = re.compile(
    r"""(?P<value>(?:[^\s"'`&,;)}\]<]|(?<=\w)'(?=\w)|[,;](?!\s|[\w.\- ]{1,40}=|$|["'])
    |&(?![\w.\-\[\]%]{1,60}=|amp;|\s|$)
    |[)}\]](?=[\w!@\#$%^*+=/~\-])|<(?!/)){1,8192}+)""",
    re.VERBOSE,
)
_TO_THE_END = re.compile(r"(?P<value>[^\n\"']{1,1024})")

_FIRST_WORD = re.compile(r"[A-Za-z]+(?:n't)?(?![\w])")
_PLACEHOLDER = re.compile(
    r"""\$\d{1,3}|\$\{[\w.:]{1,64}\}?|\$[A-Z][A-Z0-9_]+|\$\([^)\n]*\)?|%\(\w+\)s?|%[svdq]|\?|:[a-z_]+
    |\{\{.*|\{\w{0,32}\}?
    |<[A-Za-z_]+(?:[.\-][A-Za-z_]+)*(?:[: >'].*)?|\(\*[\w.]*|[A-Za-z_.\-]+:|amd64|arm64|i386|all
    |\[(?i:filtered|redacted|hidden|masked|removed|secret|sensitive)[^\]]*\]?|\(?(?i:sensitive|hidden).*
    |\*{2,}.*|[xX]{3,}|-{1,3}|\.{2,3}|…|0x[0-9a-f]+""",
    re.VERBOSE,
)
_CODE = re.compile(  # of a trace's source lines
    r"""[A-Za-z_]{2,40}(?:\.[A-Za-z_]{1,40}){0,6}\((?![\d"'])
    |(?:self|cls|this|settings|config|os|request|req|args|kwargs|process|ctx|options|params)\.[A-Za-z_]{2,40}(?!\w)""",
    re.VERBOSE,
)
_PATH = re.compile(
    r"/(?:etc|run|var|home|root|opt|usr|tmp|app|secrets|mnt|data|srv|config|vault|proc)/[\w./\-]{1,200}:?"
)
_REACH = 64  # characters of a name
_BEFORE = 16  # characters that say what a name is used for
_LONG = 12  # characters of a value behind a plural, from which on it is no number or word
_PLAIN = re.compile(r"[\w .\-]{1,64}")
_UUID = re.compile(r"""["']?\s{0,3}[:=]\s{0,3}["']?[0-9a-f]{8}-[0-9a-f]{4}-""", re.IGNORECASE)
_SIZE = re.compile(r"\d{1,7} bytes")
_COUNT = re.compile(r"\d{1,7}(?:ms|s|m|h|d|%)?|\d{1,4}/\d{1,4}|\d+\.\d+")
_SESSION = re.compile(r"0x[0-9a-f]+|\d{1,7}|[0-9a-f]{8}\.[0-9a-f]{1,6}")
_AFTER = (
    "unexpected ",
    "illegal ",
    "non-existent ",
    "existent secret ",
    "invalid ",
    "next ",
    "bad ",
    "near ",
    "expecting ",
)


def names(text: Text) -> Iterator[Span]:
    """Every value behind a telling name."""
    for anchor in (*_ANCHORS, *_MORE):
        past = 0
        for place in places(text.folded, anchor):
            span = _value(text, place) if place >= past else None
            if span:
                past = span.end
                yield span


def telling(name: str) -> bool:
    """Whether what goes by this name, such as a column's heading, is a secret."""
    text = Text.of(f"{name.strip().replace(' ', '_')}=")
    return bool(_PLAIN.fullmatch(name.strip())) and any(
        (match := _NAME.match(text.whole, place)) and not HARMLESS_REST.search(match["rest"])
        for anchor in (*_ANCHORS, *_MORE)
        for place in places(text.folded, anchor)
    )


def _value(text: Text, place: int) -> Span | None:
    name = _NAME.match(text.whole, place)
    if name is None or text.whole.endswith("[redacted:", 0, place):
        return None
    if HARMLESS_REST.search(name["rest"]) and not _of_approle(text.whole, name):
        return None
    sign = _SIGN.match(text.whole, name.end())
    if sign is None or not _is_given(text, name, sign):
        return None
    return _read(text.whole, name["word"].lower(), sign)


def _of_approle(text: str, name: "re.Match[str]") -> bool:
    """Whether a `secret_id` is Vault's, which is the secret itself and no reference to one."""
    is_id = name["word"].lower() == "secret" and name["rest"].lower() in {"_id", "id", "-id"}
    return is_id and bool(_UUID.match(text, name.end()))


def _is_given(text: Text, name: "re.Match[str]", sign: "re.Match[str]") -> bool:
    """Whether the name is one that is given a value here, by what stands around the two."""
    begin = _beginning(text.whole, name.start())
    before = text.folded[max(0, begin - _BEFORE) : begin]
    closed, mark = sign["close"] != "", sign["sign"]
    if sign["option"]:
        return text.whole.startswith("--", begin) and not closed
    if sign["markup"]:
        return closed or before.endswith(("<", ":"))
    if sign["pair"]:
        return closed and before.rstrip("b\\'\"").endswith("(")
    if mark in {":", "::"}:
        given = closed or name["word"].lower() != "pass" or text.whole[: name.start()].endswith("_")
        return given and not before.endswith(("/", ":", *_AFTER))
    return _is_assigned(text.whole, text.whole[begin : name.end()], sign)


def _is_assigned(text: str, whole_name: str, sign: "re.Match[str]") -> bool:
    if whole_name in {"PWD", "OLDPWD"}:
        return not text.startswith("/", sign.end())  # a shell's directory
    return sign["sign"] != "|" or telling(whole_name)


def _beginning(text: str, place: int) -> int:
    """Where the whole name begins whose telling word is at this place."""
    begin = place
    while begin > max(0, place - _REACH) and (text[begin - 1].isalnum() or text[begin - 1] in "_-."):
        begin -= 1
    return begin


def _read(text: str, word: str, sign: "re.Match[str]") -> Span | None:
    place = sign.end()
    if word in {"mnemonic", "seed_phrase", "passphrase"} and text[place : place + 1] not in {'"', "'"}:
        match = _TO_THE_END.match(text, place)
    else:
        match = _LIST.match(text, place) or _QUOTED.match(text, place) or _BLOCK.match(text, place)
        match = match or _opened(text, place, sign) or _BARE.match(text, place)
    if match is None or _is_harmless(text, word, sign, match):
        return None
    return Span(*match.span("value"), "secret")


def _opened(text: str, place: int, sign: "re.Match[str]") -> "re.Match[str] | None":
    """A value in the same quotes as its name: "DB_PASSWORD=two words"."""
    if sign["sign"] != "=" or sign["close"]:
        return None
    begin = max(0, sign.start() - 64)
    head = re.search(r"(?:^|[\s\[,({=])([\"'])[\w.\-]{1,64}$", text[begin : sign.start()])
    if head is None:
        return None
    return re.compile(rf"(?P<value>[^\n{head[1]}]{{1,4096}})(?={head[1]})").match(text, place)


def _is_harmless(text: str, word: str, sign: "re.Match[str]", match: "re.Match[str]") -> bool:
    value = match["value"].strip().lstrip("\\\"'")
    quoted = match.re in {_QUOTED, _LIST}
    first = _FIRST_WORD.match(value)
    if (
        first
        and first.group().lower() in STATUS
        and (not quoted or first.end() == len(value) or " " in value)
    ):
        return True
    if (
        _PLACEHOLDER.fullmatch(value.rstrip("."))
        or _PLACEHOLDER.fullmatch(value)
        or (not quoted and _CODE.match(value))
        or _PATH.fullmatch(value)
        or _SIZE.match(text, match.start("value"))
    ):
        return True
    if word.startswith("token") and _COUNT.fullmatch(value.rstrip(".>")):
        return True
    if word in {"tokens", "secrets", "credentials"} and not quoted and sign["sign"] == ":":
        return not (
            len(value) >= _LONG and any(c.isdigit() for c in value) and any(c.isupper() for c in value)
        )
    if word == "pass" and _COUNT.fullmatch(value):
        return True
    return "sess" in word and bool(_SESSION.fullmatch(value))
