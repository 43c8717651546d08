"""Runs a command with TEST_DATABASE_URL naming a PostgreSQL server: the given one, or one started for this run only."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


def installed() -> Path | None:
    """The folder of the newest installed server's programs; Debian keeps them out of PATH."""
    homes = Path("/usr/lib/postgresql").glob("*/bin")
    folders = sorted(homes, key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0)
    if on_path := shutil.which("initdb"):
        folders.insert(0, Path(on_path).resolve().parent)
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as this user."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """A server of its own in a temporary folder, reached by a socket there; gone afterwards. Yields its URL."""
    folder = Path(tempfile.mkdtemp(prefix="erfa-pg-"))
    user = _unprivileged()
    if user:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), *arguments]
        done = subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{program} failed: {done.stderr or done.stdout}{log.read_text() if log.exists() else ''}")

    data, log = folder / "data", folder / "log"
    try:
        run("initdb", "-D", str(data), "-U", "erfa", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = " ".join(f"-c {setting}" for setting in SETTINGS) + f" -k {folder}"
        run("pg_ctl", "-D", str(data), "-l", str(log), "-o", options, "-w", "start")
        try:
            yield f"postgresql:///postgres?host={folder}&user=erfa"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    if os.environ.get("TEST_DATABASE_URL"):
        return subprocess.call(command)
    programs = installed()
    if programs is None:
        if os.environ.get("CI"):
            sys.exit("PostgreSQL is not installed, and in CI nothing is skipped.")
        print("skipped: no PostgreSQL is installed here, and TEST_DATABASE_URL names none.")
        return 0
    with cluster(programs) as url:
        return subprocess.call(command, env={**os.environ, "TEST_DATABASE_URL": url})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
