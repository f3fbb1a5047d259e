"""One mark for each health, always beside its word."""

from __future__ import annotations

from incidents.evidence import Health

HEALTH = {
    Health.CRITICAL: "⛔ *critical*",
    Health.WARN: "⚠️ *warn*",
    Health.UNKNOWN: "❔ *unknown*",
    Health.OK: "✅ *ok*",
}
DONE = "✅ *done*"
NOT_YET = "❔ *not yet*"
