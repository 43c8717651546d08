"""A Dovecot of our own on loopback: mail comes in by LMTP, and lies in one mailbox that is emptied by IMAP."""

import datetime as dt
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imap_tools import MailBoxUnencrypted

from tests.running import free_port

DOVECOT = Path("/usr/sbin/dovecot")
PASSWORD = "a-password-for-tests"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/box
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.imap, self.imaps, self.lmtp = (free_port() for _each in "abc")
        (folder / "mail").mkdir()
        shutil.chown(folder / "mail", "nobody", "nogroup")
        self._certify()
        config = CONFIG.format(folder=folder, password=PASSWORD, imap=self.imap, imaps=self.imaps, lmtp=self.lmtp)
        (folder / "dovecot.conf").write_text(config)
        self.process = subprocess.Popen(
            [DOVECOT, "-F", "-c", folder / "dovecot.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _certify(self) -> None:
        """A certificate that nobody vouches for but itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = dt.datetime.now(dt.UTC)
        alternatives = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        (self.folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (self.folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def wait(self, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                with smtplib.LMTP("127.0.0.1", self.lmtp, local_hostname="mx.erfa.test"):
                    return
            except OSError:
                assert time.monotonic() < until, self.log
                time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def deliver(self, raw: bytes, *, sender: str, to: str) -> None:
        """As the provider's mail server does once it has taken a mail."""
        with smtplib.LMTP("127.0.0.1", self.lmtp, local_hostname="mx.erfa.test") as lmtp:
            lmtp.sendmail(sender, [to], raw)

    def folders(self) -> dict[str, int]:
        """How many mails lie where."""
        with MailBoxUnencrypted("127.0.0.1", self.imap).login("erfa", PASSWORD) as box:
            counts = {}
            for folder in box.folder.list():
                counts[folder.name] = box.folder.status(folder.name)["MESSAGES"]
            return counts

    def settings(self, **more: Any) -> dict[str, Any]:
        return {
            "IMAP_HOST": "127.0.0.1", "IMAP_PORT": self.imap, "IMAP_TLS": "none", "IMAP_USER": "erfa",
            "IMAP_PASSWORD": PASSWORD, "IMAP_FOLDER": "INBOX", **more,
        }  # fmt: skip


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    folder = Path(tempfile.mkdtemp(prefix="erfa-dovecot-", dir="/tmp"))
    folder.chmod(0o755)
    server = Dovecot(folder)
    try:
        server.wait()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
