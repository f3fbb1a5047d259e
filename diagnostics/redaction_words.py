"""The words by which names and values are judged."""

import re

_KEYS = """
    api access account app application private signing encryption encrypt secret session client auth
    master license storage shared service subscription integration consumer root admin webhook hmac jwt
    aes deploy host admin_api ingest ssh decryption crypt cipher security sas functions dd fastly
    ingestion unseal preshared algolia_admin
"""
_NOUNS = """
    id ids name names type types kind count age attempt attempts expir expires expiry expiration expired
    ttl url uri urls endpoint path paths file files dir length len size limit limits policy policies ref
    refs version at on by status state error errors changed rotation manager provider providers store
    usage used service services encoder filter handler exception validator strength min max required
    enabled disabled remaining bucket less protected mode method field fields column label hint prompt
    param params parameter source class mount mounts controller binding role engine cache audience
    issuer scope scopes algorithm alg request requests response seconds minutes hours days budget rate
    per window namespace arn selector helper plugin backend format valid invalid mismatch check failed
    failures success created updated last reset_at verified authentication auth ring pair space alias
    word usage board rotator agent info metadata needed present missing configured timeout pool ized
    izer ization ed er ing encryption
"""
_STATUS = """
    null none nil true false yes no on off missing invalid expired required not is was has have unset
    empty undefined denied rejected incorrect wrong mismatch authentication authenticated failed failure
    error unknown ok valid must should cannot can could this the field value too unauthorized forbidden
    revoked see token tls secretstr include omit unavailable unsupported unable string str bytes text
    varchar int integer number boolean bool object optional char any never permission refused access
    absent disabled enabled found invalidated malformed signature got expected unexpected does did will
    may changed accepted ignored updated rotated hidden masked redacted filtered removed reset sent
    successful success created deleted provided present configured default skipped being already only at
    least from for in of and or with by to as are per unverified verification verified decode decoding
    issuer audience
"""


def _any(words: str) -> str:
    return "|".join(words.split())


# what makes a key a secret one; other keys (cache, primary, routing, idempotency) are evidence
OF_A_KEY = "|".join(f"(?<={word})|(?<={word}[_. -])" for word in _KEYS.split())

# what follows a telling word and makes the name one of something else: `token_type`, `passwordExpiresAt`
HARMLESS_REST = re.compile(
    rf"(?i:(?:^s?|[_\-])(?:{_any(_NOUNS)})s?$)|(?:(?<=[a-z])|^)(?:{_any(_NOUNS.title())})s?$",
)

# words that say how a secret fared, or of which type it is
STATUS = frozenset(_STATUS.split())
