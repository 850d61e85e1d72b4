"""The error tree: everything Gatepair raises on purpose.

    GatepairError
    ├── InvariantBroken        a rule that must always hold does not: the node stops
    ├── BadInput               the caller's fault; nothing was changed
    │   ├── Malformed              bytes that are not what the interface reads
    │   ├── TooLarge               a body, batch or field over its published limit
    │   ├── Unauthenticated        no valid credential
    │   ├── NotPermitted           a valid credential, not this act
    │   ├── NotFound               no such thing, or not for this reader
    │   ├── MethodNotAllowed       the address exists, the method does not
    │   ├── RateLimited            too many calls in the window
    │   └── Refused                understood and refused; carries findings
    │       └── NetworkInvalid         a network of the twin that cannot run
    ├── Conflict               the world moved on; read again and retry
    │   ├── StaleVersion           the stream is at another version
    │   ├── CommandReused          a known command id with other content
    │   └── ClaimTaken             a tractor, trailer or container is bound elsewhere
    ├── StorageError           the ledger's engine
    │   ├── StorageFull            no space left
    │   ├── StorageLocked          another process holds the ledger
    │   ├── StorageDamaged         the file or its hashes do not verify
    │   └── StorageUnavailable     the engine cannot be reached
    ├── Overloaded             more work waits than the node takes on, or no answer came in time
    ├── StartRefused           the node will not start like this
    │   ├── PlanInvalid            the plan file has errors
    │   ├── PortInUse              another program listens there
    │   ├── SameKeyTwice           two posts, or a post and its partner, hold one key
    │   └── SettingInvalid         a setting that cannot be used
    ├── ExchangeError          the link to the partner
    │   ├── EnvelopeRejected       an envelope, note or proof that does not verify
    │   │   ├── SignatureFalse         a line in a known name does not verify
    │   │   └── KeyNotValid            signed by a key that may not sign there
    │   ├── NotInAgreement         a message or section the agreement does not list
    │   │   └── NotInForce             the version of the agreement does not count at that time
    │   ├── SignatureUnchecked     what checks this kind of signature is not installed
    │   ├── SignerUnavailable      a key kept elsewhere cannot be reached
    │   ├── Contradiction          two signed statements that cannot both be true
    │   └── PartnerUnreachable     no answer from the partner
    ├── BrokerUnreachable      no answer from the broker that takes copies for the country
    ├── MessageUnsent          a text message was not taken by its sender
    ├── ScenarioFailed         a post under test did otherwise than the specification asks
    ├── ScenarioNotRun         a scenario of the conformance kit could not be played
    └── PostAnswered           a post refused a request of a drill or the command line as such

Refusals inside the core are results (findings), not exceptions; these classes
carry them over a boundary.  Each class has a stable ``code``, a sentence for the
operator (``message``) and machine fields (``fields``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from gatepair.base.findings import Finding


class GatepairError(Exception):
    """Base of every deliberate error; ``code`` is stable across releases."""

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, /, **fields: object) -> None:
        """Take one operator sentence and the machine fields that name the place."""
        super().__init__(message)
        self.message = message
        self.fields: Mapping[str, object] = fields


class InvariantBroken(GatepairError):
    """A rule that must always hold does not; the node stops rather than go on."""

    code = "invariant_broken"


class BadInput(GatepairError):
    """The caller's input cannot be accepted; nothing was changed."""

    code = "bad_input"
    http_status = 400
    findings: tuple[Finding, ...] = ()
    """What is wrong and where, in every language, where a reader says it so."""


class Malformed(BadInput):
    """Bytes that are not what the interface reads."""

    code = "malformed"


class TooLarge(BadInput):
    """A body, batch or field is over its published limit."""

    code = "too_large"
    http_status = 413


class Unauthenticated(BadInput):
    """No credential, or one that is not valid."""

    code = "unauthenticated"
    http_status = 401


class NotPermitted(BadInput):
    """The credential is valid but its duty may not do this."""

    code = "not_permitted"
    http_status = 403


class NotFound(BadInput):
    """There is no such thing, or it is not for this reader."""

    code = "not_found"
    http_status = 404


class MethodNotAllowed(BadInput):
    """The address exists, but not for this HTTP method."""

    code = "method_not_allowed"
    http_status = 405


class RateLimited(BadInput):
    """Too many calls in the window; ``retry_after_s`` says when to come back."""

    code = "rate_limited"
    http_status = 429


class Refused(BadInput):
    """The request was understood and refused; ``findings`` say why and where."""

    code = "refused"
    http_status = 422

    def __init__(self, findings: Sequence[Finding], /) -> None:
        """Carry at least one finding over a boundary."""
        super().__init__("; ".join(finding.text("en") for finding in findings))
        self.findings = tuple(findings)


class NetworkInvalid(Refused):
    """A network of the twin cannot run as declared; ``findings`` name each fault and its place."""

    code = "network_invalid"

    def __init__(self, findings: Sequence[Finding], /) -> None:
        """Carry at least one finding; the message names the places."""
        super().__init__(findings)
        self.message = "; ".join(f"{finding.path}: {finding.text('en')}" for finding in findings)
        self.args = (self.message,)


class Conflict(GatepairError):
    """The world moved on between reading and writing."""

    code = "conflict"
    http_status = 409


class StaleVersion(Conflict):
    """The stream is at another version than the caller expected."""

    code = "stale_version"


class CommandReused(Conflict):
    """A known command id came with other content."""

    code = "command_reused"


class ClaimTaken(Conflict):
    """A tractor, trailer or container is already bound to another open crossing."""

    code = "claim_taken"


class StorageError(GatepairError):
    """The ledger's engine failed; what was acknowledged before is safe."""

    code = "storage_error"
    http_status = 503


class StorageFull(StorageError):
    """No space is left for the ledger; nothing of this request was kept."""

    code = "storage_full"
    http_status = 507


class StorageLocked(StorageError):
    """Another process holds the ledger."""

    code = "storage_locked"


class StorageDamaged(StorageError):
    """The ledger's file, or its hashes, do not verify."""

    code = "storage_damaged"


class StorageUnavailable(StorageError):
    """The engine cannot be reached."""

    code = "storage_unavailable"


class Overloaded(GatepairError):
    """More work waits than the node takes on, or no answer came in time; send the same command id again."""

    code = "overloaded"
    http_status = 503


class StartRefused(GatepairError):
    """The node refuses to start; the message says what to do."""

    code = "start_refused"


class PlanInvalid(StartRefused):
    """The plan file has errors; ``problems`` lists them with their lines."""

    code = "plan_invalid"


class PortInUse(StartRefused):
    """Another program listens on the port asked for."""

    code = "port_in_use"


class SameKeyTwice(StartRefused):
    """Two posts, or a post and its partner, hold the same signing key."""

    code = "same_key_twice"


class SettingInvalid(StartRefused):
    """A setting has a value that cannot be used."""

    code = "setting_invalid"


class ExchangeError(GatepairError):
    """Something about the exchange with the partner."""

    code = "exchange_error"
    http_status = 400


class EnvelopeRejected(ExchangeError):
    """An envelope, note, checkpoint or proof does not verify."""

    code = "envelope_rejected"


class NotInAgreement(ExchangeError):
    """A message type or section that the agreement does not list."""

    code = "not_in_agreement"
    http_status = 403


class NotInForce(NotInAgreement):
    """The entry names a version of the agreement that does not count at the time that the entry states."""

    code = "not_in_force"


class SignatureFalse(EnvelopeRejected):
    """A line in the name of a known key does not verify: the text was changed, or somebody else signed."""

    code = "signature_false"


class KeyNotValid(EnvelopeRejected):
    """The signature is true, but its key was not announced, was retired, or was revoked for this size."""

    code = "key_not_valid"


class SignatureUnchecked(ExchangeError):
    """A signature is neither true nor false here, because what checks its kind is not installed."""

    code = "signature_unchecked"


class SignerUnavailable(ExchangeError):
    """A key that is kept elsewhere, in a hardware module for instance, cannot be reached; nothing was signed."""

    code = "signer_unavailable"
    http_status = 503


class Contradiction(ExchangeError):
    """Two signed statements that cannot both be true; both are kept as evidence."""

    code = "contradiction"
    http_status = 422


class PartnerUnreachable(ExchangeError):
    """The partner gave no answer; the sender goes on trying."""

    code = "partner_unreachable"
    http_status = 502


class BrokerUnreachable(GatepairError):
    """The broker that takes copies for the country gave no answer; the follower goes on trying and the gate goes on."""

    code = "broker_unreachable"
    http_status = 502


class MessageUnsent(GatepairError):
    """A text message was not taken by whatever should send it; the person may ask again."""

    code = "message_unsent"
    http_status = 502


class ScenarioFailed(GatepairError):
    """A post under test did otherwise than the specification asks; stays inside the kit and becomes a verdict."""

    code = "scenario_failed"


class ScenarioNotRun(GatepairError):
    """A scenario of the conformance kit could not be played to its end; the report says why."""

    code = "scenario_not_run"


class PostAnswered(GatepairError):
    """A post answered a drill or the command line with an error, or not at all: what was begun cannot go on."""

    code = "post_answered"
