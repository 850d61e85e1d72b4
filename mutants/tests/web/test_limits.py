"""Token buckets, settings, and the masking of names, as functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.duties import Duty
from gatepair.base.errors import RateLimited, SettingInvalid
from gatepair.node.visibility import COMMERCIAL, PERSONAL, shown, shown_event
from gatepair.web.limits import Buckets
from gatepair.web.settings import WebSettings, settings_from


class Dial:
    """A monotonic clock that the test turns."""

    def __init__(self):
        self.ms = 0

    def __call__(self):
        return self.ms * 1_000_000


def taken(buckets, name="a"):
    try:
        buckets.take(name)
    except RateLimited:
        return False
    return True


@given(
    per_min=st.integers(1, 6_000),
    burst=st.integers(1, 50),
    pauses=st.lists(st.integers(0, 5_000), min_size=1, max_size=120),
)
def test_no_more_than_burst_and_rate(per_min, burst, pauses):
    """In any span a caller gets at most the burst and what the rate gave since."""
    dial = Dial()
    buckets = Buckets(per_min=per_min, burst=burst, size_max=10, monotonic_ns=dial)
    served = 0
    for pause in pauses:
        dial.ms += pause
        served += taken(buckets)
    assert served <= burst + dial.ms * per_min // 60_000


def test_retry_after_tells_when():
    """Who waits as long as told is served, who comes a second earlier is not."""
    dial = Dial()
    buckets = Buckets(per_min=12, burst=1, size_max=10, monotonic_ns=dial)
    buckets.take("a")
    with pytest.raises(RateLimited) as caught:
        buckets.take("a")
    wait_s = caught.value.fields["retry_after_s"]
    assert 5 == wait_s
    dial.ms = (wait_s - 1) * 1_000
    assert not taken(buckets)
    dial.ms = wait_s * 1_000
    assert taken(buckets)


def test_callers_do_not_share():
    """One caller's haste costs another nothing, and the number remembered has a bound."""
    buckets = Buckets(per_min=1, burst=1, size_max=2, monotonic_ns=Dial())
    assert [True, False, True] == [taken(buckets, name) for name in "aab"]
    assert taken(buckets, "c")
    assert 2 == len(buckets._buckets)


def test_settings_are_read():
    """What is not given keeps its default."""
    assert WebSettings() == settings_from({})
    assert WebSettings(https=True, address_per_s=50) == settings_from({"https": True, "address_per_s": 50})


@pytest.mark.parametrize(
    "given_web",
    [{"addres_per_s": 1}, {"address_per_s": "1"}, {"address_per_s": True}, {"https": 1}, {"commands_max": 0}],
)
def test_a_setting_that_cannot_be_used(given_web):
    """A misspelt name, another kind, or a limit of nothing stops the start."""
    with pytest.raises(SettingInvalid) as caught:
        settings_from(given_web)
    assert next(iter(given_web)) == caught.value.fields["setting"]


NAMES = st.sampled_from(
    ["driver", "parties", "owner", "declaration", "binding", "tractor", "goods", "path", "old", "new"]
)
LEAVES = st.one_of(
    st.integers(), st.just("SECRET"), st.none(), st.sampled_from(["driver.name", "parties.exporter", "x"])
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(NAMES, below, max_size=4)),
    max_leaves=12,
)


def under(document, names, *, inside=False):
    """Yield every leaf of ``document`` that stands below one of ``names``."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from under(value, names, inside=inside or key in names)
    elif isinstance(document, (list, tuple)):
        for value in document:
            yield from under(value, names, inside=inside)
    elif inside and document:
        yield document


@given(document=st.dictionaries(NAMES, DOCUMENTS, max_size=5), duty=st.sampled_from(sorted(Duty)))
def test_nothing_guarded_passes(document, duty):
    """However a document is nested, a duty sees below `driver`, `parties` and `owner` only what it may."""
    cut, seen, masked = shown(document, duty)
    if duty not in PERSONAL:
        assert [] == list(under(cut, {"driver"}))
    if duty not in COMMERCIAL:
        assert [] == list(under(cut, {"parties", "owner"}))
    assert not set(seen) & set(masked)
    if duty in PERSONAL & COMMERCIAL:
        assert () == masked


@given(path=st.sampled_from(["driver", "driver.name", "binding.driver"]), duty=st.sampled_from(sorted(Duty)))
def test_a_corrected_driver_never_stands_in_the_feed(path, duty):
    """Old and new value of a driver's field are left out for everybody."""
    event = {"stream": "crossing/X", "type": "FieldCorrected/1", "payload": {"path": path, "old": "A", "new": "B"}}
    assert {"path": path} == shown_event(event, duty)["payload"]
