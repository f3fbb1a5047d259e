"""The stable codes of what can be seen on a mail server.

SM00x it talks · SM01x it does not · SM02x encryption · SM03x signing in
"""

from enum import StrEnum

from diagnostics.code import WORD, Described


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    ANSWERS = "SM001"  # greeting and EHLO

    NOT_NOW = "SM010"  # 4xx
    REJECTS = "SM011"  # 5xx
    REFUSED = "SM012"  # nothing listens
    NO_ANSWER = "SM013"
    NO_ADDRESS = "SM014"
    BROKEN = "SM015"  # it ended the connection
    NOT_SMTP = "SM016"  # it answers, but not as a mail server
    NOT_REACHED = "SM017"  # any other reason

    ENCRYPTED = "SM020"  # the certificate is accepted
    NO_STARTTLS = "SM021"  # not offered
    BAD_CERTIFICATE = "SM022"  # not accepted
    TLS_FAILED = "SM023"

    SIGNS_IN = "SM030"
    LOGIN_REFUSED = "SM031"  # 535
    LOGIN_NOT_NOW = "SM032"  # 4xx
    NO_LOGIN = "SM033"  # not offered


STEP = {"step": WORD, "error": WORD}
REPLY = {"step": WORD, "status": "", "reply": WORD}
CERTIFICATE = {"ends": WORD, "left": "s"}

CODES = (
    Described(Code.ANSWERS, "it greets and answers EHLO", {"greeting": "ms", "encryption offered": WORD}),
    Described(Code.NOT_NOW, "not now (4xx)", REPLY, "Senders keep the mail and try again later."),
    Described(Code.REJECTS, "rejected (5xx)", REPLY, "Mail bounces or is not accepted from here."),
    Described(Code.REFUSED, "nothing listens", STEP, "No mail leaves by this server."),
    Described(Code.NO_ANSWER, "no answer in time", STEP, "Senders wait, and their queues grow."),
    Described(Code.NO_ADDRESS, "the host's name is not known", STEP),
    Described(Code.BROKEN, "it ended the connection", STEP),
    Described(Code.NOT_SMTP, "no mail server", REPLY),
    Described(Code.NOT_REACHED, "not reached for another reason", STEP),
    Described(Code.ENCRYPTED, "encryption works", CERTIFICATE, "Senders refuse once it has ended."),
    Described(Code.NO_STARTTLS, "encryption is not offered", {}, "Senders that insist on it refuse."),
    Described(Code.BAD_CERTIFICATE, "the certificate is not accepted", {"verify code": "", "reason": WORD}),
    Described(Code.TLS_FAILED, "the handshake fails", STEP),
    Described(Code.SIGNS_IN, "signing in works"),
    Described(Code.LOGIN_REFUSED, "signing in is refused", REPLY, "The application's mail is refused too."),
    Described(Code.LOGIN_NOT_NOW, "signing in fails for now", REPLY),
    Described(Code.NO_LOGIN, "signing in is not offered", {"offered": WORD}),
)
