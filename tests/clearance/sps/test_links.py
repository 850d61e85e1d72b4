"""Links are compared with the official hosts; tricks are refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.errors import Malformed
from gatepair.clearance.sps.links import check_link, read_hosts

HOSTS = read_hosts("""hosts: test
source: synthetic, for tests

ecosys.gov.vn\t2020-01-01\t-\tone
old.gov.vn\t2020-01-01\t2025-11-11\ttwo
""")
ON = "2025-11-11"


def codes(link: str, on: str = ON) -> list[str]:
    return [finding.code.removeprefix("sps.link_") for finding in check_link(link, HOSTS, day=on)]


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://ecosys.gov.vn", []),
        ("https://ecosys.gov.vn/", []),
        ("https://ecosys.gov.vn/co/1?x=2#y", []),
        ("https://ecosys.gov.vn?u=a@b:1", []),
        ("https://ECOSYS.gov.vn/", []),
        ("HTTPS://ecosys.gov.vn/", []),
        ("https://ecosys-gov.net/", ["host_unknown"]),
        ("https://ecosys.gov.vn.example.net/", ["host_unknown"]),
        ("https://www.ecosys.gov.vn/", ["host_unknown"]),
        ("https://example.net/ecosys.gov.vn", ["host_unknown"]),
        ("https://example.net?https://ecosys.gov.vn", ["host_unknown"]),
        ("http://ecosys.gov.vn/", ["not_https"]),
        ("ecosys.gov.vn", ["not_https"]),
        ("javascript:alert(1)", ["not_https"]),
        ("https:ecosys.gov.vn", ["not_https"]),
        ("https://ecosys.gov.vn:443/", ["port"]),
        ("https://ecosys.gov.vn:/", ["port"]),
        ("https://ecosys.gov.vn@example.net/", ["user"]),
        ("https://user:pass@ecosys.gov.vn/", ["user"]),
        ("https://ecosys.gov.vn%2eexample.net/", ["malformed"]),
        ("https://еcosys.gov.vn/", ["foreign_letters"]),
        ("https://ecosys.gov.vn。example.net/", ["foreign_letters"]),
        ("https://xn--cosys-5ve.gov.vn/", ["foreign_letters"]),
        ("https://ecosys.gov.vn/é", ["foreign_letters"]),
        ("https://ecosys.gov.vn./", ["malformed"]),
        ("https://ecosys.gov.vn\\@example.net/", ["user"]),
        ("https://ecosys.gov.vn/\\x", ["malformed"]),
        ("https://ecosys.gov.vn /", ["malformed"]),
        ("https://ecosys.gov.vn/\n", ["malformed"]),
        (" https://ecosys.gov.vn/", ["not_https"]),
        ("https://", ["malformed"]),
        ("https:///ecosys.gov.vn", ["malformed"]),
        ("https://localhost/", ["malformed"]),
        ("https://127.0.0.1/", ["host_unknown"]),
        ("https://[::1]/", ["port"]),
        ("https://ecosys..gov.vn/", ["malformed"]),
        ("https://-ecosys.gov.vn/", ["malformed"]),
    ],
)
def test_a_link_is_official_or_refused_by_name(link: str, found: list[str]) -> None:
    """Look-alikes, user names, ports, other scripts and odd writing each have their finding."""
    assert found == codes(link)


@pytest.mark.parametrize(
    ("on", "found"),
    [("2019-12-31", ["host_not_then"]), ("2020-01-01", []), ("2025-11-11", []), ("2025-11-12", ["host_not_then"])],
)
def test_a_host_is_official_on_its_days(on: str, found: list[str]) -> None:
    """Both ends of its validity count as inside."""
    assert found == codes("https://old.gov.vn/", on)


@given(st.text(max_size=30), st.text(max_size=30))
def test_only_the_very_host_is_taken(before: str, after: str) -> None:
    """Whatever is put around an official host, the link is taken only if the host itself stays whole."""
    link = f"https://{before}ecosys.gov.vn{after}"
    taken = not codes(link)
    assert not taken or (before == "" and (after == "" or after[0] in "/?#"))


@pytest.mark.parametrize(
    "row",
    [
        "Ecosys.gov.vn\t2020-01-01\t-\tx",
        "ecosys.gov.vn\t2020\t-\tx",
        "xn--a.gov.vn\t2020-01-01\t-\tx",
        "ecosys.gov.vn\t2020-01-01\t-",
    ],
)
def test_a_host_that_is_none_is_refused(row: str) -> None:
    """Hosts are written in small plain letters, with their days and source."""
    with pytest.raises(Malformed, match="line 4"):
        read_hosts(f"hosts: t\nsource: s\n\n{row}\n")
