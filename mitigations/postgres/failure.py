"""Why a database did not do what it was asked, in our words: the server's own may hold secrets."""

import asyncpg

from incidents.errors import IncidentError, Refused, Unavailable
from mitigations.postgres.session import GoneError

AUTHORISATION = "28"  # the class of SQLSTATEs


class NotPermitted(Refused):
    """The role may not do this to that session (42501)."""


def grants(role: str) -> str:
    """What a superuser must type."""
    return f'As a superuser: `GRANT pg_monitor, pg_signal_backend TO "{role}"`.'


def explained(name: str, error: Exception) -> IncidentError:  # noqa: PLR0911 -- one row for each reason
    """The error as people read it.

    Args:
        name: of the database, such as "payments db".
        error: from asking it, or from connecting to it.
    """
    match error:
        case IncidentError():
            return error
        case GoneError() | TimeoutError():
            return Unavailable(f"{name} does not answer. What was asked last may have happened; try again.")
        case asyncpg.InsufficientPrivilegeError():
            return NotPermitted(
                f"{name}: the role of the mitigation may not do that (42501). "
                "As a superuser: GRANT pg_monitor, pg_signal_backend to that role."
            )
        case asyncpg.TooManyConnectionsError():
            return Unavailable(
                f"{name} takes no new connection (53300), and none was kept open: every slot is taken. "
                "A superuser still gets in."
            )
        case asyncpg.QueryCanceledError():
            return Unavailable(f"{name} took too long to answer and was given up (57014). Try again.")
        case asyncpg.PostgresError():
            return _said_by_the_server(name, error)
        case OSError():
            return Unavailable(f"{name} cannot be reached ({type(error).__name__}). Is it running?")
        case _:
            return Unavailable(f"{name}: asking it failed ({type(error).__name__}).")


def _said_by_the_server(name: str, error: "asyncpg.PostgresError") -> IncidentError:
    if str(error.sqlstate).startswith(AUTHORISATION):
        return Unavailable(f"{name} refuses the role or password of the mitigation ({error.sqlstate}).")
    return Unavailable(f"{name} refused ({type(error).__name__}, SQLSTATE {error.sqlstate}).")
