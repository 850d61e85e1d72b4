"""Bring the catalogues of the console in step with its texts: ``python scripts/catalogue.py``.

A new text stands in each catalogue with an empty translation, which ``tests/web/console/test_catalogue.py``
reports; a text that is gone is taken out.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).resolve().parent.parent / "src" / "gatepair" / "web"
METHODS = [("console/**.py", "python"), ("templates/console/**.jinja", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None}
OPTIONS = {"templates/console/**.jinja": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
LOCALES = WEB / "console" / "locale"


def template() -> Catalog:
    """Return every text of the console, in order of file and line."""
    found = Catalog(fuzzy=False)
    for name, line, text, _, _ in sorted(
        extract_from_dir(WEB, METHODS, options_map=OPTIONS, keywords=KEYWORDS), key=lambda row: (row[0], row[1])
    ):
        if name != "console/catalogue.py":
            found.add(text, locations=[(name, line)])
    return found


def main() -> None:
    """Write the catalogues."""
    texts = template()
    for path in sorted(LOCALES.glob("*.po")):
        kept = read_po(io.BytesIO(path.read_bytes()), locale=path.stem)
        texts.creation_date = kept.creation_date
        kept.update(texts, no_fuzzy_matching=True)
        kept.obsolete.clear()
        with path.open("wb") as out:
            write_po(out, kept, omit_header=False, no_location=True, width=0, ignore_obsolete=True)


if __name__ == "__main__":
    main()
