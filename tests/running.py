"""The application as a newcomer starts it: bin/run in a process of its own, on a port from the kernel."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Whatever this shell has set must not decide the test.
OURS = (
    "DATABASE_URL",
    "SECRET_KEY",
    "DATA_DIR",
    "HOST",
    "PORT",
    "BASE_URL",
    "DEMO",
    "PROXIES",
    "WEB_CONCURRENCY",
    "CI",
)


def allowed(seconds: float) -> float:
    """How long something may take that takes at most `seconds` on a machine that does nothing else."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a start on the data in `folder`, with the Python packages that run this test."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith(("MAIL_", "OIDC_"))
    }
    return {**kept, "ERFA_VENV": sys.prefix, "DATA_DIR": str(folder), "WEB_CONCURRENCY": "2", **more}


def descendants(pid: int) -> set[int]:
    """The processes that `pid` has started, and theirs."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found: set[int] = set()
    while new := {child for child, parent in pairs if parent in found | {pid}} - found:
        found |= new
    return found


def alive(pids: set[int]) -> set[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    return pids & {int(line.split()[0]) for line in listed.splitlines() if not line.split()[1].startswith("Z")}


class Running:
    """A started application. `said` is what it has printed so far."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.port = int(more.pop("PORT", 0)) or free_port()
        self.url = f"http://localhost:{self.port}"
        self.output = folder.parent / f"{folder.name}-{self.port}.log"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [ROOT / "bin" / "run"],
                env=environment(folder, PORT=str(self.port), **more),
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def answer(self, path: str = "/", *, within: float = 60) -> str:
        """What it answers, as soon as it does."""
        until = time.monotonic() + within
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + path, timeout=10) as response:
                    return str(response.read().decode())
            except urllib.error.HTTPError:
                raise
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"no answer within {within} s; it said:\n{self.said}")

    def family(self, least: int = 1, *, within: float = 30) -> set[int]:
        """The processes it has started, once there are `least`: the first may answer before the last is there."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if len(found := descendants(self.process.pid)) >= least:
                return found
            time.sleep(0.05)
        raise AssertionError(f"fewer than {least} processes within {within} s; it said:\n{self.said}")

    def tell(self, number: signal.Signals) -> None:
        """As a terminal does it: the signal goes to the whole group in front."""
        os.killpg(self.process.pid, number)

    def stop(self, number: signal.Signals = signal.SIGTERM, *, within: float = 10) -> int:
        if self.process.poll() is None:
            self.tell(number)
        return self.process.wait(within)


@contextmanager
def running(folder: Path, **more: str) -> Iterator[Running]:
    site = Running(folder, **more)
    try:
        yield site
    finally:
        try:
            site.stop()
        except subprocess.TimeoutExpired:
            site.process.kill()
            site.process.wait()
            raise
