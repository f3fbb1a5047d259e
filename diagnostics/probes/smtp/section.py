"""What services.toml says about a mail server, and how it is to be talked to."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from diagnostics.address import Host
from diagnostics.probe import Section


class SmtpSection(Section):
    """`kind = "smtp"`. Seconds and days.

    Attributes:
        encryption: "starttls" asks for it after EHLO, "tls" begins with it (port 465), "none" leaves it away.
        user: with `password`, also signs in; that is only done over an encrypted connection.
        hello: how we call ourselves.
        authority: a file with the certificate of an authority of your own, as PEM.
        patience: for the whole talk.
        slow: a greeting later than this is a warning.
        warn: days before its certificate ends from which on that is a warning.
        critical: days from which on it is critical.
    """

    kind: Literal["smtp"]
    host: Host
    port: int = Field(default=587, ge=1, le=65535)
    encryption: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: SecretStr | None = Field(default=None, repr=False)
    hello: str = Field(default="localhost", pattern=r"^[A-Za-z0-9.\-\[\]:]{1,253}$")
    authority: Path | None = None
    patience: float = Field(default=5, gt=0, le=9)
    slow: float = Field(default=2, gt=0)
    warn: float = Field(default=14, ge=0)
    critical: float = Field(default=7, ge=0)

    @field_validator("authority")
    @classmethod
    def _there(cls, authority: Path | None) -> Path | None:
        if authority and not authority.is_file():
            raise ValueError("there is no such file")
        return authority

    @model_validator(mode="after")
    def _account(self) -> "SmtpSection":
        if (self.user is None) is not (self.password is None):
            raise ValueError("give user and password, or neither")
        if self.user is not None and self.encryption == "none":
            raise ValueError('a password is only sent encrypted: set encryption to "starttls" or "tls"')
        return self
