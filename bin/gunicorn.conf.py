"""The web server's settings. `gunicorn --config bin/gunicorn.conf.py wsgi:app`."""

import sys
from pathlib import Path
from typing import Any

from app.extensions import db
from config import ConfigurationError, load  # not the module: gunicorn has a setting of that name

try:
    _settings = load()
except ConfigurationError as error:
    sys.exit(f"ERFA Nord cannot start: {error}")

_host = _settings["HOST"]
bind = f"[{_host}]:{_settings['PORT']}" if ":" in _host else f"{_host}:{_settings['PORT']}"
workers = _settings["WEB_CONCURRENCY"]
worker_class = "gthread"  # a slow reader holds one thread, not a process
threads = 4  # below SQLAlchemy's pool of five, so that no thread waits for a connection
preload_app = True  # read the code once, share its memory
timeout = 60
graceful_timeout = 20
keepalive = 5
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a heartbeat must not wait for a disk
accesslog = None  # addresses of feeds and mail links are secrets; the proxy in front may log without them
loglevel = "warning"
control_socket_disable = True
secure_scheme_headers: dict[str, str] = {}  # PROXIES alone says whom we believe about addresses and https
forwarded_allow_ips = ""


def post_fork(_server: Any, worker: Any) -> None:
    """A connection opened before the fork must not be shared by two processes."""
    with worker.app.wsgi().app_context():
        db.engine.dispose(close=False)
