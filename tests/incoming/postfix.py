"""A Postfix of our own on loopback: it takes mail on a port from the kernel, gives ours to bin/mail-in, and lets nothing out.

Its pipe does not run programs as root, and the Python of the tests may be readable by root only; so a script stands in the
pipe, hands mail and arguments to a thread here, which runs bin/mail-in, and ends as that has ended.
"""

import os
import shutil
import smtplib
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from tests.running import ROOT, environment, free_port

POSTFIX = Path("/usr/sbin/postfix")
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
erfa unix - n n - 4 pipe
  flags=DRX user=nobody null_sender= argv={folder}/deliver ${{recipient}} ${{sender}}
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.erfa.test
mydestination =
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
default_transport = error:5.7.1 nothing leaves this test
relay_transport = error:5.7.1 nothing leaves this test
virtual_mailbox_domains = svar.erfa.test
transport_maps = inline:{{ {{ svar.erfa.test = erfa: }}, {{ erfa.test = smtp:[127.0.0.1]:{next_port} }} }}
erfa_destination_recipient_limit = 1
message_size_limit = 52428800
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
disable_dns_lookups = yes
smtputf8_enable = no
alias_maps =
alias_database =
local_recipient_maps =
"""
DELIVER = """#!/bin/sh
box=$(mktemp -d "{folder}/box/mail.XXXXXX") || exit 75
cat > "$box/raw" && printf '%s\\n%s\\n' "$1" "$2" > "$box/to" && chmod 755 "$box" && : > "$box/ready"
for _ in $(seq 600); do
  if [ -e "$box/done" ]; then exit "$(cat "$box/code")"; fi
  sleep 0.05
done
exit 75
"""


def settings_of(app: Flask, **more: str) -> dict[str, str]:
    """The environment in which a process of its own works on the database of `app`."""
    config = app.config
    return {
        **environment(config["DATA_DIR"]),
        "DATABASE_URL": config["SQLALCHEMY_DATABASE_URI"],
        "SECRET_KEY": config["SECRET_KEY"],
        "BASE_URL": config["BASE_URL"],
        "MAIL_REPLY_HOST": config["MAIL_REPLY_HOST"],
        "DEMO": "1",
        **more,
    }


class Postfix:
    """`exits` lists (recipient, exit code) of each mail that went through the pipe; `settings` may be changed meanwhile."""

    def __init__(self, app: Flask, folder: Path, next_port: int) -> None:
        self.folder, self.port = folder, free_port()
        self.settings = settings_of(app)
        self.exits: list[tuple[str, int]] = []
        self._over = threading.Event()
        for name in ("etc", "spool", "data", "box"):
            (folder / name).mkdir()
        (folder / "box").chmod(0o777)
        shutil.chown(folder / "data", "postfix")
        (folder / "etc/main.cf").write_text(MAIN.format(folder=folder, next_port=next_port))
        (folder / "etc/master.cf").write_text(MASTER.format(folder=folder, port=self.port))
        (folder / "deliver").write_text(DELIVER.format(folder=folder))
        (folder / "deliver").chmod(0o755)
        self._runner = threading.Thread(target=self._run, daemon=True)

    def _postfix(self, command: str) -> None:
        subprocess.run([POSTFIX, "-c", self.folder / "etc", command], check=command == "start", capture_output=True)

    def start(self) -> None:
        self._runner.start()
        self._postfix("start")
        self.wait_for("daemon started")

    def stop(self) -> None:
        self._postfix("stop")
        self._over.set()
        self._runner.join(30)

    def _run(self) -> None:
        while not self._over.wait(0.02):
            for box in sorted((self.folder / "box").glob("mail.*")):
                if (box / "ready").exists() and not (box / "code").exists():
                    self._take(box)

    def _take(self, box: Path) -> None:
        recipient, sender = (box / "to").read_text().split("\n")[:2]
        with (box / "raw").open("rb") as raw:
            ended = subprocess.run(
                [ROOT / "bin/mail-in", recipient, sender],
                stdin=raw,
                env=self.settings,
                capture_output=True,
                check=False,
            )
        self.exits.append((recipient, ended.returncode))
        (box / "code").write_text(str(ended.returncode))
        (box / "done").touch()

    @property
    def log(self) -> str:
        path = self.folder / "mail.log"
        return path.read_text() if path.exists() else ""

    def wait_for(self, words: str, *, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while words not in self.log:
            assert time.monotonic() < until, f"{words!r} is not in the log:\n{self.log[-3000:]}\n{self.exits}"
            time.sleep(0.05)

    def wait_for_exit(self, code: int, *, recipient: str = "", seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not any(code == ended and recipient in whom for whom, ended in self.exits):
            assert time.monotonic() < until, f"no exit {code}: {self.exits}\n{self.log[-3000:]}"
            time.sleep(0.05)

    def send(self, raw: bytes, *, sender: str, to: str) -> None:
        """As a member's own mail program does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as smtp:
            smtp.sendmail(sender, [to], raw)


@contextmanager
def postfix(app: Flask, next_port: int) -> Iterator[Any]:
    """`next_port` is where the mail of members' own mail server (erfa.test) goes."""
    folder = Path(tempfile.mkdtemp(prefix="erfa-postfix-", dir="/tmp"))
    folder.chmod(0o755)
    server = Postfix(app, folder, next_port)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def is_root() -> bool:
    return os.geteuid() == 0
