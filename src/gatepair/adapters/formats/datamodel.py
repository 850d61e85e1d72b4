"""Between XML of the WCO Data Model and the classes of that model, driven by the classes themselves.

An element has the name of its field, so a class says what is read of it.  Whatever the classes have
no place for is a finding with its path and line: nothing falls silently away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from lxml import etree

from gatepair.adapters.formats.safe_xml import line_of, local_name
from gatepair.base.errors import Malformed
from gatepair.base.findings import Finding
from gatepair.clearance.declaration import findings as say
from gatepair.clearance.declaration.shape import slots_of
from gatepair.clearance.declaration.values import Amount, Class, Measure, Moment, Number, decimal

_UNIT_OF: Final[Mapping[type[Number], tuple[str, str]]] = {
    Amount: ("currencyID", "currency"),
    Measure: ("unitCode", "unit"),
}
"""Attribute of the source and field, for numbers that have a unit."""
_NUMBERS: Final = frozenset({Number, Amount, Measure})
_INSTANT: Final = "DateTimeString"
_FORM: Final = "formatCode"
_SCHEMA_PLACE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_Model = TypeVar("_Model", bound=Class)


@dataclass(slots=True)
class Account:
    """What became of each value of a source: leaves with text and attributes alike."""

    mapped: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def unmapped(self) -> int:
        """Return how many values have no place in the model."""
        return len(self.findings)


# --- reading -------------------------------------------------------------------------------


def read(element: etree._Element, model: type[_Model], account: Account) -> _Model:
    """Return what ``element`` says as ``model``, and enter every value of it into ``account``."""
    slots = slots_of(model)
    found: dict[str, Any] = {}
    several: dict[str, list[Any]] = {}
    _other_attributes(element, (), account)
    told = len(account.findings)
    beside = [element.text]
    for child in element:
        beside.append(child.tail)
        slot = slots.get(local_name(child))
        if slot is None or (not slot.many and slot.name in found):
            set_aside(child, account)
            continue
        value = _value(child, slot.kind, account)
        if value is None:
            continue
        if slot.many:
            several.setdefault(slot.name, []).append(value)
        else:
            found[slot.name] = value
    if text := "".join([part for part in beside if part and not part.isspace()]).strip():
        account.findings.insert(told, _unmapped(element, text))
    for name, values in several.items():
        found[name] = tuple(values)
    return model(**found)


def set_aside(element: etree._Element, account: Account) -> None:
    """Enter every value below ``element`` as one that the model has no place for."""
    for each in element.iter():
        _other_attributes(each, (), account)
        if text := _own_text(each):
            account.findings.append(_unmapped(each, text))


def _value(element: etree._Element, kind: type, account: Account) -> Any:
    if kind is str:
        if len(element) or element.keys():
            return _text(element, (), account)
        text = (element.text or "").strip()
        account.mapped += bool(text)
        return text or None
    if kind in _NUMBERS:
        return _number(element, kind, account)
    if kind is Moment:
        return _moment(element, account)
    return read(element, kind, account)


def _text(element: etree._Element, known: tuple[str, ...], account: Account) -> str | None:
    """Return the text of a leaf; what stands beside it is entered as unmapped."""
    _other_attributes(element, known, account)
    for child in element:
        set_aside(child, account)
    text = _own_text(element)
    if not text:
        return None
    account.mapped += 1
    return text


def _number(element: etree._Element, kind: type[Number], account: Account) -> Number | None:
    attribute, name = _UNIT_OF.get(kind, ("", ""))
    text = _text(element, (attribute,), account)
    if text is None:
        return None
    try:
        fields = decimal(text)
    except Malformed:
        account.mapped -= 1
        account.findings.append(say.NOT_A_NUMBER.at(path_of(element), line=line_of(element), text=text[:40]))
        return None
    unit: str | None = element.get(attribute) if attribute else None
    if unit:
        account.mapped += 1
        fields[name] = unit.strip()
    return kind(**fields)


def _moment(element: etree._Element, account: Account) -> Moment | None:
    children = [child for child in element if local_name(child) == _INSTANT]
    holder = children[0] if children else element
    for child in element:
        if child is not holder:
            set_aside(child, account)
    if holder is not element:
        _other_attributes(element, (), account)
        if beside := _own_text(element):
            account.findings.append(_unmapped(element, beside))
    text = _text(holder, (_FORM,), account)
    if text is None:
        return None
    form = (holder.get(_FORM) or "").strip()
    account.mapped += bool(form)
    return Moment(text[:64], form[:3])


def _other_attributes(element: etree._Element, known: tuple[str, ...], account: Account) -> None:
    for name, text in element.items():
        # Where a document says its schema lies is no content.
        if name not in known and text.strip() and not str(name).startswith(_SCHEMA_PLACE):
            path = f"{path_of(element)}/@{etree.QName(str(name)).localname}"
            account.findings.append(say.UNMAPPED.at(path, line=line_of(element), text=str(text)[:80]))


def _unmapped(element: etree._Element, text: str) -> Finding:
    return say.UNMAPPED.at(path_of(element), line=line_of(element), text=text[:80])


def _own_text(element: etree._Element) -> str:
    text = element.text
    if len(element) == 0:
        return text.strip() if text else ""
    parts = [text] if text and not text.isspace() else []
    for child in element:
        tail = child.tail
        if tail and not tail.isspace():
            parts.append(tail)
    return "".join(parts).strip()


def path_of(element: etree._Element) -> str:
    """Return the path of ``element`` from the root, with its number where its name repeats."""
    steps: list[str] = []
    at: etree._Element | None = element
    while at is not None:
        name, parent = local_name(at), at.getparent()
        same = [] if parent is None else [child for child in parent if local_name(child) == name]
        steps.append(f"{name}[{same.index(at) + 1}]" if len(same) > 1 else name)
        at = parent
    return "/" + "/".join(reversed(steps))


# --- writing -------------------------------------------------------------------------------


def write(parent: etree._Element, name: str, value: Class, namespace: str) -> None:
    """Append ``value`` to ``parent`` as the element ``name`` in ``namespace``, in the order of its fields."""
    element = etree.SubElement(parent, _tag(namespace, name))
    match value:
        case Moment():
            instant = etree.SubElement(element, _tag(namespace, _INSTANT))
            instant.text = value.text
            if value.form:
                instant.set(_FORM, value.form)
        case Number():
            element.text = value.shown()
            attribute, field_name = _UNIT_OF.get(type(value), ("", ""))
            if attribute and (unit := getattr(value, field_name)):
                element.set(attribute, unit)
        case _:
            for slot_name, child in _children(value):
                if isinstance(child, str):
                    etree.SubElement(element, _tag(namespace, slot_name)).text = child
                else:
                    write(element, slot_name, child, namespace)


def _children(value: Class) -> Iterator[tuple[str, Any]]:
    for name, slot in slots_of(type(value)).items():
        held = getattr(value, slot.name)
        for each in held if slot.many else (held,):
            if each is not None:
                yield name, each


def _tag(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name
