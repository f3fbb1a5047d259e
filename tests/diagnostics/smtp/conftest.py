"""What the tests of mail servers share: an authority that is trusted, and a look at a server."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from diagnostics.confidential import secrets
from diagnostics.examine import Examiner
from diagnostics.probes.smtp.codes import CODES
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination
from tests.diagnostics.described import assert_described
from tests.diagnostics.smtp.server import PASSWORD

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> str:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    return str(file)


async def looked(port: int, **settings: object) -> Examination:
    """A look at the mail server on that port."""
    section = {"kind": "smtp", "name": "mail", "host": "localhost", "port": port, **settings}
    targets = {"shop": read_targets("shop", [section], environ={"MAIL_PASSWORD": PASSWORD})}
    redactor = Redactor(secrets(targets["shop"]))
    async with Examiner(targets, clock=lambda: NOW, redactor=redactor, patience=30) as examiner:
        seen = [examination async for examination in examiner.examine("mail", "shop")][-1]
    assert_described(seen.findings, CODES)
    assert PASSWORD not in repr(seen)
    return seen
