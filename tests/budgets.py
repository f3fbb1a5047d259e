"""How long tests wait for their database where the wait is not what they are about."""

from storage.database import Budget

PATIENT = Budget(pool=10, connect=10, statement=10, total=20)
"""The bot gives up after two and a half seconds; a machine that is busy with other tests may take longer."""
