"""What services.toml says about a circuit breaker: where it tells its state, and what it protects from."""

from typing import Literal

from pydantic import Field

from diagnostics.address import Address
from diagnostics.probes.http.getter import Login


class BreakerSection(Login):
    """`kind = "breaker"`.

    Attributes:
        url: answers a GET with the state as JSON.
        key: under which the state stands there.
        behind: a health address of the service behind the breaker, asked without the login.
        wait: seconds after which a breaker whose service is back should be half-open.
    """

    kind: Literal["breaker"]
    url: Address
    key: str = Field(default="state", pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,59}$")
    behind: Address | None = None
    wait: float = Field(default=60, gt=0)
