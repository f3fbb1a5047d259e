"""What can be done about the causes that an examination names."""

from __future__ import annotations

from incidents.evidence import Examination
from incidents.mitigation import Mitigator, Offer
from incidents.model import Incident


def remedies(mitigator: Mitigator, examination: Examination, incident: Incident | None) -> tuple[Offer, ...]:
    """Those offers for the incident's service that its causes name, for the targets that were looked at."""
    if incident is None or not incident.open or not incident.service or not examination.complete:
        return ()
    wanted = [cause.action for cause in examination.causes if cause.action]
    looked_at = {examination.target, *(finding.target for finding in examination.findings)}
    offers = [offer for offer in mitigator.offers(incident.service) if offer.target in looked_at]
    found = (offer for name in wanted for offer in offers if name in {offer.action, offer.word})
    return tuple(dict.fromkeys(found))
