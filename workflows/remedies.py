"""What can be done about the causes that an examination names."""

from __future__ import annotations

from incidents.evidence import Examination
from incidents.mitigation import ROLLBACK, Mitigator, Offer
from incidents.model import Incident


def remedies(mitigator: Mitigator, examination: Examination, incident: Incident | None) -> tuple[Offer, ...]:
    """Those offers for the incident's service that its causes name, for the targets that were looked at.

    A rollback has no target that a probe looks at, so all of the service's are meant.
    """
    if incident is None or not incident.open or not incident.service or not examination.complete:
        return ()
    wanted = [action for cause in examination.causes for action in cause.actions]
    looked_at = {examination.target, *(finding.target for finding in examination.findings)}
    offers = mitigator.offers(incident.service)
    found = (offer for name in wanted for offer in offers if _meant(name, offer, looked_at))
    return tuple(dict.fromkeys(found))


def _meant(name: str, offer: Offer, looked_at: set[str]) -> bool:
    if name == ROLLBACK:
        return offer.rollback
    return offer.target in looked_at and name in {offer.action, offer.word}
