"""A feed's answer to a calendar program: who asks with which validator gets what, built from stored fragments."""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import force_locale

from app.calendars import ics
from app.calendars.operations import keep_fragments
from app.calendars.queries import PUBLIC, Entry, Subscription, meetings_with_agenda, variant_of
from app.meetings.models import AnswerWord, Presence
from app.networks.discretion import Confidentiality

HEADERS = {
    "Cache-Control": "private, max-age=300",
    "Vary": "Accept-Encoding",
    "X-Robots-Tag": "noindex",  # robots.txt must let Google Calendar in, so this keeps search engines out
    "Referrer-Policy": "no-referrer",
}
GZIPPED = "-gzip"
FEEDS = {"calendars.feed", "events.feed"}
Stored = Callable[[], Mapping[tuple[int, str, str], bytes]]


class SessionsButForFeeds(SecureCookieSessionInterface):
    """A feed belongs to its address alone: a browser's cookie is not renewed by it, nor does the answer vary by one."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint not in FEEDS:
            super().save_session(app, session, response)


def _seal() -> Any:
    """The beginning of every digest: code and words, and where links lead."""
    return hashlib.sha256(f"{ics.FORMAT} {current_app.config['BASE_URL']} ".encode())


def tag_of(subscription: Subscription) -> str:
    """Names the body without building it: whatever can change a byte of it is in here."""
    closed = (subscription.feed_id, subscription.name, subscription.closed_at) if subscription.closed_at else ""
    seal = _seal()
    shown = (subscription.scope.value, subscription.network_name, subscription.alarm_minutes)
    seal.update(f"{subscription.language} {shown} {closed} {subscription.state}".encode())
    return str(seal.hexdigest()[:40])


def events_of(subscription: Subscription, kept: Stored) -> list[bytes]:
    """Each meeting as a VEVENT; fragments that are missing or stale are made and kept."""
    entries = subscription.entries
    if not entries:
        return []
    seal, stored = _seal(), kept()
    bodies: dict[int, bytes] = {}
    stale: dict[int, tuple[Entry, str, str]] = {}
    for entry in entries:
        digest = seal.copy()
        digest.update(entry.made_from.encode())
        variant = variant_of(subscription.language, entry.answer, entry.presence, entry.level)
        key = (entry.meeting_id, variant, digest.hexdigest())
        if key in stored:
            bodies[entry.meeting_id] = stored[key]
        else:
            stale[entry.meeting_id] = (entry, *key[1:])
    bodies |= _made_anew(stale)
    alarm = b"" if subscription.alarm_minutes is None else ics.alarm(subscription.alarm_minutes)
    return [
        ics.stamped(body, entry.stamp, alarm=alarm if alarm and ics.wants_alarm(body, entry.answer) else b"")
        for entry in entries
        if (body := bodies.get(entry.meeting_id)) is not None
    ]


def _made_anew(stale: dict[int, tuple[Entry, str, str]]) -> dict[int, bytes]:
    if not stale:
        return {}
    # Read after its version was, so the body can only be newer than it says, and then the next fetch makes it again.
    bodies, kept = {}, []
    for meeting_id, (meeting, items) in meetings_with_agenda(list(stale)).items():
        entry, variant, version = stale[meeting_id]
        if entry.level == PUBLIC:
            body = ics.public_fragment(meeting)
        else:
            word = AnswerWord(entry.answer) if entry.answer else None
            presence = Presence(entry.presence) if entry.presence else None
            body = ics.fragment(meeting, items, word, presence, level=Confidentiality(entry.level))
        bodies[meeting_id] = body
        kept.append({"meeting_id": meeting_id, "variant": variant, "version": version, "body": body})
    keep_fragments(kept)
    return bodies


def _wants_gzip() -> bool:
    return request.accept_encodings.best_match(["gzip", "identity"], default="identity") == "gzip"


def _has_already(tag: str) -> bool:
    """If-None-Match names this body, in either encoding; proxies weaken tags and add to them."""
    known = request.if_none_match
    return known.contains_weak(tag) or known.contains_weak(tag + GZIPPED)


def answer(subscription: Subscription, kept: Stored) -> Response:
    """200 with the calendar, or 304 when the program has it already; `kept` reads the fragments, if they are needed."""
    wants_gzip = _wants_gzip()
    tag = tag_of(subscription)
    response = Response(content_type=ics.MEDIA_TYPE, headers=HEADERS)
    response.set_etag(tag + GZIPPED if wants_gzip else tag)
    if _has_already(tag):
        response.status_code = 304
        del response.headers["Content-Type"]
        return response
    with force_locale(subscription.language):
        body = ics.subscription(
            [ics.notice(subscription.feed_id, subscription.name, subscription.closed_at)]
            if subscription.closed_at
            else events_of(subscription, kept),
            scope=subscription.scope,
            network_name=subscription.network_name,
        )
    if wants_gzip:
        body = gzip.compress(body, 6, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Disposition"] = 'inline; filename="erfa-nord.ics"'
    response.set_data(body)
    return response


def unknown() -> Response:
    """Plain words and no redirect: calendar programs take a sign-in page for a broken calendar."""
    response = Response("Not found\n", status=404, content_type="text/plain; charset=utf-8", headers=HEADERS)
    response.headers["Cache-Control"] = "no-store"
    return response
