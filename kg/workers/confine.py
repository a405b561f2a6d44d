"""What a worker process may not do, taken away before it sees a query: the network, other programs, more memory.

Several layers, because no machine offers all of them: resource limits anywhere; on Linux a network namespace of its
own (where the kernel lets an ordinary process have one) and a system call filter (seccomp) without sockets and exec.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys

STACK = 100_000_000
"""The stack of the thread that parses, in bytes: parsers of nested text recurse."""
FILES = 1_024
"""How many files a worker may hold open."""

_NAMESPACE, _FILTERED = "network namespace", "system calls"
NETWORK = frozenset([_NAMESPACE, _FILTERED])
"""The layers each of which keeps a worker from the network."""

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _REFUSE_EPERM = 0x7FFF0000, 0x00050001
_LOAD, _EQUALS, _RETURN = 0x20, 0x15, 0x06
# architecture -> its number for seccomp, and those of: socket, connect, bind, listen, accept, accept4, socketpair,
# execve, execveat, ptrace, io_uring_setup, process_vm_writev (linux/audit.h and the tables of system calls)
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 49, 50, 43, 288, 53, 59, 322, 101, 425, 311)),
    "aarch64": (0xC00000B7, (198, 203, 200, 201, 202, 242, 199, 221, 281, 117, 425, 271)),
}
_X32 = 0x40000000


def confine(memory: int) -> list[str]:
    """Confine this process for good, to `memory` bytes of address space; the layers that hold come back.

    Called before any thread is begun and any library that begins one is imported.
    """
    return [*_no_network(), *_no_calls(), *_limits(memory)]


def processor_seconds(seconds: float) -> None:
    """End this process once it has computed for `seconds` from now on, whatever it is doing."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _lower(resource.RLIMIT_CPU, int(used + seconds) + 1, for_good=False)


def _limits(memory: int) -> list[str]:
    _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_NOFILE, FILES)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_STACK, STACK, for_good=False)
    return ["memory", "files"]


def _lower(which: int, wanted: int, *, for_good: bool = True) -> None:
    hard = resource.getrlimit(which)[1]
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(which, (soft, soft if for_good else hard))


def _no_network() -> list[str]:
    """A network namespace in which there is no interface, where the kernel gives one."""
    if sys.platform != "linux":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    own = libc.unshare(_NEW_NET) == 0 or libc.unshare(_NEW_USER | _NEW_NET) == 0
    return [_NAMESPACE] if own else []


def _no_calls() -> list[str]:
    """A filter that answers the system calls above with EPERM."""
    if sys.platform != "linux" or platform.machine() not in _CALLS:
        return []
    architecture, refused = _CALLS[platform.machine()]
    count = len(refused)
    program = [
        (_LOAD, 0, 0, 4),  # the architecture; any other than ours is refused
        (_EQUALS, 0, count + 2, architecture),
        (_LOAD, 0, 0, 0),  # the number of the call
        *((_EQUALS, count - place, 0, number) for place, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE_EPERM),
    ]
    if platform.machine() == "x86_64":
        program = _without_x32(program)
    code = b"".join(struct.pack("=HBBI", *line) for line in program)
    listed = ctypes.create_string_buffer(code)
    described = struct.pack("@HP", len(program), ctypes.addressof(listed))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_ulong]
    held = (
        libc.prctl(_NO_NEW_PRIVILEGES, 1, None, 0, 0) == 0 and libc.prctl(_SET_SECCOMP, _FILTER, described, 0, 0) == 0
    )
    return [_FILTERED] if held else []


def _without_x32(program: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """The same filter, refusing the calls of the x32 interface as well: their numbers begin at another place."""
    at_least = 0x35
    head, calls = program[:3], program[3:]
    (load, yes, no, value) = head[1]
    return [head[0], (load, yes, no + 1, value), head[2], (at_least, len(calls) - 1, 0, _X32), *calls]
