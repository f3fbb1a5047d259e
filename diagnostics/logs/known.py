"""The table of what lines speak of: plain words, and expressions whose time grows with the line alone."""

import re

from diagnostics.logs.codes import Code
from diagnostics.logs.known_databases import OF_DATABASES
from diagnostics.logs.known_form import Signature, Weight
from diagnostics.logs.known_own import OF_ITSELF

SIGNATURES = (
    Signature(
        Code.LOG_SERVER_ERRORS,
        Weight.COMMON,
        ("internal server error", "service unavailable", "gateway timeout"),
        re.compile(r'(?:HTTP/\d(?:\.\d)?"? |(?i:status(?:_?code)?"?\s?[=:]\s?"?|\bHTTP ))5\d\d\b'),
        calm=False,
    ),
    Signature(Code.LOG_TIMEOUTS, Weight.COMMON, ("timed out", "timeout", "deadline exceeded", "etimedout")),
    Signature(
        Code.LOG_REFUSED,
        Weight.COMMON,
        (
            "connection refused",
            "econnrefused",
            "connect call failed",
            "refused the conn",
            "nobrokersavailable",
            "broker may not be available",
            "not present in metadata after",
            "nohostavailable",
            "nonodeavailable",
            "no nodes available",
        ),
    ),
    Signature(
        Code.LOG_EXCEPTIONS,
        Weight.COMMON,
        ("unhandled exception", "unhandled rejection", "panic: ", "panicked at", "segmentation fault"),
        re.compile(r"[a-z](?:Error|Exception)\b|^(?:Uncaught )?Error: "),
    ),
    Signature(
        Code.LOG_SLOW_QUERIES,
        Weight.COMMON,
        ("slow query", "slow sql", "long running query", "long-running query"),
        re.compile(r"\bduration: \d{4}"),
        calm=False,
    ),
    Signature(
        Code.LOG_MAIL,
        Weight.COMMON,
        (
            "could not send mail",
            "could not send email",
            "failed to send mail",
            "failed to send email",
            "error sending mail",
            "error sending email",
            "unable to send email",
            "mail command failed",
            "mailsendexception",
            "mailconnectexception",
            "mailauthenticationexception",
            "sendfailedexception",
            "invalid login: 535",
            "status=deferred",
            "status=bounced",
        ),
        re.compile(
            r"SMTP[A-Za-z]{0,40}(?:Refused|Error|Exception|Disconnected)"
            r"|(?i:smtp).{0,200}(?:(?i:\b(?:error|fail|refus|reject|denied|timed out|unreachable|bounced"
            r"|deferred|connection timeout))|\b[45]\d\d[ \-](?:[45]\.\d{1,3}\.\d|[A-Z]))"
        ),
    ),
    Signature(
        Code.LOG_POOL_TIMEOUT,
        Weight.TELLING,
        (
            "queuepool limit",
            "pool timeout",
            "pooltimeout",
            "cannot acquire connection",
            "pool exhausted",
            "unable to acquire a connection",
            "timeout acquiring",
            "connection is not available, request",
            "pool is exhausted",
            "couldn't get a connection after",
            "timeout exceeded when trying to connect",
        ),
    ),
    Signature(
        Code.LOG_TOO_MANY_CLIENTS,
        Weight.TELLING,
        ("too many clients", "too many connections", "remaining connection slots", "max number of clients"),
    ),
    Signature(
        Code.LOG_NAMES,
        Weight.COMMON,
        (
            "name or service not known",
            "name resolution",
            "bad address '",
            "nxdomain",
            "no such host",
            "getaddrinfo",
            "enotfound",
            "could not resolve",
            "could not translate host name",
            "servfail",
        ),
    ),
    Signature(
        Code.LOG_CERTIFICATES,
        Weight.TELLING,
        (
            "certificate has expired",
            "certificate expired",
            "certificate verify failed",
            "x509: ",
            "self-signed cert",
        ),
    ),
    Signature(
        Code.LOG_UPSTREAM,
        Weight.COMMON,
        (
            "no live upstreams",
            "upstream prematurely closed",
            "upstream timed out",
            "connecting to upstream",
            "no available server",
            "no servers available",
            "bad gateway",
            "no healthy upstream",
        ),
    ),
    Signature(
        Code.LOG_AUTHENTICATION,
        Weight.COMMON,
        ("authentication failed", "access denied for user", "invalid credentials", "bad credentials"),
        re.compile(
            r"(?i:no pg_hba\.conf entry|WRONGPASS invalid|NOAUTH authentication|ExpiredToken"
            r"|InvalidClientTokenId|SignatureDoesNotMatch|security token included in the request)"
        ),
    ),
    Signature(
        Code.LOG_LOCKS,
        Weight.COMMON,
        ("deadlock detected", "deadlock found", "lock wait timeout", "lock timeout"),
    ),
    Signature(
        Code.LOG_NETWORK,
        Weight.COMMON,
        ("network is unreachable", "no route to host", "enetunreach", "ehostunreach", "host is unreachable"),
    ),
    Signature(
        Code.LOG_CLOCK,
        Weight.COMMON,
        ("requesttimetooskewed", "clock skew", "token used before issued"),
        re.compile(r"not yet valid \((?:iat|nbf)|Signature not yet current"),
    ),
    Signature(
        Code.LOG_LIMITED,
        Weight.COMMON,
        ("too many requests", "rate limit exceeded", "ratelimiterror", "rate limited", "throttlingexception"),
    ),
    Signature(
        Code.LOG_OWN_KEY,
        Weight.COMMON,
        (
            "invalid api key",
            "incorrect api key",
            "api key not valid",
            "invalidclienttokenid",
            "signaturedoesnotmatch",
            "security token included in the request",
            "invalid_client",
            "invalid_grant",
            "unauthorized for url",
            "token has been revoked",
        ),
        re.compile(r"(?i:api[ _-]?key .{0,60}(?:expired|revoked|disabled|not valid))|ExpiredToken"),
    ),
    *OF_DATABASES,
    *OF_ITSELF,
)
