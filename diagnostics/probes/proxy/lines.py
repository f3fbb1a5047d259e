"""Reads lines of a proxy's log by the first form that fits; each costs time in proportion to its length."""

import re

from diagnostics.probes.proxy import combined, envoy, haproxy, nginx, objects, reasons
from diagnostics.probes.proxy.said import Said

LONGEST = 16 * 1024  # characters of a line that is read at all
CAUSED = re.compile(r"'50[0234] [A-Za-z ]{1,40}' caused by: (?P<words>.{1,400})")  # Traefik's own log
FORMS = (combined.said, haproxy.said, nginx.error, envoy.said)


def said(text: str) -> Said | None:
    """What the line says; None for a line of no known form, or that says nothing of requests."""
    text = text[:LONGEST].strip()
    if text.startswith("{"):
        return objects.said(text)
    found = next((found for form in FORMS if (found := form(text))), None)
    if found is None and (caused := CAUSED.search(text)):
        return reasons.complaint(caused["words"])
    return found
