"""Which programs the demo starts, and what each of them is told."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from demo.places import CHECKOUT, Places
from demo.ports import HERE, Ports
from demo.programs import Program

CONFIG: Final = Path(__file__).with_name("config")
TOCSIN: Final = "app.cli:main"  # the script `tocsin`, installed or not
# A person's own tokens and proxies have no business here: everything stays on this machine.
NOT_OURS: Final = ("slack_", "tocsin_", "database_url", "pg")


@dataclass(frozen=True, slots=True)
class Secrets:
    """New at every start; they open nothing but this demo."""

    bot_token: str = field(default_factory=lambda: f"xoxb-{token_urlsafe()}", repr=False)
    app_token: str = field(default_factory=lambda: f"xapp-{token_urlsafe()}", repr=False)
    diagnosis: str = field(default_factory=token_urlsafe, repr=False)
    mitigation: str = field(default_factory=token_urlsafe, repr=False)


@dataclass(frozen=True, slots=True)
class Cast:
    """The programs of one demo."""

    where: Places
    ports: Ports
    environment: Mapping[str, str] = field(repr=False)
    secrets: Secrets = field(default_factory=Secrets)

    @property
    def panel(self) -> str:
        """The address of the page that breaks the shop."""
        return f"http://{HERE}:{self.ports.panel}"

    @property
    def workspace_address(self) -> str:
        """The one address that a person has to open."""
        return f"http://{HERE}:{self.ports.workspace}"

    def shop(self) -> Program:
        """The shop, its database and its panel; says the panel's address when it is open."""
        ports = self.ports
        listen = [f"--database={ports.database}", f"--api={ports.api}", f"--panel={ports.panel}"]
        return Program(
            name="The shop",
            command=("-m", "demo.shop", str(self.where.demo / "shop"), *listen),
            environment=self._base()
            | {
                "SHOP_DIAGNOSIS_PASSWORD": self.secrets.diagnosis,
                "SHOP_MITIGATION_PASSWORD": self.secrets.mitigation,
            },
            log=self.where.log("shop"),
        )

    def workspace(self) -> Program:
        """The practice workspace; says its address, and "connected" when the bot is."""
        return Program(
            name="The practice workspace",
            command=("-m", "demo.workspace", f"--port={self.ports.workspace}", f"--panel={self.panel}"),
            environment=self._base() | self._tokens(),
            log=self.where.log("practice"),
        )

    def record(self) -> Program:
        """The bot's database; says its address."""
        return Program(
            name="The bot's database",
            command=("-m", "demo.record", str(self.where.demo / "postgres")),
            environment=self._base(),
            log=self.where.log("database"),
        )

    def bot(self) -> Program:
        """The bot, which waits for the addresses of its database and its Slack."""
        return Program(
            name="The bot",
            command=("run",),
            environment=self._base() | self._tokens(),
            log=self.where.log("bot"),
            speaks=False,
            entry=TOCSIN,
        )

    def settings(self, *, database: str, workspace: str) -> dict[str, str]:
        """What the bot waits for."""
        shop = f"{HERE}:{self.ports.database}/shop"
        return {
            "SLACK_API_URL": f"{workspace}/api/",
            "DATABASE_URL": database,
            "TOCSIN_CONFIG": str(CONFIG),
            "TOCSIN_HOME": str(self.where.demo),
            "TOCSIN_LISTEN": "off",
            "SHOP_DATABASE_URL": f"postgresql://tocsin_diag:{self.secrets.diagnosis}@{shop}",
            "SHOP_MITIGATION_URL": f"postgresql://tocsin_mitigate:{self.secrets.mitigation}@{shop}",
            "SHOP_API_URL": f"http://{HERE}:{self.ports.api}",
        }

    def shell(self) -> str:
        """The line for another terminal, in the checkout, that reads the record of the demo's bot."""
        home = shlex.quote(_from_here(self.where.demo))
        return f"TOCSIN_HOME={home} TOCSIN_CONFIG={_from_here(CONFIG)} .venv/bin/tocsin incident list"

    def _tokens(self) -> dict[str, str]:
        return {"SLACK_BOT_TOKEN": self.secrets.bot_token, "SLACK_APP_TOKEN": self.secrets.app_token}

    def _base(self) -> dict[str, str]:
        kept = {name: value for name, value in self.environment.items() if _is_ours(name.lower())}
        return kept | {"PYTHONUNBUFFERED": "1"}


def _from_here(path: Path) -> str:
    return str(path.relative_to(CHECKOUT) if path.is_relative_to(CHECKOUT) else path)


def _is_ours(name: str) -> bool:
    return not name.startswith(NOT_OURS) and not name.endswith("_proxy")
