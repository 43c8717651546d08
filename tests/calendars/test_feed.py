"""A feed over HTTP, as the programs that fetch it behave (calendar-and-mail A1)."""

import gzip
import logging
import urllib.robotparser
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.calendars.models import Feed, Fragment
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting
from app.networks.models import Membership
from tests.calendars.feeds import change, event_of, events, feed_of, fetch, rename, say


def test_a_program_without_cookie_or_accept_header_gets_the_calendar(app, world):
    meeting_id = world.meeting()
    response = fetch(app, feed_of(world))
    assert event_of(response, meeting_id)["SUMMARY"] == "Småjob hos håndværksmestre"
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith("inline")
    assert response.headers["Cache-Control"] == "private, max-age=300"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    for absent in ("Last-Modified", "Set-Cookie", "Content-Encoding"):
        assert absent not in response.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/json"}, {"Accept": "text/html"}, {"Authorization": "Bearer"},
        {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}, {"Authorization": "Negotiate"},
        {"Host": "other.example"}, {"Accept_Language": "en"}, {"X_Forwarded_Host": "other.example"},
    ],
    ids=str,
)  # fmt: skip
def test_what_programs_send_besides_changes_nothing(app, world, headers):
    world.meeting()
    token = feed_of(world)
    plain, asked = fetch(app, token), fetch(app, token, **headers)
    assert (asked.status_code, asked.data, asked.headers["ETag"]) == (200, plain.data, plain.headers["ETag"])


def test_head_answers_as_get_without_the_body(app, world):
    world.meeting()
    token = feed_of(world)
    whole, head = fetch(app, token), fetch(app, token, method="HEAD")
    assert head.status_code == 200
    assert head.data == b""
    assert dict(head.headers) == dict(whole.headers)
    assert int(head.headers["Content-Length"]) == len(whole.data)


def test_a_signed_in_browser_gets_no_cookie_from_a_feed(browser, world):
    world.meeting()
    token = feed_of(world)
    member = browser("member")
    with member.client.session_transaction(base_url="https://erfa.test") as cookie:
        cookie.permanent = True
    response = member.raw("GET", f"/feeds/{token}.ics")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers["Vary"]


@pytest.mark.parametrize("token", ["x", "a" * 43, "..%2f", "æøå", "a" * 5000])
def test_a_wrong_token_is_a_plain_404(app, world, token):
    world.meeting()
    response = fetch(app, token)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"<" not in response.data
    assert "Location" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_gzip_is_sent_only_when_asked(app, world):
    world.meeting()
    token = feed_of(world)
    plain = fetch(app, token)
    packed = fetch(app, token, Accept_Encoding="gzip, deflate, br, zstd")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert packed.data == fetch(app, token, Accept_Encoding="gzip").data
    assert packed.headers["ETag"] != plain.headers["ETag"]  # other bytes; the tag is a strong one
    for refused in ("identity", "gzip;q=0", "br", "identity, gzip;q=0.1"):
        assert fetch(app, token, Accept_Encoding=refused).data == plain.data, refused


def test_a_tag_it_has_already_gets_a_304(app, world):
    world.meeting()
    token = feed_of(world)
    tag = fetch(app, token).headers["ETag"]
    assert tag.startswith('"')
    for given in (tag, f"W/{tag}", f'"other", W/"x", {tag}', f'{tag[:-1]}-gzip"', f'W/{tag[:-1]}-gzip"', "*"):
        response = fetch(app, token, If_None_Match=given)
        assert response.status_code == 304, given
        assert response.data == b""
        assert response.headers["ETag"] == tag
        assert response.headers["Cache-Control"] == "private, max-age=300"
        assert response.headers["Vary"] == "Accept-Encoding"
    packed = fetch(app, token, If_None_Match=tag, Accept_Encoding="gzip")
    assert packed.status_code == 304
    assert fetch(app, token, If_None_Match='"other"').status_code == 200
    assert fetch(app, token, If_Modified_Since="Mon, 30 Nov 2026 08:00:00 GMT").status_code == 200


def test_two_fetches_are_byte_equal_while_the_clock_moves(app, world, clock):
    world.meeting()
    world.meeting(cancelled_at=clock.move(hours=1))
    token = feed_of(world)
    first = fetch(app, token)
    clock.move(days=5, hours=3, seconds=1)
    second = fetch(app, token)
    with world.acting():
        db.session.query(Fragment).delete()
    clock.move(hours=2)
    third = fetch(app, token)
    assert first.data == second.data == third.data
    assert first.headers["ETag"] == second.headers["ETag"] == third.headers["ETag"]


def _edit(world, meeting_id, now):
    change(world, meeting_id, title="Nyt navn", updated_at=now)


def _move(world, meeting_id, now):
    change(
        world,
        meeting_id,
        starts_at=now + timedelta(days=9),
        ends_at=now + timedelta(days=9, hours=2),
        sequence=1,
        updated_at=now,
    )


def _cancel(world, meeting_id, now):
    change(world, meeting_id, cancelled_at=now, updated_at=now, sequence=1)


def _delete(world, meeting_id, now):
    with world.acting():
        db.session.query(Meeting).filter_by(id=meeting_id).update({"network_id": world.other_network_id})


def _answer(world, meeting_id, now):
    say(world, meeting_id, AnswerWord.MAYBE)


def _leave(world, meeting_id, now):
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["member"]).update({"left_at": now})


def _rename_network(world, meeting_id, now):
    rename(world, name="ERFA Nytnavn", updated_at=now)


def _language(world, meeting_id, now):
    with world.acting():
        db.session.get(Person, world.cast["member"]).locale = "en"


@pytest.mark.parametrize("act", [_edit, _move, _cancel, _delete, _answer, _leave, _rename_network, _language])
def test_the_tag_follows_every_change(app, world, clock, act):
    meeting_id = world.meeting(agenda=0)
    other = world.meeting(agenda=0)
    token = feed_of(world)
    before = fetch(app, token)
    act(world, meeting_id, clock.move(minutes=1))
    after = fetch(app, token, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.data != before.data
    if act in {_leave, _delete}:
        assert f"meeting-{meeting_id}@erfa.test" not in events(after)
    else:
        assert event_of(after, meeting_id)["UID"] == event_of(before, meeting_id)["UID"]
    if act is not _leave:
        assert event_of(after, other)["UID"]


@pytest.mark.parametrize("act", [_edit, _move, _cancel, _answer, _rename_network])
def test_the_stamp_is_the_moment_of_the_last_change_i_can_see(app, world, clock, act):
    meeting_id = world.meeting()
    token = feed_of(world)
    moment = clock.move(minutes=1)
    act(world, meeting_id, moment)
    clock.move(days=1)
    event = event_of(fetch(app, token), meeting_id)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == moment.replace(microsecond=0)


def test_someone_elses_answer_is_no_change_of_mine(app, world, clock):
    meeting_id = world.meeting()
    token = feed_of(world)
    tag = fetch(app, token).headers["ETag"]
    clock.move(minutes=1)
    say(world, meeting_id, AnswerWord.YES, who="colleague")
    assert fetch(app, token, If_None_Match=tag).status_code == 304


def test_two_people_with_the_same_answer_share_fragments_but_not_stamps(app, world, clock):
    meeting_id = world.meeting()
    say(world, meeting_id, AnswerWord.YES)
    clock.move(hours=1)
    say(world, meeting_id, AnswerWord.YES, who="colleague")
    first, second = fetch(app, feed_of(world)), fetch(app, feed_of(world, "colleague"))
    with world.acting():
        assert db.session.query(Fragment).count() == 1
    gap = event_of(second, meeting_id)["DTSTAMP"].dt - event_of(first, meeting_id)["DTSTAMP"].dt
    assert gap == timedelta(hours=1)


def test_only_meetings_of_my_networks_within_the_window_are_carried(app, world, clock):
    near = world.meeting()
    old = world.meeting(starts_at=clock.move() - timedelta(days=89))
    world.meeting(starts_at=clock.move() - timedelta(days=91))
    world.meeting(starts_at=clock.move() + timedelta(days=732))
    far = world.meeting(starts_at=clock.move() + timedelta(days=729))
    hidden = world.meeting(network_id=world.other_network_id)
    assert set(events(fetch(app, feed_of(world)))) == {f"meeting-{one}@erfa.test" for one in (near, old, far)}
    assert set(events(fetch(app, feed_of(world, "outsider")))) == {f"meeting-{hidden}@erfa.test"}
    assert events(fetch(app, feed_of(world, "administrator"))) == {}  # sees all networks, but is in none


def test_a_removed_members_feed_stops_at_once_and_comes_back_with_them(app, world, clock):
    world.meeting()
    token = feed_of(world)
    assert events(fetch(app, token))
    _leave(world, 0, clock.move(minutes=1))
    assert events(fetch(app, token)) == {}
    with world.acting():
        db.session.add(Membership(network_id=world.network_id, person_id=world.cast["member"]))
    assert len(events(fetch(app, token))) == 1


@pytest.mark.parametrize("closed", ["revoked", "disabled"])
def test_a_closed_feed_is_one_past_notice(app, world, clock, closed):
    world.meeting()
    token = feed_of(world)
    before = fetch(app, token)
    moment = clock.move(minutes=7)
    with world.acting():
        if closed == "revoked":
            db.session.query(Feed).update({"revoked_at": moment})
        else:
            db.session.get(Person, world.cast["member"]).disabled_at = moment
    response = fetch(app, token, If_None_Match=before.headers["ETag"])
    (event,) = events(response).values()
    assert event["SUMMARY"] == "Kalenderabonnementet er lukket"
    assert "Arbejdscomputeren" in event["DESCRIPTION"]
    assert event["DTEND"].dt <= moment
    assert event["DTSTAMP"].dt == moment
    assert event["TRANSP"] == "TRANSPARENT"
    assert "Småjob" not in response.get_data(as_text=True)
    clock.move(days=3)
    assert fetch(app, token).data == response.data
    assert fetch(app, token, If_None_Match=response.headers["ETag"]).status_code == 304


def test_an_unchanged_feed_costs_one_statement(app, world, statements):
    for number in range(30):
        say(world, world.meeting(agenda=1), [*AnswerWord][number % 3])
    token = feed_of(world)
    tag = fetch(app, token).headers["ETag"]
    with statements.counted() as seen:
        assert fetch(app, token, If_None_Match=tag).status_code == 304
    assert len(seen) == 1, seen
    with statements.counted() as seen:
        fetch(app, token)
    assert len(seen) == 2, seen


def _many(world, count):
    """Meetings of one network, each cancelled, answered and with an agenda in its own way, without asking per row."""
    first = world.meeting(agenda=3, host_code="0849")
    with world.acting():
        start = db.session.get(Meeting, first).starts_at
        facts = {"network_id": world.network_id, "created_by_id": world.cast["coordinator"]}
        rows = [
            Meeting(title=f"Møde {n}", starts_at=start + timedelta(hours=n), ends_at=start + timedelta(hours=n + 1), host_code=["0849", "0851", None][n % 3], **facts)
            for n in range(count - 1)
        ]  # fmt: skip
        db.session.add_all(rows)
        db.session.flush()
        db.session.add_all(
            Answer(meeting_id=row.id, person_id=world.cast["member"], answer=[*AnswerWord][n % 3])
            for n, row in enumerate(rows)
            if n % 4
        )
    return first


@pytest.mark.parametrize("count", [2, 500])
def test_a_changed_feed_of_500_costs_no_more_statements_than_one_of_two(app, world, statements, clock, count):
    meeting_id = _many(world, count)
    token = feed_of(world)
    with statements.counted() as cold:
        assert len(events(fetch(app, token))) == count
    # state, fragments, meetings, agendas; then what is kept: fragments, and who fetched
    assert len(cold) == 6, cold
    change(world, meeting_id, title="Ændret", updated_at=clock.move(minutes=1))
    with statements.counted() as changed:
        assert event_of(fetch(app, token), meeting_id)["SUMMARY"] == "Ændret"
    assert len(changed) == 5, changed


def test_only_what_changed_is_made_anew(app, world, clock, monkeypatch):
    from app.calendars import ics

    meeting_id = _many(world, 20)
    token = feed_of(world)
    fetch(app, token)
    made = []
    fragment = ics.fragment
    monkeypatch.setattr(
        ics, "fragment", lambda meeting, *rest, **more: made.append(meeting.id) or fragment(meeting, *rest, **more)
    )
    change(world, meeting_id, title="Ændret", updated_at=clock.move(minutes=1))
    fetch(app, token)
    assert made == [meeting_id]
    fetch(app, token)
    assert made == [meeting_id]


def test_fragments_made_by_other_code_or_for_another_address_are_not_used(app, world, monkeypatch):
    from app.calendars import ics

    meeting_id = world.meeting()
    token = feed_of(world)
    before = fetch(app, token)
    monkeypatch.setattr(ics, "FORMAT", "another")
    assert fetch(app, token, If_None_Match=before.headers["ETag"]).status_code == 200
    monkeypatch.setitem(app.config, "BASE_URL", "https://new.example.dk")
    moved = events(app.test_client().get(f"/feeds/{token}.ics", base_url="https://erfa.test"))
    assert set(moved) == {f"meeting-{meeting_id}@new.example.dk"}


def test_a_database_that_is_busy_writing_does_not_fail_a_fetch(app, world, caplog):
    world.meeting(title="Hemmelig titel")
    token = feed_of(world)
    with app.app_context():
        # On SQLite any transaction outside a GET holds the write lock: its BEGIN is IMMEDIATE.
        is_sqlite = db.engine.dialect.name == "sqlite"
        lock = "SELECT 1" if is_sqlite else "LOCK TABLE feeds, calendar_fragments IN EXCLUSIVE MODE"
        with db.engine.connect() as writer:
            writer.exec_driver_sql(lock)
            assert len(events(fetch(app, token))) == 1
            writer.rollback()
    assert "could not note" in caplog.text
    assert "Hemmelig" not in caplog.text
    assert len(events(fetch(app, token))) == 1
    with world.acting():
        assert db.session.query(Fragment).count() == 1


def test_a_fetch_leaves_its_connection_as_patient_as_it_was(app, world):
    world.meeting()
    fetch(app, feed_of(world))
    with app.app_context(), db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        asked = connection.exec_driver_sql("PRAGMA busy_timeout" if is_sqlite else "SHOW lock_timeout").scalar()
    assert asked == (15000 if is_sqlite else "0")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)", "Outlook"),
        ("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", "Outlook"),
        ("Google-Calendar-Importer", "Google"),
        ("iOS/17.5 (21F79) dataaccessd/1.0", "iPhone"),
        ("macOS/14.5 (23F79) CalendarAgent/998", "Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Thunderbird/153.0", "Thunderbird"),
        ("Evolution/3.46.4", "Evolution"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_who_fetched_is_remembered(app, world, user_agent, name):
    token = feed_of(world)
    fetch(app, token, User_Agent=user_agent)
    with world.acting():
        feed = db.session.query(Feed).one()
        assert feed.last_fetched_at is not None
        assert feed.last_fetched_by == name


def test_a_fetch_is_noted_once_an_hour_and_a_probe_not_at_all(app, world, clock):
    token = feed_of(world, name="Denne")
    feed_of(world, name="En anden")

    def noted():
        with world.acting():
            fetched = {feed.name: feed.last_fetched_at for feed in db.session.query(Feed)}
        assert fetched["En anden"] is None
        return fetched["Denne"]

    fetch(app, token, method="HEAD")
    assert noted() is None
    tag = fetch(app, token).headers["ETag"]
    first = noted()
    clock.move(minutes=59)
    fetch(app, token)
    assert noted() == first
    moment = clock.move(minutes=2)
    fetch(app, token, If_None_Match=tag)
    assert noted() == moment


def test_the_token_is_in_no_log_and_not_in_the_database(app, world, caplog, monkeypatch):
    world.meeting()
    token = feed_of(world)
    with caplog.at_level(logging.DEBUG):
        fetch(app, token)
        for name in ("gunicorn.access", "werkzeug", "gunicorn.error", "anything"):
            logging.getLogger(name).info('"GET /feeds/%s.ics HTTP/1.1" 200', token)
            logging.getLogger(name).info("%(r)s", {"r": f"GET //feeds/{token}.ics?x=1"})
        app.logger.error("Exception on %s [GET]", f"/feeds/{token}.ics")
        monkeypatch.setattr("app.calendars.routes.subscription_of", lambda _token: 1 / 0)
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        assert fetch(app, token).status_code == 500
    printed = [logging.Formatter().format(record) for record in caplog.records]
    assert any("/feeds/….ics" in line for line in printed)
    assert not [line for line in printed if token in line]
    with world.acting():
        kept = [str(value) for feed in db.session.query(Feed) for value in vars(feed).values()]
        assert not [value for value in kept if token in value]


def test_google_calendar_may_fetch_what_robots_txt_guards(browser):
    response = browser(None).raw("GET", "/robots.txt")
    assert response.mimetype == "text/plain"
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(response.get_data(as_text=True).splitlines())
    for agent in ("Google-Calendar-Importer", "Googlebot", "*"):
        assert robots.can_fetch(agent, "https://erfa.test/feeds/x.ics")


@pytest.mark.parametrize(
    "path",
    [
        "/meetings/answers/7-2-yes-abcdefgh2345",
        "/unsubscribe/2-network-7-abcdefgh2345/undo",
        "/invitations/9-abcdefgh2345",
    ],
)
def test_a_link_that_a_mail_leads_by_is_not_printed_either(path):
    record = logging.getLogRecordFactory()(
        "gunicorn.access", logging.INFO, "", 0, '"POST %s HTTP/1.1" 200', (path,), None
    )
    assert "abcdefgh2345" not in record.getMessage()
    assert "/…" in record.getMessage()
