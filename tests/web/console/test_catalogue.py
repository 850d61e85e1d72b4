"""The console speaks four languages: every text, every field and every value, with the same places to fill in."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from gatepair.base.findings import LANGUAGES
from gatepair.web.console import acts
from gatepair.web.console.catalogue import catalogue, clock_text, money_text, span_text, translations
from gatepair.web.console.fields import Kind, fields_of
from gatepair.web.console.labels import FIELDS, VALUES

ROOT = Path(__file__).resolve().parents[3]
OTHERS = [language for language in LANGUAGES if language != "en"]
PLACES = re.compile(r"%\(\w+\)s")


def said_in_code() -> set[str]:
    """Return every text that the code and the templates say."""
    spec = importlib.util.spec_from_file_location("catalogue_script", ROOT / "scripts" / "catalogue.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return {first(message.id) for message in script.template() if message.id}


def first(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_lacks_a_language(language):
    """Each catalogue says exactly what the code says; ``python scripts/catalogue.py`` brings it in step."""
    kept = {first(message.id): message for message in catalogue(language) if message.id}
    assert said_in_code() == set(kept)
    assert [] == [text for text, message in kept.items() if not message.string or message.fuzzy]
    for text, message in kept.items():
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        assert all(forms), text
        wanted = set(PLACES.findall(text))
        assert all(wanted == set(PLACES.findall(form)) for form in forms), text


def test_every_field_and_choice_of_every_act_has_a_name():
    """No form shows a name of the code: each field's last part and each value of a closed set has a title."""
    for kind in (*acts.TITLES, *acts.GATE_TITLES):
        for field in fields_of(kind):
            for part in [one for one in field.name.split(".") if not one.isdigit()]:
                assert part in FIELDS, (kind.__name__, field.name)
            if field.kind in (Kind.CHOICE, Kind.CHOICES):
                assert set(field.choices) <= set(VALUES), (kind.__name__, field.name)


def test_an_instant_is_shown_on_both_clocks_with_their_offsets():
    """The clocks of the two sides differ by an hour, and each says which it is."""
    at_ms = 1_762_819_200_000
    assert "11/11/25, 07:00 UTC+7" == clock_text(at_ms, "Asia/Ho_Chi_Minh", "en").replace("11/11/2025", "11/11/25")
    assert clock_text(at_ms, "Asia/Shanghai", "en").endswith("08:00 UTC+8")
    assert clock_text(at_ms, "Asia/Kathmandu", "en").endswith("UTC+5:45")


def test_money_has_the_digits_of_its_currency_and_the_manner_of_the_language():
    """Minor units become whole ones with two digits, or none for the dong; the currency is named by its code."""
    assert "1,234.56 USD" == money_text(123_456, "USD", "en").replace("\xa0", " ")
    assert "1.234,56 USD" == money_text(123_456, "USD", "vi").replace("\xa0", " ")
    assert "123,456 VND" == money_text(123_456, "VND", "en").replace("\xa0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_and_spans_follow_the_language(language):
    """A count of one and of many, and a length of time, are said by CLDR's rules."""
    one, many = (
        translations(language).ngettext("%(num)s crossing waits", "%(num)s crossings wait", number) for number in (1, 7)
    )
    assert (one == many) is (language in {"vi", "zh"})
    assert "3" in span_text(3 * 3600, language)
