"""Pages of the order of hosts, and of the questions to them."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.core.forms import written
from app.extensions import db
from app.hosting import policy, queries
from app.hosting.forms import AnswerForm, AskForm, NoteForm, ReasonForm, SwapForm
from app.hosting.models import AskState, HostAsk
from app.hosting.operations import asking
from app.hosting.operations import rota as rota_operations
from app.hosting.queries import Turn
from app.meetings.models import Meeting
from app.meetings.queries import meeting_to_change_for
from app.networks.models import Network
from app.networks.queries import network_for

bp = Blueprint("hosting", __name__, template_folder="templates")


@bp.get("/networks/<int:network_id>/hosts")
def rota(network_id: int) -> str:
    network = found(network_for(current_user, network_id))
    order = queries.rota_of(network_id)
    return render_template(
        "hosting/rota.html",
        network=network,
        rota=order,
        counts=queries.counts_of(network_id),
        asks=queries.asks_in(network_id, current_user),
        history=queries.history_of(network_id, current_user),
        names=queries.names(),
        own_code=queries.code_of(current_user),
        may_arrange=policy.may_arrange(current_user, network_id),
    )


# One municipality's turn


def _to_arrange(network_id: int, code: str) -> tuple[Network, Turn, queries.Rota]:
    network = found(network_for(current_user, network_id))
    require(policy.may_arrange(current_user, network_id))
    order = queries.rota_of(network_id)
    return network, found(order.turn_of(code)), order


@bp.route("/networks/<int:network_id>/hosts/<code>", methods=["GET", "POST"])
def place(network_id: int, code: str) -> ResponseReturnValue:
    """One page with a small form for each thing that can be decided; `act` is the button that was pressed."""
    network, turn, order = _to_arrange(network_id, code)
    act = request.form.get("act", "") if request.method == "POST" else ""
    forms: dict[str, NoteForm | ReasonForm | SwapForm] = {
        "note": NoteForm(prefix="note-", data={"note": turn.note}, formdata=_sent(act, "note")),
        "skip": ReasonForm(prefix="skip-", formdata=_sent(act, "skip")),
        "out": ReasonForm(prefix="out-", formdata=_sent(act, "out")),
        "swap": SwapForm(order, code, prefix="swap-", formdata=_sent(act, "swap")),
    }
    if request.method == "POST":
        if act in forms:
            form = forms[act]
            if form.validate():
                try:
                    sentence = _decide(act, network_id, code, form)
                except DomainError as error:
                    db.session.rollback()
                    flash(error.sentence, "danger")
                else:
                    db.session.commit()
                    flash(sentence, "success")
                return redirect(url_for(".rota", network_id=network_id))
        elif act in UNDO:
            try:
                UNDO[act](network_id, code)
            except DomainError as error:
                db.session.rollback()
                flash(error.sentence, "danger")
            else:
                db.session.commit()
                flash(_("It is taken back."), "success")
            return redirect(url_for(".rota", network_id=network_id))
        else:
            abort(400)
    return render_template(
        "hosting/place.html", network=network, turn=turn, forms=forms, rota=order, names=queries.names()
    )


UNDO = {
    "unskip": rota_operations.unskip,
    "back": rota_operations.put_back,
    "unswap": rota_operations.unswap,
}


def _sent(act: str, name: str) -> object:
    """What was sent, to the form it was sent from only; an empty form else."""
    return request.form if act == name else None


def _decide(act: str, network_id: int, code: str, form: NoteForm | ReasonForm | SwapForm) -> str:
    name = queries.names()[code]
    if isinstance(form, NoteForm):
        rota_operations.write_note(network_id, code, written(form.note))
        return _("The note is saved.")
    if isinstance(form, SwapForm):
        other = written(form.other)
        rota_operations.swap(network_id, code, other, by=current_user)
        return _("%(first)s and %(second)s have swapped.", first=name, second=queries.names()[other])
    if act == "skip":
        rota_operations.skip(network_id, code, reason=written(form.reason), by=current_user)
        return _("%(municipality)s is skipped this round.", municipality=name)
    rota_operations.take_out(network_id, code, reason=written(form.reason), by=current_user)
    return _("%(municipality)s is out of the order.", municipality=name)


# Asking


@bp.route("/networks/<int:network_id>/hosts/ask", methods=["GET", "POST"])
def new_ask(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    require(policy.may_arrange(current_user, network_id))
    order = queries.rota_of(network_id)
    meetings = queries.meetings_to_host(network_id, current_user)
    members = queries.members_by_place(network_id)
    usual = {"what": request.args.get("what") or _first_without_host(meetings)}
    usual["whom"] = request.args.get("whom") or _first_free(order)
    form = AskForm(meetings, order, members, data=usual)
    if form.validate_on_submit():
        meeting = _locked(form.meeting_id)
        try:
            asked, told = asking.ask(
                network_id,
                form.code,
                by=current_user,
                meeting=meeting,
                month=form.month,
                person_id=form.person_id,
                word=written(form.word),
            )
        except DomainError as error:
            db.session.rollback()
            form[error.field or "whom"].errors = [error.sentence]
        else:
            db.session.commit()
            flash(_asked(asked, told), "success")
            return redirect(url_for(".rota", network_id=network_id))
    return render_template("hosting/new_ask.html", network=network, form=form, rota=order)


def _first_without_host(meetings: list[Meeting]) -> str:
    return next((f"meeting-{one.id}" for one in meetings if one.host_code is None), "")


def _first_free(order: queries.Rota) -> str:
    return next((turn.place.code for turn in order.in_turn if not turn.is_asked), "")


def _locked(meeting_id: int | None) -> Meeting | None:
    return found(meeting_to_change_for(current_user, meeting_id)) if meeting_id is not None else None


def _asked(asked: HostAsk, told: int) -> str:
    name = queries.names()[asked.municipality_code]
    told_words = ngettext("We are mailing %(num)d member now.", "We are mailing %(num)d members now.", told)
    return _("%(municipality)s is asked.", municipality=name) + (f" {told_words}" if told else "")


def _ask(ask_id: int) -> HostAsk:
    """When something is about to be written, locked after its meeting, in the order in which meetings are changed."""
    asked = found(queries.ask_for(current_user, ask_id))
    if request.method != "POST":
        return asked
    _meeting_of(asked)
    return found(queries.ask_to_change_for(current_user, ask_id))


@bp.route("/hosts/asks/<int:ask_id>", methods=["GET", "POST"])
def ask(ask_id: int) -> ResponseReturnValue:
    asked = _ask(ask_id)
    may_answer = policy.may_answer(current_user, asked)
    form = AnswerForm(
        data={"answer": request.args.get("answer"), "place": asked.meeting.place if asked.meeting else ""}
    )
    if request.method == "POST":
        require(may_answer)
        if form.validate():
            return _answered(asked, form)
    order = queries.rota_of(asked.network_id)
    return render_template(
        "hosting/ask.html",
        asked=asked,
        network=asked.network,
        form=form,
        may_answer=may_answer and asked.is_open and not asked.is_past,
        may_arrange=policy.may_arrange(current_user, asked.network_id),
        may_see_meeting=policy.may_see_meeting(current_user, asked),
        following=_following(order, asked),
        may_pass=len(order.in_turn) > 1,
    )


def _following(order: queries.Rota, asked: HostAsk) -> Turn | None:
    """Who is to be asked when this one has said no."""
    return next(
        (turn for turn in order.in_turn if turn.place.code != asked.municipality_code and not turn.is_asked), None
    )


def _answered(asked: HostAsk, form: AnswerForm) -> ResponseReturnValue:
    meeting = _meeting_of(asked)
    try:
        if form.answer.data == "yes":
            asking.accept(asked, meeting, by=current_user, place=written(form.place))
            sentence = _("Thank you. You are host, and the coordinators know it.")
        else:
            asking.decline(
                asked, meeting, by=current_user, reason=written(form.reason), passes_turn=bool(form.passes_turn.data)
            )
            sentence = _("Your no is saved, and the coordinators are told.")
    except DomainError as error:
        db.session.rollback()
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(sentence, "success")
    return redirect(url_for(".ask", ask_id=asked.id))


def _meeting_of(asked: HostAsk) -> Meeting | None:
    """Locked. Whoever is asked about a draft may not see it otherwise, so it is taken by the ask, not by the viewer."""
    if asked.meeting_id is None:
        return None
    return db.session.get_one(Meeting, asked.meeting_id, with_for_update={"of": Meeting}, populate_existing=True)


@bp.post("/hosts/asks/<int:ask_id>/withdrawal")
def withdrawal(ask_id: int) -> ResponseReturnValue:
    asked = _ask(ask_id)
    require(policy.may_arrange(current_user, asked.network_id))
    if asking.withdraw(asked):
        db.session.commit()
        flash(_("The question is withdrawn. Who was asked sees it on the page."), "success")
    else:
        flash(_("The question is answered or withdrawn already."), "danger")
    return redirect(url_for(".rota", network_id=asked.network_id))


@bp.post("/hosts/asks/<int:ask_id>/next")
def next_ask(ask_id: int) -> ResponseReturnValue:
    """One click: the same question to the next in turn."""
    asked = _ask(ask_id)
    require(policy.may_arrange(current_user, asked.network_id))
    network_id = asked.network_id
    following = _following(queries.rota_of(network_id), asked)
    if asked.state is not AskState.DECLINED or following is None:
        flash(_("There is nobody to ask now."), "danger")
        return redirect(url_for(".ask", ask_id=ask_id))
    try:
        another, told = asking.ask(
            network_id,
            following.place.code,
            by=current_user,
            meeting=_meeting_of(asked),
            month=asked.month,
            word=asked.word,
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(_asked(another, told), "success")
    return redirect(url_for(".rota", network_id=network_id))
