"""A network of its own for the node, so that nothing but this process can reach it (Linux network namespaces).

anvil answers calls that rewrite the chain (`anvil_setStorageAt`, `evm_revert`, …) to whoever reaches its port, and no flag turns them
off. So this process opens its public socket first, then moves into an empty network in which the child listens; the public
socket keeps working. Where the system forbids that, the node listens on a random loopback port, and the status says so.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET of sched.h
_SET_FLAGS, _UP_RUNNING = 0x8914, 0x41  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_SIGKILL = 9


def isolate() -> bool:
    """Move this process into an empty network; False, and no change, where that is not allowed. Call before any thread is started."""
    if not sys.platform.startswith("linux"):
        return False
    trial = os.fork()  # all of it or nothing: try in a child first
    if not trial:
        try:
            _enter()
            os._exit(0)
        except OSError:
            os._exit(1)
    if os.waitpid(trial, 0)[1]:
        return False
    _enter()
    return True


def die_with_parent(parent: int) -> None:
    """In a fresh child: have the kernel kill it when `parent` ends, by whatever signal."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, _SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _enter() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_NEW_NET):
        if libc.unshare(_NEW_USER | _NEW_NET):
            raise OSError(ctypes.get_errno(), "unshare")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP_RUNNING))
    with socket.create_server(("127.0.0.1", 0)):
        return
