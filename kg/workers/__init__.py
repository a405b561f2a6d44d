"""Foreign SPARQL in processes that can be killed: a pool with deadlines, admission and three lanes.

Queries of a shape that is known to be quick have a lane of their own, with a process always ready. Those of a new shape
have another. One that has computed for longer than QUICK seconds goes on in the slow lane, in the same process, with
the lowest priority, and another process takes its place: slow queries, however many, do not keep quick ones waiting.
Shapes found to be slow begin in the slow lane from then on. Where a lane is full, queries wait (one that has begun,
paused); where too many wait, they are refused at once.

A deadline, an asker that went away and a process that died all end the process; spares are kept ready.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kg.answers import Result
from kg.errors import Cancelled, Overloaded, PeelError, QueryTimeout
from kg.workers.asking import Asking
from kg.workers.confine import NETWORK
from kg.workers.process import CAP, OUT_OF_TIME, Died, Process, Query, too_large

__all__ = ["CAP", "Asking", "Query", "Workers"]

QUICK = 0.05
"""How long a query may compute, in seconds, before it counts as slow."""
QUICK_QUEUE = 16
"""How many quick queries may wait for each slow one that may: they are soon done."""
REMEMBERED = 10_000
"""How many shapes are remembered, as quick or slow."""
MEMORY = 1_000_000_000
"""The address space of a worker, in bytes."""
SPARES = 2
"""How many processes stand ready beyond the seats of the quick lanes."""
_PAUSE = 1.0  # seconds before another process is begun after one could not be
_OPENING = 20.0  # seconds that opening a graph may take where the machine is busy

log = logging.getLogger("peelgraph")


class _Lane:
    """The seats of one lane, how many are taken, and how many may wait and do wait for one to be `free`."""

    def __init__(self, seats: int, queue: int, lock: threading.Lock) -> None:
        self.seats, self.queue = seats, queue
        self.taken = self.waiting = 0
        self.free = threading.Condition(lock)


@dataclass(slots=True)
class _Seat:
    """A process at work in a lane; in none while it is paused."""

    lane: _Lane | None
    process: Process


class Workers:
    """A pool of worker processes. Safe to call from many threads.

    `size` is how many queries run at once in each lane; `queue` is how many may wait for the slow one (for the others,
    QUICK_QUEUE times as many); `seconds` is the longest that a query may take. Begun with `start`, ended with `close`.
    """

    def __init__(self, size: int, queue: int = 8, seconds: float = 10.0, memory: int = MEMORY) -> None:
        self._lock = threading.Lock()
        self._known, self._new = (_Lane(size, queue * QUICK_QUEUE, self._lock) for _ in range(2))
        self._slow = _Lane(size, queue, self._lock)
        self._short = threading.Condition(self._lock)
        self._seconds, self._memory = seconds, memory
        self._fresh: list[Process] = []
        self._demoted: list[Process] = []
        self._shapes: OrderedDict[bytes, bool] = OrderedDict()
        self._counts: Counter[str] = Counter()
        self._folder: Path | None = None
        self._open = False
        self._keeper: threading.Thread | None = None

    def start(self, folder: Path) -> None:
        """Begin the processes, in the background, with the graph in `folder` open."""
        with self._lock:
            self._folder = folder
            if not self._open:
                self._open = True
                self._keeper = threading.Thread(target=self._keep, name="workers", daemon=True)
                self._keeper.start()

    def close(self) -> None:
        """End every process that is idle, and those at work when they have answered; who waits is refused."""
        with self._lock:
            self._open = False
            idle = [*self._fresh, *self._demoted]
            self._fresh.clear()
            self._demoted.clear()
            self._short.notify_all()
        self._wake()
        for process in idle:
            process.close()
        if self._keeper is not None:
            self._keeper.join()

    def figures(self) -> Mapping[str, float]:
        """Queries running and waiting by lane, processes ready, and what has been counted since the start."""
        with self._lock:
            lanes = {"known": self._known, "new": self._new, "slow": self._slow}
            return {
                **{f"{name}_running": lane.taken for name, lane in lanes.items()},
                **{f"{name}_waiting": lane.waiting for name, lane in lanes.items()},
                "ready": len(self._fresh),
                **{f"{name}_total": self._counts[name] for name in ("asked", "begun", "killed", "timeouts", "refused")},
            }

    def ask(self, query: Query, seconds: float | None = None, asking: Asking | None = None) -> Result:
        """The answer to a query, at most `seconds` from now where that is less than the pool grants.

        Raises QueryTimeout, QueryTooLarge, Overloaded, Cancelled, and InvalidQuery where the engine refuses it.
        """
        seconds = self._seconds if seconds is None else min(seconds, self._seconds)
        asking = asking or Asking()
        asking.woken_by(self._wake)
        until = time.monotonic() + seconds
        self._folder = query.folder
        seat = self._take(_digest(query), until, asking)
        try:
            asking.held_by(seat.process)
            return self._answered(query, until, seat, asking)
        except TimeoutError as error:
            self._count("timeouts")
            raise QueryTimeout(seconds) from error
        except Died as died:
            if asking.cancelled:
                raise Cancelled from died
            raise (QueryTimeout(seconds) if died.code == OUT_OF_TIME else too_large()) from died
        finally:
            asking.held_by(None)
            self._leave(seat)

    def _answered(self, query: Query, until: float, seat: _Seat, asking: Asking) -> Result:
        process = seat.process
        before = process.processor_seconds()
        process.begin(query, until)
        result = None
        while result is None and seat.lane is not self._slow:
            left = QUICK - (process.processor_seconds() - before)
            if left <= 0:
                self._move(seat, _digest(query), until, asking)
                break
            try:
                result = process.result(query.functions, min(until, time.monotonic() + left))
            except TimeoutError:
                if time.monotonic() >= until:
                    raise
        result = result or process.result(query.functions, until)
        if process.processor_seconds() - before < QUICK:
            with self._lock:
                self._learn(_digest(query), slow=False)
        return result

    def _take(self, name: bytes, until: float, asking: Asking) -> _Seat:
        """A seat in the lane that a query belongs in, waited for. Raises Overloaded and Cancelled."""
        with self._lock:
            self._counts["asked"] += 1
            lane = self._lane(name)
            self._wait(lane, partial(self._can_begin, lane, name), until, asking)
            while lane is not self._lane(name):  # its shape was found quick or slow meanwhile
                lane = self._lane(name)
                self._wait(lane, partial(self._can_begin, lane, name), until, asking)
            lane.taken += 1
            if lane is self._slow and self._demoted:
                return _Seat(lane, self._demoted.pop())
            process = self._fresh.pop()
            self._short.notify()
        if lane is self._slow:
            process.yield_to_others()
        return _Seat(lane, process)

    def _lane(self, name: bytes) -> _Lane:
        return {None: self._new, False: self._known, True: self._slow}[self._shapes.get(name)]

    def _can_begin(self, lane: _Lane, name: bytes) -> bool:
        return self._has_process(lane) or lane is not self._lane(name)

    def _has_process(self, lane: _Lane) -> bool:
        if lane.taken >= lane.seats:
            return False
        kept = 0 if lane is self._known else self._known.seats - self._known.taken
        return len(self._fresh) > kept or (lane is self._slow and bool(self._demoted))

    def _learn(self, name: bytes, *, slow: bool) -> None:
        """Remember whether a shape is slow; called with the lock held."""
        if self._shapes.get(name) is not slow:
            for lane in (self._known, self._new, self._slow):
                lane.free.notify_all()  # of those that wait, some may be of this shape
        self._shapes[name] = slow
        self._shapes.move_to_end(name)
        while len(self._shapes) > REMEMBERED:
            self._shapes.popitem(last=False)

    def _wait(self, lane: _Lane, ready: Callable[[], bool], until: float, asking: Asking) -> None:
        """Wait for a lane until it is ready; called with the lock held. Raises Overloaded and Cancelled."""
        lane.waiting += 1
        try:
            if lane.waiting <= lane.queue:
                lane.free.wait_for(lambda: not self._open or asking.cancelled or ready(), until - time.monotonic())
        finally:
            lane.waiting -= 1
        if asking.cancelled:
            lane.free.notify()  # it may have been called in another's stead
            raise Cancelled
        if not self._open or not ready():
            self._counts["refused"] += 1
            raise Overloaded

    def _move(self, seat: _Seat, name: bytes, until: float, asking: Asking) -> None:
        """Let a query go on in the slow lane, paused until there is a seat. Raises Overloaded and Cancelled."""
        slow = self._slow
        with self._lock:
            self._learn(name, slow=True)
            if seat.lane is not None:
                seat.lane.taken -= 1
                seat.lane = None
            self._call()
            if slow.taken >= slow.seats:
                seat.process.pause()
                self._wait(slow, lambda: slow.taken < slow.seats, until, asking)
                seat.process.go_on()
            slow.taken += 1
            seat.lane = slow
        seat.process.yield_to_others()

    def _leave(self, seat: _Seat) -> None:
        with self._lock:
            lane = seat.lane
            kept = False
            if lane is not None:
                lane.taken -= 1
                idle = self._demoted if lane is self._slow else self._fresh
                room = lane is not self._slow or lane.taken + len(idle) < lane.seats
                if kept := self._open and room and not seat.process.busy:
                    idle.append(seat.process)
            self._call()
        if not kept:
            self._count("killed")
            seat.process.close()

    def _wake(self) -> None:
        """Have everybody who waits look up."""
        with self._lock:
            for lane in (self._known, self._new, self._slow):
                lane.free.notify_all()

    def _call(self) -> None:
        """Have one look up in each lane, and the keeper: a seat or a process is free, or gone; lock held."""
        for lane in (self._known, self._new, self._slow):
            lane.free.notify()
        self._short.notify()

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1

    def _keep(self) -> None:
        """Keep processes ready, until the pool is closed."""
        while True:
            with self._lock:
                self._short.wait_for(lambda: not self._open or self._is_short())
                if not self._open:
                    return
                folder = self._folder
            process = self._begun(folder)
            with self._lock:
                if process is None:
                    self._short.wait_for(lambda: not self._open, _PAUSE)
                elif self._open:
                    self._fresh.append(process)
                    self._counts["begun"] += 1
                    self._call()
                    continue
            if process is not None:
                process.close()

    def _is_short(self) -> bool:
        at_work = self._known.taken + self._new.taken
        return len(self._fresh) + at_work < self._known.seats + self._new.seats + SPARES

    def _begun(self, folder: Path | None) -> Process | None:
        """A new process with its graph open; None where it cannot be, which is logged."""
        try:
            process = Process(self._memory)
        except (OSError, Died, TimeoutError) as error:
            log.error("a worker process cannot be begun: %r", error)
            return None
        if not NETWORK & set(process.layers):
            log.warning(
                "nothing but the reading of queries keeps workers from the network: confined by %s", process.layers
            )
        if folder is not None:
            try:
                process.begin(Query("ASK { }", folder), time.monotonic() + _OPENING)
                process.result({}, time.monotonic() + _OPENING)
            except (PeelError, Died, TimeoutError) as error:
                log.error("a worker process cannot open %s: %r", folder, error)
                process.close()
                return None
        return process


def _digest(query: Query) -> bytes:
    return hashlib.sha256((query.shape or query.text).encode("utf-8", "surrogatepass")).digest()
