"""Secrets known by what stands around them: addresses, headers, SQL, command lines, hashes of passwords.

Each rule begins at a word that `str` can find, and every repetition is bounded and does not turn back, so
that time grows with the text alone. A rule masks its group `secret`, or all that it matches.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics.redaction_spans import Span, Text, places


@dataclass(frozen=True, slots=True)
class Rule:
    """One surrounding of a secret.

    Attributes:
        kind: the word in its mask.
        anchors: words in lower case with which the expression begins.
        expression: what follows.
        needs: a character without which, within `reach`, there is nothing to find.
    """

    kind: str
    anchors: tuple[str, ...]
    expression: "re.Pattern[str]"
    needs: str = ""
    reach: int = 1024

    def find(self, text: Text) -> Iterator[Span]:
        """Every secret in this surrounding."""
        group = "secret" if "secret" in self.expression.groupindex else 0
        for anchor in self.anchors:
            if anchor not in text.folded:  # most are not, and this is the quickest way to know
                continue
            past = 0
            for place in places(text.folded, anchor):
                if place < past or (
                    self.needs and text.whole.find(self.needs, place, place + self.reach) < 0
                ):
                    continue
                if match := self.expression.match(text.whole, place):
                    past = match.end()
                    yield Span(*match.span(group), self.kind)


def _rule(kind: str, anchors: str, expression: str, needs: str = "") -> Rule:
    return Rule(kind, tuple(anchors.split()), re.compile(expression, re.VERBOSE | re.IGNORECASE), needs)


_QUOTED = r"""(?P<q>\\{0,3}["'])(?P<secret>(?:(?!(?P=q))[^\n]){1,1024}+)(?P=q)"""
_VALUE = r"""(?:(?P<q>\\{0,3}["'])|(?<=[\s=:]))(?P<secret>(?(q)(?:(?!(?P=q))[^\n])|[^\s"'|;)]){1,1024}+)"""
_SCHEMES = (
    r"(?:bearer|basic|token|apikey|negotiate|ntlm|digest|geniekey|ssws|sso-key|splunk|aws4-hmac-sha256)"
)
_STATUS = (
    r"(?:failed|denied|required|missing|error|invalid|header|not|is|was|code|plugin|none|null|flow|url)\b"
)
_TO = r"""(?:\\{0,3}["']?\s{0,3}[:=]|\\{0,3}["']\s{0,3},)\s{0,3}(?:b(?=["'])|\[)?\\{0,3}["']?"""
_LETTERS = r"[A-Za-z0-9._~+/=\-:|]"
_BROKERS = (
    "postgres mysql mariadb redis amqp mongodb kafka clickhouse mssql oracle cockroachdb cassandra nats"
)
_DRIVER = r"[a-z0-9]{0,16}(?:[+:][a-z0-9]{1,20}){0,2}://"

RULES = (
    # databases' and brokers' passwords may hold a slash or an at; other addresses' may not
    _rule("dsn", _BROKERS,
        rf"""\w{{0,12}}{_DRIVER}[^\s:@/'"<>]{{0,128}}+:
        (?P<secret>[^\s'"<>]{{1,512}})@(?=[^\s@'"<>])""", "@"),
    _rule("dsn", "://", r"""://[^\s:@/'"<>]{0,128}+:(?P<secret>[^\s/'"<>]{1,512})@""", "@"),
    _rule("dsn", "://",
        r"""://[^\s:@/'"<>]{1,128}+:(?P<secret>(?!\d{1,5}(?:\D|\Z))[^\s/'"<>@\[\]]{1,512}?)
        (?=\.{3}|…|\n|\Z)"""),
    # what PostgreSQL logs of a prepared statement: every value that the application gave
    _rule("parameters", "parameters:", r"parameters:\s{1,3}(?P<secret>\$1\s=\s[^\n]{1,2048}+)"),
    _rule("dsn", "http://", r"http://(?P<secret>[\w\-]{16,256}+)@"),
    _rule("dsn", "https://", r"https://(?P<secret>[\w\-]{16,256}+)@"),
    _rule("dsn", "jdbc:oracle: sqlplus",
        r"""(?:jdbc:oracle:\w{2,5}:|sqlplus\s{1,3}(?:-\w\s){0,3})[^/\s@]{1,64}+/
        (?P<secret>[^@\s]{1,256}+)@""", "@"),
    # headers
    _rule("cookie", "cookie",
        r"""cookie2?["']?\s{0,3}[:=,]\s{0,3}b?\\{0,3}["']?(?=[^\s;]{0,200}=)
        (?P<secret>[^\s"'][^\r\n"'\\]{3,8191}+)"""),
    _rule("authorization", "authorization",
        rf"""authorization{_TO}{_SCHEMES}\s{{1,3}}(?!\$|<|\{{\{{|\*\*)
        (?P<secret>[^\r\n"'\\]{{4,8192}}+)"""),
    _rule("authorization", "authorization",
        rf"""authorization{_TO}(?!{_SCHEMES}\s|{_STATUS}|\$|<|\*\*)
        (?P<secret>[^\s"'\\][^\r\n"'\\]{{7,8191}}+)"""),
    _rule("authorization", "authorization",
        rf"""authorization{_TO}digest\s(?P<secret>[^\r\n]{{4,4096}}+)"""),
    _rule("authorization", "bearer basic geniekey ssws",
        rf"""(?<![\w=])(?:bearer|basic|geniekey|ssws)(?:\s|%20|\+){{1,3}}
        (?=[A-Za-z._~+/\-]{{0,200}}[0-9=]|{_LETTERS}{{20}})(?P<secret>{_LETTERS}{{8,8192}}+)"""),
    _rule("authorization", "auth",
        r"""auth\s(?:plain|login|xoauth2|cram-md5)\s(?P<secret>[\w+/=]{8,2048}+)"""),
    _rule("authorization", "auth",
        r"""auth\\?["']?(?:=\(|,?\s["'])(?:\\?["']\w[\w.\-@]{0,64}\\?["'],?\s{0,2})?\\?["']?
        (?P<secret>[^"'\s\\][^"'\n\\]{2,512}+)\\?["']\)?"""),
    _rule("authorization", "basicauth( credentials( login(",
        r"""(?:basicauth|credentials|login)\(\s?["'][^"'\n]{1,128}["'],\s{0,2}["']
        (?P<secret>[^"'\n]{1,512})["']"""),
    # what an address carries
    _rule("signature", "sig=", r"(?<=[?&;])sig=(?P<secret>[\w%+/=\-]{16,512}+)"),
    _rule("signature", "signature=", r"signature=(?P<secret>[\w%+/=~\-]{16,4096}+)"),
    _rule("secret", "code=", r"(?<=[?&])code=(?P<secret>(?=[\w.%/\-]{0,200}\d)[\w.%/\-]{16,2048}+)"),
    _rule("secret", "key= ticket=",
        r"""(?<=[?&])(?:key|ticket)=(?P<secret>(?=\w{0,100}[a-z])(?=\D{0,100}\d)[\w\-]{24,512}+)
        (?![./%+])"""),
    _rule("secret", "samlresponse= samlrequest= assertion=",
        r"""[a-z]{1,16}=(?P<secret>[\w%+/=.\-]{24,16384}+)"""),
    # SQL
    _rule("secret", "password", rf"""password\s{{1,3}}{_QUOTED}"""),
    _rule("secret", "identified",
        rf"""identified\s{{1,3}}(?:with\s{{1,3}}["'\w]{{1,64}}\s{{1,3}})?(?:by|as)\s{{1,3}}
        (?:password\s{{1,3}})?{_QUOTED}"""),
    _rule("secret", "password",
        rf"""password\s{{1,3}}for\s{{1,3}}[^=\n]{{1,128}}=\s{{0,3}}(?:password\()?{_QUOTED}"""),
    _rule("secret", "_encrypt( _decrypt( crypt( password( set_config(",
        rf"""\w{{5,12}}\(\s?[^\s'"][^,'"\n]{{0,128}},\s{{0,3}}{_QUOTED}"""),
    _rule("secret", "password( crypt(", rf"""(?:password|crypt)\(\s?{_QUOTED}"""),
    _rule("sql", "insert",
        r"""insert\s{1,3}into\s{1,3}[^()\n]{1,128}\([^()\n]{0,1024}
        (?:pass|secret|token|api_?key|credential)[^()\n]{0,1024}\)\s{1,3}values\s{0,3}
        (?P<secret>\([^\n]{1,4096}\))"""),
)  # fmt: skip

COMMANDS = (
    # command lines
    _rule("secret", "curl wget http smbclient",
        r"""\w{4,9}\s(?:[^\n]{0,300}?\s)?(?:-u|--user|-U)\s{0,3}["']?[^\s:%"']{1,100}[:%]
        (?P<secret>[^\s"']{1,512}+)"""),
    _rule("secret", "-u --user",
        r"""(?<=\s)(?:-u|--user)[\s=]["']?[^\s:"']{1,100}:(?!\d{1,6}(?:\s|\Z))
        (?P<secret>[^\s"']{1,512}+)"""),
    _rule("secret", "mysql mariadb",
        r"""(?:mysql|mariadb)\w{0,12}\s(?:[^\n]{0,300}?\s)?-p(?P<secret>(?!assword)[^\s"']{3,512}+)"""),
    _rule("secret", "sshpass sqlcmd mongo mongosh ldapsearch ldapwhoami ldapmodify plink",
        rf"""\w{{2,10}}(?=\s)(?:\s(?!-[pPwy]\s)[^\s]{{1,200}}){{0,12}}\s-(?:p|P|w)\s{{1,3}}
        (?!\d{{1,5}}:\d|\d{{1,5}}\s|\d{{1,5}}/|[\w.]{{1,30}}:\d)(?<!run\s-p\s){_VALUE}"""),
    _rule("secret", "login",
        rf"""login(?=\s)(?:\s(?!-[pPw]\s)[^\s]{{1,200}}){{0,12}}\s-(?:p|P|w)\s{{1,3}}{_VALUE}"""),
    _rule("secret", "setx", rf"""setx\s\w{{0,64}}(?:pass|secret|token|key)\w{{0,32}}\s{{1,3}}{_VALUE}"""),
    _rule("secret", '"d" "p" "q" "dp" "dq" "qi" "k"',
        r"""\"\w{1,2}\"\s{0,3}:\s{0,3}\"(?P<secret>[\w\-]{16,2048}+)\""""),
    _rule("secret", "redis-cli", rf"""redis-cli\s(?:[^\n]{{0,200}}?\s)?-a\s{{1,3}}{_VALUE}"""),
    _rule("secret", "requirepass masterauth",
        rf"""(?:requirepass|masterauth)["']?\s{{1,3}}(?!is\s|not\s){_VALUE}"""),
    _rule("secret", "auth",
        r"""auth["']\s["'](?:[\w.\-]{1,64}["']\s["'])?(?P<secret>[^"'\n]{3,512}+)["']"""),
    _rule("secret", "pass:", r"""(?<=[\s"'])pass:(?P<secret>[^\s"']{3,512}+)"""),
    _rule("secret", "-storepass -keypass -passwd",
        rf"""(?<=\s)-(?:storepass|keypass|passwd)\s{{1,3}}{_VALUE}"""),
    _rule("secret", "add_user change_password",
        rf"""(?:add_user|change_password)\s{{1,3}}[\w.\-@]{{1,64}}\s{{1,3}}{_VALUE}"""),
    _rule("secret", "--from-literal",
        r"""--from-literal[=\s]["']?[\w.\-]{1,253}=(?P<secret>[^\s"']{1,4096}+)"""),
    _rule("secret", "vault",
        r"""vault\s{1,3}(?:kv\s{1,3}(?:put|patch)|write)\s(?:[^\n=]{1,300}\s)?[\w\-]{1,64}=
        (?P<secret>[^\n]{1,4096}+)"""),
    _rule("secret", "configure",
        rf"""configure\s{{1,3}}set\s{{1,3}}[\w.\-]{{0,64}}(?:secret|token)[\w.\-]{{0,32}}\s{{1,3}}
        {_VALUE}"""),
    _rule("secret", "htpasswd",
        r"""htpasswd\s(?:-\w{1,6}\s){1,4}(?:[\w./\-]{1,200}\s)?[\w.\-@]{1,64}\s
        (?P<secret>[^\s"']{1,512}+)"""),
    _rule("secret", "echo printf",
        r"""(?:echo|printf)\s(?:-n\s)?["']?(?P<secret>[^\s"'|]{3,512}+)["']?\s{0,3}\|\s{0,3}(?:sudo\s)?
        (?:docker\slogin|podman\slogin|chpasswd|passwd|base64|helm\sregistry|gh\sauth|kubectl\screate\ssecret)"""),
    _rule("secret", "machine login",
        r"""(?:machine\s{1,4}\S{1,253}\s{1,8})?login\s{1,8}[^\s:=]{1,253}\s{1,8}password\s{1,8}
        (?P<secret>\S{1,512}+)"""),
    _rule("secret", "password",
        r"""password\s{1,4}(?:is\s|was\s|to\s)?(?P<secret>
        (?=[^\s.,:]{0,60}[\d!@\#$%^&*])[^\s"'()=]{6,128}+)(?=$|\n)"""),
    # files of passwords, and their hashes
    _rule("hash", "$1$ $2a$ $2b$ $2y$ $5$ $6$ $7$ $y$ $gy$ $apr1$ $argon2 $scrypt $pbkdf2 $sha1$",
        r"""\$(?:argon2\w{1,2}|scrypt|pbkdf2[\w\-]{0,12}|sha1|apr1|2[aby]|gy|[1567y])\$[\w./+$=,\-]{12,512}+"""),
    _rule("hash", "{sha} {ssha} {sha256} {ssha256} {sha512} {ssha512} {md5} {smd5} {crypt} {pbkdf2",
        r"""\{s?(?:sha(?:256|512)?|md5|crypt|pbkdf2[\w\-]{0,12})\}[\w./+$=,\-]{12,512}+"""),
    _rule("hash", "pbkdf2 scrypt: bcrypt argon2$",
        r"""(?:pbkdf2[_:]sha\d{1,3}[$:]\d{1,8}|scrypt:\d{1,8}:\d{1,3}:\d{1,3}|bcrypt
        (?:_sha256)?|argon2)\$[\w./+$=,\-]{16,512}+"""),
    _rule("hash", "scram-sha-256$", r"""scram-sha-256\$\d{1,8}:[\w+/=]{8,64}\$[\w+/=:]{16,256}+"""),
    _rule("hash", "md5", r"""(?<!\w)md5[a-f0-9]{32}(?!\w)"""),
    _rule("hash", "*", r"""(?<!\w)\*(?-i:[A-F0-9]{40})(?!\w)"""),
)  # fmt: skip

_PGPASS = re.compile(
    r"(?m)^[\w.\-*]{1,253}:(?:\d{4,5}|\*):[\w\-*]{1,63}:[\w\-*]{1,63}:(?P<secret>[^\s:]{1,256})$"
)
_NTLM = re.compile(r":\d{3,6}:(?P<secret>[a-f0-9]{32}:[a-f0-9]{32}):::", re.IGNORECASE)
_GO_DSN = re.compile(r"""(?<![\w/])[\w.\-]{1,64}:(?P<secret>[^\s:"']{1,256})@(?:tcp|unix|cloudsql)\(""")


def files(text: Text) -> Iterator[Span]:
    """What has no word at its beginning: lines of .pgpass, hashes of Windows, and Go's addresses of MySQL."""
    for match in _PGPASS.finditer(text.whole) if text.whole.count(":") >= _COLONS else ():
        yield Span(*match.span("secret"), "secret")
    for place in places(text.whole, ":::"):
        around = _NTLM.finditer(text.whole, max(0, place - 80), place + 3)
        yield from (Span(*match.span("secret"), "hash") for match in around)
    for end in ("@tcp(", "@unix(", "@cloudsql("):
        for place in places(text.whole, end):
            around = _GO_DSN.finditer(text.whole, max(0, place - 330), place + 12)
            yield from (Span(*match.span("secret"), "dsn") for match in around)


_COLONS = 4
