"""Feeds for calendar programs, single files, and the calendar's own pages."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.calendars import fetching, ics, months
from app.calendars.clients import Address, client_of
from app.calendars.forms import CALENDARS, FeedForm, OptionsForm, alarm_in_words, weeks_in_words
from app.calendars.models import Feed
from app.calendars.operations import change_feed, create_feed, note_fetch, renew, revoke
from app.calendars.queries import (
    OnADay,
    days_of,
    feed_for,
    feeds_of,
    last_change,
    meetings_of,
    stored_fragments,
    subscription_of,
)
from app.core import clock
from app.core.access import public
from app.core.danish import sort_key
from app.core.errors import DomainError, found
from app.core.parts import parts_of
from app.extensions import db
from app.meetings.days import of_the_calendar
from app.meetings.queries import agenda_of, answer_of, meeting_for
from app.networks.models import Network
from app.networks.queries import accepted_at_by, level_for, standing_of

bp = Blueprint("calendars", __name__, template_folder="templates")
MOST_LISTED = 300
MOST_A_DAY, MOST_A_DAY_OF_A_YEAR = 4, 3  # in one square; the rest is counted, and a link away


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Google Calendar obeys it, so nothing is forbidden; what search engines may not keep says so itself."""
    return Response("User-agent: *\nAllow: /\n", content_type="text/plain; charset=utf-8")


@bp.get("/feeds/<path:token>.ics")
@public
def feed(token: str) -> Response:
    """Whatever Authorization and Accept say is not looked at: Outlook sends an empty Bearer to everybody."""
    subscription = subscription_of(token)
    if subscription is None:
        return fetching.unknown()
    response = fetching.answer(subscription, lambda: stored_fragments(token))
    if request.method == "GET" and not subscription.closed_at:
        client = client_of(request.user_agent.string)
        note_fetch(subscription.feed_id, last_fetched_at=subscription.last_fetched_at, client=client)
    return response


@bp.get("/meetings/<int:meeting_id>.ics")
def meeting(meeting_id: int) -> Response:
    meeting = found(meeting_for(current_user, meeting_id))
    found(None if meeting.is_draft else meeting)  # a file outlives the thought that a draft is
    answer = answer_of(current_user, meeting.id)
    word, presence, answered_at = (answer.answer, answer.presence, answer.answered_at) if answer else (None, None, None)
    network = meeting.network
    accepted_at = accepted_at_by(current_user, network.id)
    changed_at = last_change(meeting.updated_at, meeting.cancelled_at, network.updated_at, answered_at, accepted_at)
    level = level_for(current_user, network)
    event = ics.stamped(ics.fragment(meeting, agenda_of(meeting.id), word, presence, level=level), changed_at)
    response = Response(ics.single(event), content_type=ics.MEDIA_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=f"erfa-{meeting.day}.ics")
    return response


def _asked_networks() -> list[int]:
    """The networks that the address names; none is all of one's own."""
    return sorted(set(request.args.getlist("network", type=int)))


def _filter() -> dict[str, Any]:
    """What every view needs to offer the choice of networks, and to keep it in its links."""
    chosen = _asked_networks()
    mine = sorted(standing_of(current_user).belongings.values(), key=lambda one: sort_key(one.name))
    return {
        "networks": [one for one in mine if one.network_id in standing_of(current_user).roles],
        "chosen": chosen,
        "kept": {"network": chosen} if chosen else {},
        "this_month": months.first_of(clock.today()),
        "is_in_a_network": bool(standing_of(current_user).roles),
    }


@bp.get("/calendar")
def index() -> ResponseReturnValue:
    this_month = months.first_of(clock.today())
    since = months.read_month(request.args.get("from")) or months.first_of(this_month, months=-1)
    rows = meetings_of(current_user, since=months.begins_at(since), most=MOST_LISTED + 1, networks=_asked_networks())
    until = None
    if len(rows) > MOST_LISTED:  # whole months only; the rest is one link away
        until = max(months.first_of(rows[-1][0].day), months.first_of(since, months=1))
        rows = [row for row in rows if row[0].day < until]
    return render_template(
        "calendars/index.html",
        months=months.listed(rows, since=since, until=until),
        is_empty=not rows,
        earlier=months.first_of(since, months=-1),
        later=until,
        shown=since,
        **_filter(),
    )


def _days(first: date, last: date, *, most_a_day: int) -> dict[date, OnADay]:
    since, until = months.begins_at(first), months.begins_at(months.next_day(last))
    return days_of(current_user, since=since, until=until, most_a_day=most_a_day, networks=_asked_networks())


@bp.get("/calendar/<int:year>/<int:month>")
def month(year: int, month: int) -> ResponseReturnValue:
    first = found(months.read_month(f"{year:04d}-{month:02d}" if year < 10000 and month < 13 else None))
    days = months.days_of(first)
    by_day = _days(days[0], days[-1], most_a_day=MOST_A_DAY)
    return render_template(
        "calendars/month.html",
        first=first,
        weeks=months.grid(first, by_day),
        weekdays=months.weekday_names(),
        is_empty=not by_day,
        before=months.first_of(first, months=-1),
        after=months.first_of(first, months=1),
        **_filter(),
    )


@bp.get("/calendar/<int:year>")
def year(year: int) -> ResponseReturnValue:
    """A year at a glance: which days have meetings, which are free, and the numbers of the weeks."""
    first = found(months.read_month(f"{year:04d}-01" if year < 10000 else None))
    by_day = _days(first, date(year, 12, 31), most_a_day=MOST_A_DAY_OF_A_YEAR)
    return render_template(
        "calendars/year.html",
        year=year,
        months=months.year_of(year, by_day),
        count=sum(day.count for day in by_day.values()),
        weekdays=months.weekday_names(),
        has_before=months.FIRST.year < year,
        has_after=year < months.LAST.year,
        **_filter(),
    )


@bp.get("/calendar/<int:year>/<int:month>/<int:day>")
def day(year: int, month: int, day: int) -> ResponseReturnValue:
    """All the meetings of one day, where a square has no room for them."""
    try:
        asked = date(year, month, day)
    except ValueError:
        abort(404)
    found(months.read_month(f"{year:04d}-{month:02d}"))
    by_day = _days(asked, asked, most_a_day=MOST_LISTED)
    return render_template(
        "calendars/day.html",
        day=asked,
        on=by_day.get(asked, months.NOTHING),
        remarks=[one.words for one in of_the_calendar(asked)],
        before=asked - timedelta(days=1),
        after=months.next_day(asked),
        **_filter(),
    )


def _feed_form(**kwargs: Any) -> FeedForm:
    """A calendar goes by membership, so networks whose agreement waits are offered too."""
    return FeedForm({one.network_id: one.name for one in standing_of(current_user).belongings.values()}, **kwargs)


def _settings(form: FeedForm, **more: Any) -> Response:
    """The settings page; with a new address on it, it is never kept (core sends no-store)."""
    shown = {"address": None, "feed": None, "calendar": None, **more}
    belongings = standing_of(current_user).belongings
    return make_response(
        render_template(
            "calendars/feeds.html",
            form=form,
            feeds=feeds_of(current_user),
            belongings=belongings,
            weeks_in_words=weeks_in_words,
            alarm_in_words=alarm_in_words,
            parts=parts_of("calendars.settings", viewer=current_user),
            **shown,
        )
    )


@bp.route("/calendar/feeds", methods=["GET", "POST"])
def feeds() -> ResponseReturnValue:
    form = _feed_form()
    if form.validate_on_submit():
        calendar = form.calendar.data or "address"
        name = form.name.data or _name_of(calendar)
        scope, network_id = form.contents()
        network = db.session.get(Network, network_id) if network_id else None
        try:
            feed, secret = create_feed(current_user, name=name, scope=scope, network=network, options=form.options())
        except DomainError as error:
            form.name.errors = [error.sentence]
        else:
            address = Address.of(secret, feed)
            db.session.commit()
            return _settings(_feed_form(formdata=None), address=address, feed=feed, calendar=calendar)
    return _settings(form)


def _name_of(calendar: str) -> str:
    """What a feed is called that nobody has named: after the button."""
    words = (
        "Outlook", "Google", _("iPhone and Mac"), "Thunderbird", "Android", _("My calendar"),
    )  # fmt: skip
    return dict(zip(CALENDARS, words, strict=True))[calendar]


@bp.route("/calendar/feeds/<int:feed_id>", methods=["GET", "POST"])
def edit(feed_id: int) -> ResponseReturnValue:
    feed = _live(found(feed_for(current_user, feed_id)))
    form = OptionsForm() if request.method == "POST" else OptionsForm.of(feed)
    if form.validate_on_submit():
        change_feed(feed, name=form.name.data or feed.name, options=form.options())
        db.session.commit()
        flash(_("Saved. Your calendar follows the next time it looks; the address stays the same."), "success")
        return redirect(url_for(".feeds"))
    return render_template("calendars/edit.html", form=form, feed=feed, belongings=standing_of(current_user).belongings)


@bp.post("/calendar/feeds/<int:feed_id>/renewal")
def renewal(feed_id: int) -> ResponseReturnValue:
    feed = _live(found(feed_for(current_user, feed_id)))
    address = Address.of(renew(feed), feed)
    db.session.commit()
    return _settings(_feed_form(formdata=None), address=address, feed=feed, calendar="address")


def _live(feed: Feed) -> Feed:
    """409 for one that was recalled in another window."""
    if feed.is_revoked:
        abort(409)
    return feed


@bp.post("/calendar/feeds/<int:feed_id>/revocation")
def revocation(feed_id: int) -> ResponseReturnValue:
    feed = found(feed_for(current_user, feed_id))
    revoke(feed)
    db.session.commit()
    flash(
        _("“%(name)s” gets no more meetings. The calendar is emptied the next time it looks.", name=feed.name),
        "success",
    )
    return redirect(url_for(".feeds"))
