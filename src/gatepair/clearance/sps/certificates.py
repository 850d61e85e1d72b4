"""Certificates: what their issuer and the hub say of them, and whether their link is an official one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gatepair.base.findings import Finding
from gatepair.clearance.sps import findings as say
from gatepair.clearance.sps.links import OfficialHost, check_link
from gatepair.clearance.sps.model import Certificate, CertificateKind, CertificateState, HubState
from gatepair.clearance.sps.rules import Need


def kinds_for(need: Need) -> frozenset[CertificateKind]:
    """Return the kinds of certificates by which ``need`` may be met."""
    if need is Need.PHYTO:
        return frozenset({CertificateKind.PHYTO, CertificateKind.EPHYTO})
    return frozenset({CertificateKind.HEALTH}) if need is Need.HEALTH else frozenset()


def check_certificate(
    certificate: Certificate, hosts: Iterable[OfficialHost], *, exporter: str, day: str, path: str = "certificate"
) -> Iterator[Finding]:
    """Yield what is wrong or open about ``certificate`` on ``day`` (ISO 8601); a note when nothing is."""
    found = [
        *_issue(certificate, exporter=exporter, day=day, path=path),
        *_hub(certificate, path=path),
        *(check_link(certificate.link, hosts, day=day, path=f"{path}.link") if certificate.link else ()),
    ]
    yield from found or (say.CERTIFICATE_HOLDS.at(path, number=certificate.number),)


def _issue(certificate: Certificate, *, exporter: str, day: str, path: str) -> Iterator[Finding]:
    words = {"number": certificate.number}
    if certificate.issuer != exporter:
        yield say.CERTIFICATE_ISSUER.at(f"{path}.issuer", **words, issuer=certificate.issuer, exporter=exporter)
    if certificate.issued.isoformat() > day:
        yield say.CERTIFICATE_LATER.at(f"{path}.issued", **words, day=certificate.issued.isoformat())
    match certificate.state:
        case CertificateState.ISSUED:
            pass
        case CertificateState.REPLACED:
            yield say.CERTIFICATE_REPLACED.at(f"{path}.state", **words)
        case CertificateState.WITHDRAWN:
            yield say.CERTIFICATE_WITHDRAWN.at(f"{path}.state", **words)


def _hub(certificate: Certificate, *, path: str) -> Iterator[Finding]:
    """Yield what the hub's state means; a paper certificate has none."""
    place, words = f"{path}.hub", {"number": certificate.number}
    if certificate.kind != CertificateKind.EPHYTO:
        if certificate.hub is not None:
            yield say.HUB_NOT_MEANT.at(place, **words)
        return
    match certificate.hub:
        case HubState.DELIVERED:
            pass
        case HubState.WARNINGS:
            yield say.HUB_WARNINGS.at(place, **words)
        case HubState.PENDING | None:
            yield say.HUB_PENDING.at(place, **words)
        case HubState.UNREADABLE:
            yield say.HUB_UNREADABLE.at(place, **words)
        case HubState.FAILED:
            yield say.HUB_FAILED.at(place, **words)
        case HubState.UNKNOWN:
            yield say.HUB_UNKNOWN.at(place, **words)
