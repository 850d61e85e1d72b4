"""The kernel's linked lists: who is ready, who waits at which level of a resource, who is served there."""

from __future__ import annotations

from typing import Any

from gatepair.twin.kernel.bits import called, inlined
from gatepair.twin.kernel.memory import NONE, SUSPENDED, cold_at, queue_at, resource_at, row_at
from gatepair.twin.program import LEVELS


@inlined
def make_ready(w: Any, row: int) -> None:
    """Let ``row`` go on after those that are ready already."""
    row_at(w, row).next = NONE
    if w.ready_first < 0:
        w.ready_first = row
    else:
        row_at(w, w.ready_last).next = row
    w.ready_last = row


@inlined
def append(w: Any, row: int, r: int) -> None:
    """Put ``row`` at the tail of its level of ``r``."""
    here = row_at(w, row)
    level = here.prio
    queue = queue_at(w, r * LEVELS + level)
    tail = queue.tail
    here.after = NONE
    here.before = tail
    if tail < 0:
        queue.head = row
        resource = resource_at(w, r)
        resource.levels |= 1 << level
    else:
        row_at(w, tail).after = row
    queue.tail = row


@called
def prepend(w: Any, row: int, r: int) -> None:
    """Put ``row`` at the head of its level of ``r``."""
    here = row_at(w, row)
    level = here.prio
    queue = queue_at(w, r * LEVELS + level)
    head = queue.head
    here.before = NONE
    here.after = head
    if head < 0:
        queue.tail = row
        resource = resource_at(w, r)
        resource.levels |= 1 << level
    else:
        row_at(w, head).before = row
    queue.head = row


@called
def insert_by_ticket(w: Any, row: int, r: int) -> None:
    """Put ``row`` before the first greater ticket of its level, after those that are suspended."""
    here = row_at(w, row)
    ticket = cold_at(w, row).ticket
    queue = queue_at(w, r * LEVELS + here.prio)
    before = queue.tail
    while before >= 0:
        if row_at(w, before).phase == SUSPENDED or cold_at(w, before).ticket <= ticket:
            break
        before = row_at(w, before).before
    if before < 0:
        prepend(w, row, r)
        return
    after = row_at(w, before).after
    if after < 0:
        append(w, row, r)
        return
    here.before = before
    here.after = after
    row_at(w, before).after = row
    row_at(w, after).before = row


@inlined
def unlink(w: Any, row: int, r: int) -> None:
    """Take ``row`` out of its level of ``r``."""
    here = row_at(w, row)
    level = here.prio
    queue = queue_at(w, r * LEVELS + level)
    if here.before < 0:
        queue.head = here.after
    else:
        row_at(w, here.before).after = here.after
    if here.after < 0:
        queue.tail = here.before
    else:
        row_at(w, here.after).before = here.before
    if queue.head < 0:
        resource = resource_at(w, r)
        resource.levels &= ~(1 << level)


@called
def begin_service(w: Any, row: int, r: int) -> None:
    """Add ``row`` to the services of ``r``, as the latest started."""
    resource = resource_at(w, r)
    here = row_at(w, row)
    here.after = NONE
    here.before = resource.last
    if resource.last < 0:
        resource.first = row
    else:
        row_at(w, resource.last).after = row
    resource.last = row


@called
def end_service(w: Any, row: int, r: int) -> None:
    """Take ``row`` out of the services of ``r``."""
    resource = resource_at(w, r)
    here = row_at(w, row)
    if here.before < 0:
        resource.first = here.after
    else:
        row_at(w, here.before).after = here.after
    if here.after < 0:
        resource.last = here.before
    else:
        row_at(w, here.after).before = here.before
