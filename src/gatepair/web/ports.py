"""What the web layer needs of a post and of the process around it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from gatepair.base.findings import Finding
from gatepair.base.time import Instant
from gatepair.clearance.channel.profile import Profile
from gatepair.exchange.key_statements import KeyStatement
from gatepair.exchange.messages import Lane
from gatepair.exchange.succession.held import HeldVersion
from gatepair.insight.calibration import Calibration
from gatepair.insight.studies import Kept, Result, Stage, Study
from gatepair.insight.what_if import Asked
from gatepair.node.accounts import Accounts
from gatepair.node.audit import AuditEvent
from gatepair.node.audit_desk import AuditDesk
from gatepair.node.declaring_desk import DeclaringDesk
from gatepair.node.desk import Desk
from gatepair.node.link_proving import Proof
from gatepair.node.ports import Unit
from gatepair.node.replaying import Past
from gatepair.node.requests import Actor, Answer, Request
from gatepair.node.steering_desk import SteeringDesk
from gatepair.operations.events import RecoveryBegun
from gatepair.operations.inspections import InspectionPlan
from gatepair.plan.model import Plan, Scenario

T = TypeVar("T")


class PostPort(Protocol):
    """The application service of one post; writing calls belong to the writer's thread."""

    @property
    def key(self) -> str:
        """Return the key of this post in the plan."""
        ...

    @property
    def synthetic(self) -> bool:
        """Tell whether this post's traffic is made up."""
        ...

    @property
    def desk(self) -> Desk:
        """Return the desk of the exchange; what it writes belongs to the writer's thread."""
        ...

    @property
    def declaring(self) -> DeclaringDesk:
        """Return the desk of the traders; nothing of it records."""
        ...

    @property
    def steering(self) -> SteeringDesk:
        """Return the desk of the command centre: alarms, calendar, logs."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Return who may call."""
        ...

    # --- writer's thread ------------------------------------------------------------------

    def execute(self, requests: Sequence[Request]) -> list[Answer]:
        """Answer all ``requests`` in order, durably."""
        ...

    def advance(self) -> None:
        """Run everything that is due at the present instant."""
        ...

    def transact(self, work: Callable[[Unit], T]) -> T:
        """Run ``work`` in one transaction: accounts and sessions."""
        ...

    def note(self, event: AuditEvent, *, actor: str) -> None:
        """Record ``event`` in the audit stream."""
        ...

    def take_statement(self, statement: str, *, actor: str) -> KeyStatement:
        """Take in a key statement. Raises EnvelopeRejected, Refused."""
        ...

    def take_version(self, agreement: bytes, note: str) -> tuple[HeldVersion, tuple[Finding, ...]]:
        """Take in a signed version of the agreement. Raises Malformed, TooLarge, EnvelopeRejected, Refused."""
        ...

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Return the profiles of customs; for customs alone."""
        ...

    def salt_shown(self, period: str) -> dict[str, str]:
        """Return salt and commitment of a local date that is over. Raises NotFound."""
        ...

    # --- any thread -----------------------------------------------------------------------

    def now(self) -> Instant:
        """Return the present instant of the post's clock."""
        ...

    def head_position(self) -> int:
        """Return the last position of the ledger."""
        ...

    def recovery(self) -> RecoveryBegun | None:
        """Return the recovery that is going on, None when the post has all that it recorded."""
        ...

    @property
    def audit_desk(self) -> AuditDesk:
        """Return what answers an auditor."""
        ...

    def crossing_view(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        """Return one whole crossing. Raises NotFound, NotPermitted."""
        ...

    def desk_view(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        """Return one whole crossing with what an officer decides on. Raises NotFound, NotPermitted."""
        ...

    def inspections(self, actor: Actor) -> InspectionPlan:
        """Return the one inspection plan of all agencies, as the duty of ``actor`` may see it."""
        ...

    def followed(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        """Return steps, windows and clocks of a crossing (:func:`gatepair.node.following.followed`). Raises NotFound."""
        ...

    def told(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        """Return what is recorded of a crossing and what the partner confirmed. Raises NotFound."""
        ...

    def version_of(self, crossing_id: str) -> int:
        """Return how many events the crossing has. Raises NotFound."""
        ...

    def evidence(self, crossing: str, *, withhold: Collection[str] = ()) -> Proof:
        """Return the evidence file about one crossing, and which names it holds. Raises NotFound."""
        ...

    def crossings(self, after: str, limit: int) -> list[dict[str, Any]]:
        """Return rows of open crossings."""
        ...

    def notices(self, before: int, limit: int) -> list[dict[str, Any]]:
        """Return what each side told the other of its gate, the latest first, from before position ``before``."""
        ...

    def worklist(self, actor: Actor, limit: int) -> list[dict[str, Any]]:
        """Return what waits for the duty of ``actor``, most urgent first."""
        ...

    def driver_view(self, actor: Actor) -> dict[str, Any]:
        """Return what the phone of the driver ``actor`` shows (:mod:`gatepair.node.driving`)."""
        ...

    def driver_marks(self, actor: Actor) -> bytes:
        """Return what changes whenever that phone would show something else."""
        ...

    def events(self, after: int, limit: int, actor: Actor) -> list[dict[str, Any]]:
        """Return entries among the ``limit`` ones above position ``after``, as the duty of ``actor`` may see them."""
        ...

    def order_records(self, direction: str, after: int, limit: int) -> list[bytes]:
        """Return canonical records of the public order."""
        ...

    def order_export(self, direction: str) -> Iterator[bytes]:
        """Yield the lines of the whole public order."""
        ...

    def order_rules(self) -> dict[str, Any]:
        """Return what anybody needs to check the public order (:func:`gatepair.node.order_rules.order_rules`)."""
        ...

    def place(self, token: str) -> dict[str, Any]:
        """Return a driver's place. Raises NotFound."""
        ...

    def board(self) -> dict[str, Any]:
        """Return the public board."""
        ...

    def layout(self) -> dict[str, Any]:
        """Return what stands where at this post, by the plan (:func:`gatepair.node.layout.layout`)."""
        ...

    def scene(self) -> dict[str, Any]:
        """Return where each open crossing is now, and each lane (:mod:`gatepair.node.scene`)."""
        ...

    @property
    def past(self) -> Past:
        """Return what this post was like before."""
        ...

    def flows(self, hours: int) -> dict[str, list[dict[str, Any]]]:
        """Return by direction what came and was cleared in the last clock hours (:func:`gatepair.node.flows.flows`)."""
        ...

    def status(self) -> dict[str, Any]:
        """Return link, ledger head and versions."""
        ...

    def key_table(self) -> list[dict[str, Any]]:
        """Return the keys of both sides and what each is now."""
        ...

    def version_table(self) -> list[dict[str, Any]]:
        """Return the versions of the agreement that are held, and what each is now."""
        ...

    def trs(self, date: str) -> dict[str, Any]:
        """Return the time-release study of a local day."""
        ...

    def checkpoint(self) -> str:
        """Return the signed note of the ledger."""
        ...

    def checkpoint_key(self) -> str:
        """Return the verifier key of the notes."""
        ...


class Pump(Protocol):
    """Pushes our logs to the partner; belongs to the composition root."""

    async def flush(self) -> dict[str, Any]:
        """Push all lanes once and return ``{"lanes": {lane: {"calls"}}, "reachable"}``."""
        ...

    @property
    def lanes(self) -> Sequence[Lane]:
        """Return the lanes that are pushed."""
        ...

    async def flush_lane(self, lane: Lane) -> bool:
        """Push one lane, whatever the others do; tells whether what was sent got a good answer."""
        ...

    async def probe(self) -> None:
        """Compare our clock with the partner's."""
        ...

    def cut(self, *, cut: bool) -> None:
        """Cut or mend the line in a drill."""
        ...


class Follower(Protocol):
    """Publishes copies of the ledger for the country; belongs to the composition root."""

    async def run(self) -> None:
        """Follow the ledger until cancelled."""
        ...

    def progress(self) -> Mapping[str, Any]:
        """Return how far the copies are, as plain values."""
        ...


class StudyPort(Protocol):
    """Studies of the twin: what was asked, is run beside the post and was kept; from any thread."""

    @property
    def plan(self) -> Plan:
        """Return the plan of this post, without any scenario."""
        ...

    def scenarios(self) -> list[tuple[str, Scenario]]:
        """Return the days and what-ifs of this plan by the names under which they are asked, an ordinary day first."""
        ...

    def scenario(self, name: str) -> Scenario:
        """Return one day or what-if. Raises NotFound."""
        ...

    def listed(self) -> list[Study]:
        """Return every study that is there, the latest first."""
        ...

    def study(self, name: str) -> Study:
        """Return one study. Raises NotFound."""
        ...

    def result(self, name: str) -> Result:
        """Return what a study left behind. Raises NotFound."""
        ...

    def ask(self, asked: Asked, *, by: str, at_ms: int) -> str:
        """Take in a what-if and return its id; the same one is not run twice. Raises Malformed, PlanInvalid, Overloaded."""
        ...

    def cancel(self, name: str, *, by: str) -> None:
        """End a study that ``by`` asked. Raises NotFound, NotPermitted."""
        ...

    def keep(self, name: str, kept: Kept) -> None:
        """Keep a study under a name, for others to open. Raises NotFound, NotPermitted, Malformed."""
        ...

    def forget(self, name: str, *, by: str) -> None:
        """Delete a study of ``by``. Raises NotFound, NotPermitted, Malformed."""
        ...

    def calibration(self) -> tuple[Calibration | None, Stage | None, str]:
        """Return the last calibration, how far one is that waits or runs or has failed, and why."""
        ...

    def calibrate(self) -> None:
        """Hold the twin against the ledger's last days. Raises Overloaded."""
        ...

    def start(self) -> None:
        """Begin to run what is asked for."""
        ...

    def stop(self) -> None:
        """End the study that runs."""
        ...


class Runtime(Protocol):
    """The process around a post: its one writing thread, its reading threads, its clock and its link."""

    @property
    def stepped(self) -> bool:
        """Tell whether the clock is set from outside."""
        ...

    def execute(self, requests: list[Request]) -> Awaitable[list[Answer]]:
        """Hand ``requests`` to the writer; requests of several callers may share one transaction."""
        ...

    def submit(self, job: Callable[[], T]) -> Awaitable[T]:
        """Run ``job`` in the writer's thread."""
        ...

    def query(self, question: Callable[[], T]) -> Awaitable[T]:
        """Run ``question`` in a reading thread."""
        ...

    @property
    def ended(self) -> bool:
        """Tell whether the writer has ended or is about to."""
        ...

    @property
    def changes(self) -> int:
        """Return how often the writer has finished something."""
        ...

    def changed(self, seen: int, *, within_s: float) -> Awaitable[None]:
        """Wait until :attr:`changes` is no longer ``seen``, or for ``within_s`` seconds."""
        ...

    def set_clock(self, now_ms: Instant) -> Awaitable[Instant]:
        """Set the stepped clock, run what is due and return the instant. Raises Malformed when it goes back."""
        ...

    def flush_link(self) -> Awaitable[dict[str, Any]]:
        """Push the outgoing logs to the partner."""
        ...

    def cut_link(self, *, cut: bool) -> Awaitable[dict[str, Any]]:
        """Cut or mend the line in a drill."""
        ...

    @property
    def copies(self) -> Mapping[str, Any] | None:
        """Return how far the copies for the country are; None when none are made."""
        ...

    @property
    def studies(self) -> StudyPort | None:
        """Return the studies of the twin; None where none are run."""
        ...

    async def start(self) -> None:
        """Begin: threads and timers."""
        ...

    async def stop(self) -> None:
        """End, after what was begun."""
        ...
