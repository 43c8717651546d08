"""Stylesheets and scripts as browsers fetch them: joined, named after their content, compressed, kept for ever."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from app.core.security import protect

SOURCE = Path(__file__).resolve().parent.parent / "static"
PREFIX = "/static/"


def _stylesheet() -> bytes:
    """The parts set after one another: one component, one file. The layers decide who wins, not the order here."""
    css = SOURCE / "css"
    names = ["layers", "reset", "tokens", "base", "layout"]
    parts = [css / f"{name}.css" for name in names]
    parts += sorted((css / "components").glob("*.css")) + sorted((css / "pages").glob("*.css"))
    parts += [css / "utilities.css", css / "print.css"]
    return b"".join(part.read_bytes() for part in parts)


def _contents() -> dict[str, bytes]:
    contents = {"erfa.css": _stylesheet()}
    for path in sorted(SOURCE.rglob("*")):
        if path.is_file() and path.suffix != ".css":
            contents[str(path.relative_to(SOURCE))] = path.read_bytes()
    return contents


def _hashed(name: str, body: bytes) -> str:
    path = Path(name)
    return str(path.with_name(f"{path.stem}.{hashlib.sha256(body).hexdigest()[:12]}{path.suffix}"))


def build(folder: Path) -> dict[str, str]:
    """Writes everything below `folder` unless this very content is there already; returns name → hashed name."""
    contents = _contents()
    names = {name: _hashed(name, body) for name, body in contents.items()}
    target = folder / hashlib.sha256("\0".join(sorted(names.values())).encode()).hexdigest()[:16]
    if not target.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder))
        for name, body in contents.items():
            path = draft / names[name]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        compressor = Compressor(quiet=True)
        for name in names.values():
            compressor.compress(str(draft / name))
        draft.chmod(0o755)
        try:
            os.rename(draft, target)  # noqa: PTH104 - another process may have been first, and that is fine
        except OSError:
            shutil.rmtree(draft)
    return {name: f"{target.name}/{hashed}" for name, hashed in names.items()}


def init_app(app: Flask) -> None:
    folder = Path(app.config["DATA_DIR"]) / "assets"
    names = build(folder)
    is_https = bool(app.config["SESSION_COOKIE_SECURE"])

    def asset(name: str) -> str:
        """The address of a file in `app/static`."""
        return PREFIX + names[name].split("/", 1)[1]

    def add_headers(headers: Headers, _path: str, _url: str) -> None:
        protect(headers, is_https=is_https)

    app.jinja_env.globals["asset"] = asset
    white_noise: Any = WhiteNoise(
        app.wsgi_app,
        root=folder / next(iter(names.values())).split("/", 1)[0],
        prefix=PREFIX,
        max_age=31536000,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=add_headers,
        charset="utf-8",
        allow_all_origins=False,
    )
    app.wsgi_app = white_noise  # type: ignore[method-assign]
