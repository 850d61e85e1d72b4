"""Studies of the twin as files in ``DIRECTORY/studies/<id>/``, and the one queue in which they are run.

Each study is run by a program of its own at low priority, one at a time: a study that hangs, fails or eats its
memory harms neither the post nor the next one, and cancelling it ends a process.  The program reads ``asked.json``,
writes ``progress.json`` as it goes on, and ``result.json`` whole at its end.
"""

from __future__ import annotations

import contextlib
import logging
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from gatepair.adapters import planfiles
from gatepair.base.errors import Malformed, NotFound, NotPermitted, Overloaded, StorageFull
from gatepair.insight.calibration import Calibration
from gatepair.insight.studies import Kept, Progress, Result, Stage, Study
from gatepair.insight.what_if import AS_PLANNED, Asked, as_planned, changed, study_id
from gatepair.plan.model import Plan, Scenario

FOLDER: Final = "studies"
CALIBRATION: Final = "calibration"
"""The one folder beside the studies: how far the twin was from what the ledger says."""
WAITING_MAX: Final = 8
"""Studies that wait at once; at some seconds each, the last one's planner still waits less than a few minutes."""
LISTED_MAX: Final = 60
"""Studies that nobody keeps and that are still there; beyond it the oldest are forgotten."""
SECONDS_MAX: Final = 900
"""A study that takes longer is ended."""
SPARED_BYTES: Final = 1 << 29
"""Space that studies leave free."""
POLL_S: Final = 0.1
ENDED_S: Final = 5
"""How long a program that was told to end may take before it is killed."""
WHY_MAX: Final = 600
COMMAND: Final = (sys.executable, "-c", "from gatepair.cli import main; main()", "twin", "study")
"""What runs one study; the directory of the post and the folder of the study follow."""
SAID: Final = "gatepair: "
"""Begins the one line with which a deliberate error ends; all else is for the log."""
LOG: Final = logging.getLogger("gatepair.studies")
_ID: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)

T = TypeVar("T")


class _Listed(Struct, frozen=True, forbid_unknown_fields=True):
    """``asked.json``: what was asked, by whom and when."""

    asked: Asked
    by: str
    at_ms: int


class _Ended(Struct, frozen=True, forbid_unknown_fields=True):
    """``ended.json``: how a study ended that has no result."""

    stage: Stage
    why: str = ""


class StudyQueue:
    """A :class:`gatepair.web.ports.StudyPort` over a post's directory; ``command`` runs the study in the folder named last."""

    def __init__(
        self, directory: Path, plan: Plan, *, command: Sequence[str] = COMMAND, seconds_max: float = SECONDS_MAX
    ) -> None:
        """Keep studies of ``plan`` below ``directory``; nothing runs before :meth:`start`."""
        self.plan = plan
        self._root = directory / FOLDER
        self._command = (*command, str(directory))
        self._seconds_max = seconds_max
        self._waiting: deque[str] = deque()
        self._running = ""
        self._cancelled: set[str] = set()
        self._changed = threading.Condition()
        self._ended = True
        self._thread: threading.Thread | None = None

    # --- life -----------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to run what is asked for."""
        self._ended = False
        self._thread = threading.Thread(target=self._run_all, name="gatepair-studies", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the study that runs, and leave those that wait; they can be asked for again."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    # --- questions --------------------------------------------------------------------------

    def scenarios(self) -> list[tuple[str, Scenario]]:
        """Return the days and what-ifs of this plan by the names under which they are asked, an ordinary day first."""
        return [(AS_PLANNED, as_planned(self.plan)), *_shipped(self.plan.id)]

    def scenario(self, name: str) -> Scenario:
        """Return one day or what-if. Raises NotFound."""
        if name == AS_PLANNED:
            return as_planned(self.plan)
        found = dict(_shipped(self.plan.id)).get(name)
        if found is None:
            raise NotFound("there is no such day or what-if", scenario=name[:80])
        return found

    def listed(self) -> list[Study]:
        """Return every study that is there, the latest first."""
        folders = self._root.iterdir() if self._root.is_dir() else ()
        found = [study for one in folders if _ID.fullmatch(one.name) and (study := self._read(one.name)) is not None]
        return sorted(found, key=lambda one: (-one.at_ms, one.id))

    def study(self, name: str) -> Study:
        """Return one study. Raises NotFound."""
        found = self._read(name) if _ID.fullmatch(name) else None
        if found is None:
            raise NotFound("there is no such study; it may have been forgotten, ask it again", study=name[:16])
        return found

    def result(self, name: str) -> Result:
        """Return what a study left behind. Raises NotFound."""
        self.study(name)
        found = _file(self._root / name / "result.json", Result)
        if found is None:
            raise NotFound("this study has no result yet", study=name)
        return found

    # --- acts -------------------------------------------------------------------------------

    def ask(self, asked: Asked, *, by: str, at_ms: int) -> str:
        """Take in a what-if and return its id; one that was run, runs or waits is not run again.

        Raises:
            Malformed: a change does not fit its lever.
            PlanInvalid: what comes of the changes does not hold together.
            Overloaded: too many wait.
        """
        changed(self.plan, self.scenario(asked.scenario), asked.changes)
        name = study_id(self.plan, asked)
        with self._changed:
            found = self._read(name)
            if found is not None and found.stage in (Stage.WAITING, Stage.RUNNING, Stage.DONE):
                return name
            self._check_turn()
            self._make_room()
            folder = self._root / name
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for old in ("ended.json", "progress.json"):
                (folder / old).unlink(missing_ok=True)
            _write(folder / "asked.json", _Listed(asked, by, at_ms))
            self._waiting.append(name)
            self._changed.notify_all()
        return name

    def cancel(self, name: str, *, by: str) -> None:
        """End or forget to run the study ``name``, which ``by`` asked; one that has ended stays as it is.

        Raises:
            NotFound: there is none.
            NotPermitted: somebody else asked it.
        """
        with self._changed:
            study = self.study(name)
            if study.stage not in (Stage.WAITING, Stage.RUNNING):
                return
            if study.by != by:
                raise NotPermitted("only who asked a study cancels it")
            if name in self._waiting:
                self._waiting.remove(name)
                _write(self._root / name / "ended.json", _Ended(Stage.STOPPED))
            else:
                self._cancelled.add(name)
            self._changed.notify_all()

    def keep(self, name: str, kept: Kept) -> None:
        """Keep a study under a name, for others to open.

        Raises:
            NotFound: there is none.
            NotPermitted: somebody else keeps it already.
            Malformed: it is not done.
        """
        with self._changed:
            study = self.study(name)
            if study.kept is not None and study.kept.by != kept.by:
                raise NotPermitted("somebody else keeps this study")
            if study.stage is not Stage.DONE:
                raise Malformed("a study is kept once it is done")
            _write(self._root / name / "kept.json", kept)

    def forget(self, name: str, *, by: str) -> None:
        """Delete a study that ``by`` asked or keeps.

        Raises:
            NotFound: there is none.
            NotPermitted: it is somebody else's.
            Malformed: it waits or runs; it is cancelled first.
        """
        with self._changed:
            study = self.study(name)
            owner = study.by if study.kept is None else study.kept.by
            if owner != by:
                raise NotPermitted("only its owner deletes a study")
            if study.stage in (Stage.WAITING, Stage.RUNNING):
                raise Malformed("cancel this study before you delete it")
            shutil.rmtree(self._root / name)

    # --- calibration ------------------------------------------------------------------------

    def calibration(self) -> tuple[Calibration | None, Stage | None, str]:
        """Return the last calibration, how far one is that waits or runs or has failed, and why."""
        folder = self._root / CALIBRATION
        with self._changed:
            turn = self._turn(CALIBRATION)
            found = _file(folder / "result.json", Calibration)
            ended = _file(folder / "ended.json", _Ended)
        if turn is not None:
            return found, turn, ""
        return found, None if ended is None else ended.stage, "" if ended is None else ended.why

    def calibrate(self) -> None:
        """Hold the twin against the ledger's last days. Raises Overloaded."""
        with self._changed:
            if CALIBRATION in (*self._waiting, self._running):
                return
            self._check_turn()
            folder = self._root / CALIBRATION
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / "ended.json").unlink(missing_ok=True)
            self._waiting.append(CALIBRATION)
            self._changed.notify_all()

    # --- files ------------------------------------------------------------------------------

    def _read(self, name: str) -> Study | None:
        folder = self._root / name
        listed = _file(folder / "asked.json", _Listed)
        if listed is None or listed.asked.scenario not in {AS_PLANNED, *dict(_shipped(self.plan.id))}:
            # A day that an older release shipped cannot be run or shown any more.
            return None
        progress = _file(folder / "progress.json", Progress) or Progress(0, listed.asked.replications)
        stage, why = self._stage(name)
        kept = _file(folder / "kept.json", Kept)
        return Study(name, listed.asked, listed.by, listed.at_ms, stage, progress, why, kept)

    def _stage(self, name: str) -> tuple[Stage, str]:
        with self._changed:
            turn = self._turn(name)
            done = (self._root / name / "result.json").exists()
            ended = _file(self._root / name / "ended.json", _Ended)
        if turn is not None:
            return turn, ""
        if done:
            return Stage.DONE, ""
        return (Stage.STOPPED, "") if ended is None else (ended.stage, ended.why)

    def _turn(self, name: str) -> Stage | None:
        """Return whether ``name`` runs or waits; asked under the lock, or it is in neither place between the two."""
        if name == self._running:
            return Stage.RUNNING
        return Stage.WAITING if name in self._waiting else None

    def _check_turn(self) -> None:
        if len(self._waiting) >= WAITING_MAX:
            raise Overloaded(f"{WAITING_MAX} studies wait already; ask again in some minutes")

    def _make_room(self) -> None:
        """Forget the oldest studies that nobody keeps, and refuse one for which the disk has no room."""
        unkept = [one for one in self.listed() if one.kept is None and one.stage not in (Stage.WAITING, Stage.RUNNING)]
        for one in unkept[LISTED_MAX - 1 :]:
            shutil.rmtree(self._root / one.id)
        place = next(one for one in (self._root, *self._root.parents) if one.exists())
        if shutil.disk_usage(place).free < SPARED_BYTES:
            raise StorageFull("too little space is left for studies")

    # --- running ----------------------------------------------------------------------------

    def _run_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._waiting)
                if self._ended:
                    return
                self._running = name = self._waiting.popleft()
            try:
                ended = self._run(name)
            except Exception:
                # A thread that died would run no study any more.
                LOG.exception("study %s could not be run", name)
                ended = _Ended(Stage.FAILED, "the study could not be run; the log says why")
            with self._changed:
                if ended is not None and (self._root / name).is_dir():
                    _write(self._root / name / "ended.json", ended)
                self._running = ""
                self._cancelled.discard(name)

    def _run(self, name: str) -> _Ended | None:
        """Run one study to its end; return how it ended, None when it has a result."""
        folder = self._root / name
        with (folder / "said.txt").open("wb") as said:
            # The command is the composition root's, the folder's name a hash: nothing of a caller is run.
            program = subprocess.Popen(  # noqa: S603
                [*self._command, str(folder)], stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
            ended = self._watch(name, program)
        if ended is not None:
            return ended
        if program.returncode == 0 and (folder / "result.json").exists():
            return None
        lines = (folder / "said.txt").read_text("utf-8", "replace").strip().splitlines()
        if lines and lines[-1].startswith(SAID):
            return _Ended(Stage.FAILED, lines[-1].removeprefix(SAID)[:WHY_MAX])
        LOG.error("study %s ended with %s; %s says why", name, program.returncode, folder / "said.txt")
        return _Ended(Stage.FAILED, "something went wrong inside; the log of the post says what")

    def _watch(self, name: str, program: subprocess.Popen[bytes]) -> _Ended | None:
        began = time.monotonic()
        while program.poll() is None:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or name in self._cancelled, timeout=POLL_S)
                stopped = self._ended or name in self._cancelled
            late = time.monotonic() - began > self._seconds_max
            if stopped or late:
                _end(program)
                if late and not stopped:
                    return _Ended(
                        Stage.FAILED, f"it took longer than {self._seconds_max:.0f} s; ask for fewer runs or days"
                    )
                return _Ended(Stage.STOPPED)
        return None


@cache
def _shipped(plan_id: str) -> tuple[tuple[str, Scenario], ...]:
    """Return the days and variants of what-ifs that we ship for a plan; they do not change while the program runs."""
    found: list[tuple[str, Scenario]] = []
    for name in (*planfiles.scenario_ids(), *planfiles.what_if_ids()):
        scenario = planfiles.open_scenario(name).value
        if scenario.plan == plan_id:
            names = [f"{name}:{key}" for key in scenario.variants] or [name]
            found += [(one, planfiles.open_scenario(one).value) for one in names]
    return tuple(found)


def _end(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    try:
        program.wait(ENDED_S)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def _file(path: Path, kind: type[T]) -> T | None:
    """Return what ``path`` holds, None when it is not there or is no such thing (a file half written, an older form)."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return msgspec.json.decode(path.read_bytes(), type=kind)
    return None


def _write(path: Path, value: Struct) -> None:
    """Write ``value`` whole or not at all."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(value))
    fresh.replace(path)


def write_progress(folder: Path) -> Callable[[int, int], None]:
    """Return what writes how far the study in ``folder`` is."""

    def write(done: int, total: int) -> None:
        _write(folder / "progress.json", Progress(done, total))

    return write


def read_asked(folder: Path) -> Asked | None:
    """Return what was asked in ``folder``; None in that of the calibration."""
    found = _file(folder / "asked.json", _Listed)
    return None if found is None else found.asked


def write_result(folder: Path, result: Result | Calibration) -> None:
    """Write the result of the study in ``folder``, whole or not at all."""
    _write(folder / "result.json", result)
