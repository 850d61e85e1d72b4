"""The trader's desk: own crossings, looking codes up, checking before declaring, and files read with their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from gatepair.base.errors import InvariantBroken, NotFound
from gatepair.base.findings import Finding, Language
from gatepair.clearance.checking.check import check
from gatepair.clearance.codes_search import CodeList, Entry, Hit
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.gate_declaration import FileDocument, Gathered, at_gate, gathered, goods_declaration
from gatepair.crossing import guards
from gatepair.crossing.commands import DeclareCrossing
from gatepair.crossing.paths import touches
from gatepair.exchange.agreement import Mode
from gatepair.node import following, handling
from gatepair.node.readmodels import own_ended
from gatepair.node.requests import Actor, Request
from gatepair.plan import rules
from gatepair.plan.model import Direction, Role

if TYPE_CHECKING:
    from gatepair.crossing.state import Crossing
    from gatepair.node.lodging import Clearing
    from gatepair.node.post import Post

ENDED_MAX: Final = 20
"""Most ended crossings on a trader's home."""
OPEN_MAX: Final = 200
"""Most open crossings on a trader's home, as many as on a work list."""
LEADS_MAX: Final = 50
"""Of how many crossings the home says why they stand; each is read with its whole stream. The page of each says it too."""
_UNGIVEN: Final = "checked-before-giving"
"""Command id of what is only checked."""


class DeclaringDesk:
    """The desk of one post; all of it in any thread, nothing of it records."""

    def __init__(self, post: Post) -> None:
        """Serve the traders of ``post``."""
        self._post = post

    def own(self, actor: Actor) -> dict[str, list[dict[str, Any]]]:
        """Return the crossings that ``actor`` declared: ``open`` ones with what leads them on, the newest first; the last ``ended`` ones."""
        post = self._post
        standing = post.standing
        mine = [one.crossing for one in list(standing.open_crossings().values()) if one.crossing.declarant == actor.id]
        newest = mine[: -OPEN_MAX - 1 : -1]
        with post.ledger.read() as reader:
            leads = {one.id: following.lead(post, reader, one.id, actor) for one in newest[:LEADS_MAX]}
            ended = [standing.known(key, reader).crossing for key in own_ended(reader, actor.id, ENDED_MAX)]
        known = {one.id for one in mine}
        return {
            "open": [{**_row(one), "lead": leads.get(one.id)} for one in newest],
            "ended": [_row(one) for one in ended if one.id not in known],
        }

    def template(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        """Return an earlier declaration of ``actor`` in the form of the order that gave it, names included.

        Raises:
            NotFound: there is none, or another trader declared it.
        """
        with self._post.ledger.read() as reader:
            crossing = self._post.standing.known(crossing_id, reader).crossing
        if crossing.declarant != actor.id:
            raise NotFound("this post has no such crossing", crossing=crossing_id)
        order = DeclareCrossing(
            direction=crossing.direction,
            route=crossing.route,
            lane_kind=crossing.lane_kind,
            load=crossing.load,
            declaration=crossing.declaration,
            binding=crossing.binding,
            driver=crossing.driver,
        )
        found: dict[str, Any] = msgspec.to_builtins(order)
        return found

    def check(self, command: DeclareCrossing, actor: Actor) -> tuple[Finding, ...]:
        """Return all that would be said of a declaration: the gate's rules, and those of goods declarations.

        Where both speak of one field, the gate's own word is enough.
        """
        post = self._post
        with post.ledger.read() as reader:
            found = handling.declaring_findings(post, reader, Request(_UNGIVEN, command, actor))
        told = {each.path for each in found}
        declared = goods_declaration(command.declaration, command.binding)
        further = (
            at_gate(check(declared, on=post.today(), codes=self._clearing.codes)) if command.declaration.goods else ()
        )
        return (*found, *(each for each in further if each.path not in told))

    def was_given(self, command_id: str) -> bool:
        """Tell whether a command of this id was done: whoever sends it again gets the same answer."""
        with self._post.ledger.read() as reader:
            return reader.remembered(command_id) is not None

    def search(self, which: CodeList, query: str, language: Language) -> tuple[Hit, ...]:
        """Return the codes that ``query`` may mean."""
        return self._clearing.index.search(which, query, language=language)

    def named(self, which: CodeList, code: str, language: Language) -> Hit | None:
        """Return what ``code`` is called, None when the list does not hold it."""
        return self._clearing.index.named(which, code, language=language)

    def listed(self, which: CodeList) -> Sequence[Entry]:
        """Return all entries of a list."""
        return self._clearing.index.lists[which]

    def ways(self) -> list[str]:
        """Return the directions that are declared at this post: those that leave here, or both when it works alone."""
        post = self._post
        alone = post.link.mode == Mode.ALONE.value
        return [way.value for way in Direction if alone or post.plan.role_of(post.post, way) is Role.EXIT]

    def needed_by(self, path: str) -> list[str]:
        """Return the duties whose decision rests on the field ``path``, by the plan."""
        plan = self._post.plan
        return [
            duty.value
            for duty in plan.reliance
            if any(touches(pattern, path) for pattern in rules.reliance(plan, duty))
        ]

    def group_of(self, hs: str) -> str:
        """Return the group of goods of an HS code, empty where it tells none."""
        return self._clearing.index.group_of(hs)

    def read(self, raw: bytes, *, form: str, mapping: str, name: str) -> Sequence[FileDocument]:
        """Return the documents of a file. Raises BadInput with findings."""
        return self._clearing.read(raw, form=form, mapping=mapping, name=name)

    def gathered(self, document: FileDocument) -> tuple[Gathered, ...]:
        """Return the fields of the gate that a document fills; nothing for one that declares no goods."""
        if not isinstance(document.content, Declaration):
            return ()
        return gathered(document.content, self._clearing.codes, self._clearing.index.group_of)

    @property
    def _clearing(self) -> Clearing:
        clearing = self._post.clearing
        if clearing is None:
            raise InvariantBroken("this post was opened without what reads declarations")
        return clearing


def _row(crossing: Crossing) -> dict[str, Any]:
    """Return one crossing as the trader's home lists it; no person and no firm in it."""
    goods, place = crossing.declaration.goods, crossing.place
    return {
        "crossing": crossing.id,
        "tractor": crossing.binding.tractor,
        "goods": goods[0].description if goods else "",
        "count": len(goods),
        "commodity": crossing.declaration.commodity().value,
        "direction": crossing.direction.value,
        "stage": crossing.stage.value,
        "released": crossing.released,
        "may_correct": crossing.departure is None and crossing.stage in guards.WORKING,
        "number": place.number if place is not None else 0,
        "since_ms": crossing.last_at_ms,
    }
