"""Pages of date polls."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core import clock
from app.core.errors import DomainError, found, require
from app.core.formats import clock_time
from app.core.paging import Page
from app.extensions import db
from app.meetings.days import remarks_on
from app.meetings.forms import started_with
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for, meeting_to_change_for
from app.networks.models import Network
from app.networks.queries import network_for
from app.notifications.notices import read_thread
from app.organisations.queries import municipalities
from app.polls import policy, queries
from app.polls.forms import (
    SHORT_VOTES,
    VOTES,
    DecisionForm,
    NewDateForm,
    PollForm,
    VotingForm,
    WithdrawalForm,
    version_of,
)
from app.polls.models import Poll, PollDate
from app.polls.months import Month, read_day
from app.polls.operations import (
    Decided,
    close_poll,
    decide,
    edit_poll,
    facts_for,
    give_new_date,
    may_be_reopened,
    open_poll,
    refuse_all,
    remind,
    reopen_poll,
    vote,
    withdraw_poll,
)
from app.polls.results import Results, day_in_words, results_of

bp = Blueprint("polls", __name__, template_folder="templates")
NAMES = 60  # lines of the table at once


def _told(count: int) -> str:
    return ngettext("We are mailing %(num)d member now.", "We are mailing %(num)d members now.", count) if count else ""


def _say(*sentences: str) -> None:
    flash(" ".join(filter(None, sentences)), "success")


@bp.get("/networks/<int:network_id>/polls")
def of_network(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    return render_template(
        "polls/of_network.html",
        network=network,
        undecided=queries.undecided_in(network_id, current_user),
        ended=queries.ended_in(network_id, current_user),
        may_open=policy.may_open_in(current_user, network_id),
        is_member=policy.is_member(current_user, network_id),
    )


# Asking


@bp.route("/networks/<int:network_id>/polls/new", methods=["GET", "POST"])
def new(network_id: int) -> ResponseReturnValue:
    """`?meeting=` is a postponed meeting that needs a new date; `?title=`, `?host=` and `?month=` only fill the form in."""
    network = found(network_for(current_user, network_id))
    require(policy.may_open_in(current_user, network_id))
    meeting = _postponed(network_id)
    form = PollForm(data=_as_it_was(meeting) if meeting else _as_asked_for())
    if form.is_submitted() and _has_acted(form):
        return _asking(network, form, meeting=meeting)
    if form.validate_on_submit():
        try:
            poll, told = open_poll(network, form.question(), form.moments, by=current_user, meeting=meeting)
        except DomainError as error:
            form.refuse(error)
        else:
            db.session.commit()
            _say(_("The date poll is open."), _told(told))
            return redirect(url_for(".show", poll_id=poll.id))
    return _asking(network, form, meeting=meeting)


def _postponed(network_id: int) -> Meeting | None:
    """The meeting that a new date is looked for; 404 where the address names one that is not there."""
    asked = request.args.get("meeting", type=int)
    if asked is None:
        return None
    load = meeting_to_change_for if request.method == "POST" else meeting_for  # two at once ask once
    meeting = found(load(current_user, asked))
    return found(meeting if meeting.network_id == network_id else None)


def _as_it_was(meeting: Meeting) -> dict[str, Any]:
    minutes = int(meeting.length.total_seconds() // 60)
    return {"title": meeting.title, "minutes": minutes, "place": meeting.place, "host": meeting.host_code or ""}


def _as_asked_for() -> dict[str, Any]:
    """From a link elsewhere, like the month of an annual wheel."""
    return {**started_with(request.args), "month": request.args.get("month", "")}


def _has_acted(form: PollForm) -> bool:
    """Whether a button was pressed that only changes the form: nothing is saved, and all that was typed stays."""
    act, _colon, which = request.form.get("act", "").partition(":")
    day = read_day(which)
    if act == "add":
        form.add_row()
    elif act == "remove":
        form.remove(which)
    elif act == "pick" and day:
        form.pick(day)
    elif act == "month" and day:
        form.month.data = which
    else:
        return act == "look"
    return True


def _asking(network: Network, form: PollForm, poll: Poll | None = None, **more: Any) -> str:
    days = form.days
    month = Month.holding(read_day(form.month.data) or min(days, default=form.closes_on.data or clock.today()))
    remarks = remarks_on({*month.days, *days}, network.id, current_user)
    return render_template(
        "polls/ask.html",
        network=network,
        form=form,
        poll=poll,
        remarks=remarks,
        month=month,
        squares=month.squares(remarks, days),
        **{"theirs": None, "meeting": None, **more},
    )


def _to_change(poll_id: int) -> Poll:
    """The poll, locked when something is about to be written."""
    load = queries.poll_to_change_for if request.method == "POST" else queries.poll_for
    poll = found(load(current_user, poll_id))
    require(policy.may_steer(current_user, poll))
    return poll


@bp.route("/polls/<int:poll_id>/edit", methods=["GET", "POST"])
def edit(poll_id: int) -> ResponseReturnValue:
    poll = _to_change(poll_id)
    if not poll.awaits_decision:
        return redirect(url_for(".show", poll_id=poll.id))
    dates = queries.dates_of(poll.id)
    form = PollForm.of(poll, dates)
    if form.is_submitted() and _has_acted(form):
        return _asking(poll.network, form, poll)
    theirs: PollForm | None = None
    if form.validate_on_submit():
        if form.version.data != version_of(poll, dates):
            theirs = PollForm.of(poll, dates, is_fresh=True)
            form.version.data = version_of(poll, dates)
        else:
            try:
                told = edit_poll(poll, form.question(), form.moments, by=current_user)
            except DomainError as error:
                form.refuse(error)
            else:
                db.session.commit()
                _say(_("The date poll is saved."), _told(told))
                return redirect(url_for(".show", poll_id=poll_id))
    page = _asking(poll.network, form, poll, theirs=theirs)
    return (page, 409) if theirs else page


# Reading and voting


@bp.get("/polls/<int:poll_id>")
def show(poll_id: int) -> ResponseReturnValue:
    return _shown(found(queries.poll_for(current_user, poll_id)))


def _results(poll: Poll, dates: Sequence[PollDate]) -> tuple[Results, dict[int, queries.Voter]]:
    voters = queries.voters_of(poll)
    results = results_of(dates, voters, queries.votes_in(poll.id), municipalities(), viewer_id=current_user.id)
    return results, {voter.id: voter for voter in voters}


def _shown(poll: Poll, form: VotingForm | None = None) -> str:
    dates = queries.dates_of(poll.id)
    results, voters = _results(poll, dates)
    own = voters.get(current_user.id)
    may_vote = policy.may_vote(current_user, poll)
    may_steer = policy.may_steer(current_user, poll)
    return render_template(
        "polls/show.html",
        poll=poll,
        network=poll.network,
        results=results,
        own=own,
        form=form or VotingForm(data={"word": own.word if own else ""}),
        remarks=remarks_on([one.day for one in dates], poll.network_id, current_user) if poll.awaits_decision else {},
        votes=VOTES,
        short_votes=SHORT_VOTES,
        may_vote=may_vote,
        may_steer=may_steer,
        may_reopen=may_steer and may_be_reopened(poll),
        meeting=_meeting_shown(poll, may_steer=may_steer),
        members=len(voters),
        closes=day_in_words(poll.closes_on),
        **_lines(poll, results),
    )


def _meeting_shown(poll: Poll, *, may_steer: bool) -> Any:
    """A draft is for coordinators, and one that was deleted for nobody."""
    meeting = poll.meeting
    if meeting is None or meeting.discarded_at is not None or (meeting.is_draft and not may_steer):
        return None
    return meeting


def _lines(poll: Poll, results: Results) -> dict[str, Any]:
    page = Page.of(len(results.lines), asked=request.args.get("page", type=int), size=NAMES)
    return {
        "page": page,
        "lines": results.lines[page.offset : page.offset + page.size],
        "page_url": lambda number: url_for(".show", poll_id=poll.id, page=number, _anchor="results"),
    }


@bp.get("/polls/<int:poll_id>/votes")
def votes_page(poll_id: int) -> ResponseReturnValue:
    """Someone reloads after an error: back to the page with the form."""
    poll = found(queries.poll_for(current_user, poll_id))
    return redirect(url_for(".show", poll_id=poll.id))


@bp.post("/polls/<int:poll_id>/votes")
def votes(poll_id: int) -> ResponseReturnValue:
    """The whole form, or one date at a time as it is clicked, which is answered in JSON."""
    poll = found(queries.poll_to_vote_in_for(current_user, poll_id))
    require(policy.is_asked(current_user, poll))
    wants_json = request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    form = VotingForm()
    if not form.validate():
        return (jsonify(says=_first_error(form)), 422) if wants_json else _shown(poll, form)
    try:
        if request.form.get("act") == "none":
            refuse_all(poll, by=current_user, word=form.said_word)
            gone = 0
        else:
            gone = vote(poll, form.said, by=current_user, word=form.said_word)
    except DomainError as refused:
        db.session.rollback()
        if wants_json:
            return jsonify(says=refused.sentence), 409
        flash(refused.sentence, "warn")
        return redirect(url_for(".show", poll_id=poll_id))
    read_thread(current_user.id, f"poll-{poll_id}")
    db.session.commit()
    if wants_json:
        return _saved(poll_id)
    if gone:
        flash(
            _("One of the dates has been taken out, or has passed, since you opened the page. The rest is saved."),
            "warn",
        )
    else:
        _say(_("Your votes are saved. You can change them until the date is chosen."))
    return redirect(url_for(".show", poll_id=poll_id, _anchor="vote"))


def _first_error(form: VotingForm) -> str:
    return str(next(iter(form.errors.values()))[0])


def _saved(poll_id: int) -> ResponseReturnValue:
    """What the page shows anew when one vote is saved: when, how many can, and everybody's votes."""
    poll = found(queries.poll_for(current_user, poll_id))
    results, voters = _results(poll, queries.dates_of(poll.id))
    counts = {str(tally.date.id): _can(tally.yes) for tally in results.tallies}
    facts = {"poll": poll, "results": results, "members": len(voters), "votes": VOTES, **_lines(poll, results)}
    return jsonify(
        says=_("Saved at %(time)s", time=clock_time(clock.now())),
        counts=counts,
        best=render_template("polls/_best.html", **facts),
        results=render_template("polls/_results.html", **facts),
    )


def _can(count: int) -> str:
    return ngettext("%(num)d can", "%(num)d can", count)


# Steering


@bp.post("/polls/<int:poll_id>/reminder")
def reminder(poll_id: int) -> ResponseReturnValue:
    poll = _to_change(poll_id)
    try:
        told = remind(poll, by=current_user)
    except DomainError as refused:
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        _say(_told(told) or _("Everybody else has answered."))
    return redirect(url_for(".show", poll_id=poll_id))


@bp.post("/polls/<int:poll_id>/closing")
def closing(poll_id: int) -> ResponseReturnValue:
    poll = _to_change(poll_id)
    try:
        close_poll(poll, by=current_user)
    except DomainError as refused:
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        _say(_("Nobody can vote any more. Choose the date, or open the poll again."))
    return redirect(url_for(".show", poll_id=poll_id))


@bp.post("/polls/<int:poll_id>/reopening")
def reopening(poll_id: int) -> ResponseReturnValue:
    poll = _to_change(poll_id)
    try:
        told = reopen_poll(poll, by=current_user)
    except DomainError as refused:
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        _say(_("The date poll is open."), _told(told))
    return redirect(url_for(".show", poll_id=poll_id))


@bp.route("/polls/<int:poll_id>/withdrawal", methods=["GET", "POST"])
def withdrawal(poll_id: int) -> ResponseReturnValue:
    poll = _to_change(poll_id)
    if not poll.awaits_decision:
        return redirect(url_for(".show", poll_id=poll_id))
    form = WithdrawalForm()
    if form.validate_on_submit():
        told = withdraw_poll(poll, by=current_user, reason=form.reason.data or "")
        db.session.commit()
        _say(_("The date poll is withdrawn."), _told(told))
        return redirect(url_for(".show", poll_id=poll_id))
    return render_template("polls/withdrawal.html", poll=poll, network=poll.network, form=form)


@bp.route("/polls/<int:poll_id>/dates/<int:date_id>/decision", methods=["GET", "POST"])
def decision(poll_id: int, date_id: int) -> ResponseReturnValue:
    """The call is shown first, with the answers that the votes become."""
    poll = _to_change(poll_id)
    if not poll.awaits_decision:
        return _decided(poll)
    chosen = found(queries.date_in(poll.id, date_id))
    form = NewDateForm() if poll.is_for_meeting else DecisionForm.of(poll)
    if form.validate_on_submit():
        try:
            return _decide(poll, chosen, form)
        except DomainError as refused:
            db.session.rollback()
            poll, chosen = found(queries.poll_for(current_user, poll_id)), found(queries.date_in(poll_id, date_id))
            form.form_errors.append(refused.sentence)
    results, voters = _results(poll, queries.dates_of(poll.id))
    return render_template(
        "polls/decision.html",
        poll=poll,
        network=poll.network,
        chosen=chosen,
        day=day_in_words(chosen.starts_at),
        tally=next(tally for tally in results.tallies if tally.date.id == chosen.id),
        remarks=remarks_on([chosen.day], poll.network_id, current_user)[chosen.day],
        members=len(voters),
        form=form,
    )


def _decided(poll: Poll) -> ResponseReturnValue:
    """Somebody was first."""
    if poll.decided_at is not None and poll.decided_by is not None:
        flash(_("%(name)s has chosen the date already.", name=poll.decided_by.name), "warn")
    if poll.decided_at is not None and poll.meeting is not None:
        return redirect(url_for("meetings.show", meeting_id=poll.meeting.id))
    return redirect(url_for(".show", poll_id=poll.id))


def _decide(poll: Poll, chosen: PollDate, form: DecisionForm | NewDateForm) -> ResponseReturnValue:
    if isinstance(form, NewDateForm):
        done = give_new_date(poll, chosen, by=current_user)
        return _called(done, _("The meeting has its new date."))
    is_draft = request.form.get("act") == "draft"
    facts = facts_for(poll, chosen, **form.facts())
    done = decide(poll, chosen, facts, by=current_user, is_draft=is_draft, with_agenda=form.agenda.data == "standard")
    if is_draft:
        meeting_id = done.meeting.id
        db.session.commit()
        _say(_("The meeting is saved as a draft. When you call it, the votes become answers."))
        return redirect(url_for("meetings.show", meeting_id=meeting_id))
    return _called(done, _("The meeting is scheduled."))


def _called(done: Decided, said: str) -> ResponseReturnValue:
    meeting_id = done.meeting.id
    db.session.commit()
    became = ngettext("%(num)d vote is now an answer.", "%(num)d votes are now answers.", done.answers)
    _say(said, became if done.answers else "", _told(done.told))
    return redirect(url_for("meetings.show", meeting_id=meeting_id))
