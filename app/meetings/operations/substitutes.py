"""Somebody comes in a member's place: a colleague who is a member too, or somebody who becomes one for it."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.accounts.queries import person_by_email
from app.core import clock
from app.core.errors import DomainError
from app.core.formats import long_date
from app.extensions import db
from app.invitations.models import Invitation
from app.invitations.operations.inviting import invite, withdraw
from app.invitations.pasting import Pasted
from app.invitations.queries import who_decides_on
from app.meetings.models import Answer, AnswerWord, Meeting, Presence, Substitution, SubstitutionEnd
from app.meetings.operations.seats import join_the_line, lock, settle_seats
from app.networks.discretion import Output, discreetly
from app.networks.duties import Networks, among
from app.networks.models import Network, Role
from app.networks.queries import current_membership
from app.notifications.operations import announce


def _ongoing(*conditions: object) -> Substitution | None:
    query = select(Substitution).where(Substitution.ended_at.is_(None), *conditions)  # type: ignore[arg-type]
    return db.session.scalar(query.execution_options(populate_existing=True))


def ongoing_for(absent_id: int, meeting_id: int) -> Substitution | None:
    """Whoever comes in this member's place."""
    return _ongoing(Substitution.meeting_id == meeting_id, Substitution.absent_id == absent_id)


def ongoing_by(person_id: int, meeting_id: int) -> Substitution | None:
    """In whose place this member comes."""
    return _ongoing(Substitution.meeting_id == meeting_id, Substitution.person_id == person_id)


def _answer_of(person_id: int, meeting_id: int) -> Answer | None:
    query = select(Answer).where(Answer.meeting_id == meeting_id, Answer.person_id == person_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _begin(meeting: Meeting, absent: Person) -> Answer | None:
    """Locks the meeting; returns what the absent has answered so far."""
    lock(meeting)
    if meeting.is_off or meeting.is_draft or meeting.starts_at <= clock.now():
        raise DomainError(_("Nobody can be sent to this meeting any more."))
    db.session.flush()
    if ongoing_for(absent.id, meeting.id) is not None:
        raise DomainError(_("Somebody comes in your place already. Take that back first."))
    if ongoing_by(absent.id, meeting.id) is not None:
        raise DomainError(_("You come in somebody's place yourself. Say no, and they can find another."))
    answer = _answer_of(absent.id, meeting.id)
    has_a_place = answer is not None and answer.answer in {AnswerWord.YES, AnswerWord.WAITING}
    if meeting.is_past_answering and not has_a_place:
        raise DomainError(
            _("Answers were due by %(day)s, and you had not said yes.", day=long_date(meeting.answer_by))  # type: ignore[arg-type]
        )
    return answer


def _give_up(meeting: Meeting, absent: Person, answer: Answer | None) -> Substitution:
    """The absent says no; what they had is written down in the substitution, so that it can be passed on or given back."""
    given = Substitution(
        meeting_id=meeting.id,
        absent_id=absent.id,
        presence=answer.presence if answer else None,
        answer_before=answer.answer if answer else None,
        holds_seat=bool(answer and answer.has_a_seat),
        waits_as=answer.waits_as if answer else None,
    )
    answer = answer or Answer(meeting_id=meeting.id, person_id=absent.id, note="", host_note="")
    answer.answer, answer.presence, answer.waits_as = AnswerWord.NO, None, None
    answer.answered_at, answer.said_by_id = clock.now(), None
    db.session.add_all([given, answer])
    db.session.flush()
    return given


def send_a_colleague(meeting: Meeting, absent: Person, colleague: Person) -> Substitution:
    """At once: the seat, or the number on the waiting list, passes to a member from the same organisation, who is told."""
    answer = _begin(meeting, absent)
    _refuse_who_cannot(meeting, absent, colleague)
    substitution = _give_up(meeting, absent, answer)
    substitution.approved_at = clock.now()
    _seat(meeting, substitution, colleague)
    announce(
        "substitute_asked",
        to=[colleague.id],
        about=f"meeting-{meeting.id}-substitute-{substitution.id}",
        payload={"substitution_id": substitution.id},
    )
    return substitution


def _refuse_who_cannot(meeting: Meeting, absent: Person, colleague: Person) -> None:
    if colleague.id == absent.id:
        raise DomainError(_("That is yourself. Choose a colleague."), field="who")
    if colleague.disabled_at is not None or current_membership(colleague.id, meeting.network_id) is None:
        raise DomainError(_("%(name)s is no longer a member of the network.", name=colleague.name), field="who")
    if absent.organisation_id is None or colleague.organisation_id != absent.organisation_id:
        raise DomainError(_("%(name)s works somewhere else. Choose a colleague.", name=colleague.name), field="who")
    theirs = _answer_of(colleague.id, meeting.id)
    if theirs is not None and theirs.answer in {AnswerWord.YES, AnswerWord.WAITING}:
        raise DomainError(_("%(name)s comes already. Choose somebody else.", name=colleague.name), field="who")
    if ongoing_for(colleague.id, meeting.id) is not None:
        raise DomainError(_("%(name)s sends somebody too. Choose somebody else.", name=colleague.name), field="who")


def _seat(meeting: Meeting, substitution: Substitution, person: Person) -> None:
    """The place that was given up is `person`'s now; where there was none, they say yes like anybody else."""
    theirs = _answer_of(person.id, meeting.id)
    substitution.person_id, substitution.their_answer_before = person.id, theirs.answer if theirs else None
    theirs = theirs or Answer(meeting_id=meeting.id, person_id=person.id, note="", host_note="")
    theirs.answered_at, theirs.said_by_id = clock.now(), None
    wants_online = meeting.is_only_online or (substitution.presence is Presence.ONLINE and meeting.is_hybrid)
    if theirs.answer is AnswerWord.YES:
        pass  # they had said so themselves before they were let in; one person sits on one seat
    elif wants_online or substitution.holds_seat or not meeting.has_seats:
        theirs.answer, theirs.waits_as = AnswerWord.YES, None
        theirs.presence = Presence.ONLINE if wants_online else Presence.HERE
    elif theirs.answer is AnswerWord.WAITING:
        theirs.waits_as = min(number for number in (theirs.waits_as, substitution.waits_as) if number is not None)
    elif substitution.waits_as is not None:
        theirs.answer, theirs.presence, theirs.waits_as = AnswerWord.WAITING, Presence.HERE, substitution.waits_as
    else:
        join_the_line(meeting, theirs)
    substitution.holds_seat, substitution.waits_as = False, None
    db.session.add(theirs)
    settle_seats(meeting, untold=person.id)


def propose_somebody_new(meeting: Meeting, absent: Person, *, name: str, email: str) -> Substitution:
    """Somebody who is no member yet; a coordinator has to say yes. Until then, and until they join, the seat is kept.

    The address of a member is that member.
    """
    known = person_by_email(email)
    if known is not None and current_membership(known.id, meeting.network_id) is not None:
        return send_a_colleague(meeting, absent, known)
    answer = _begin(meeting, absent)
    substitution = _give_up(meeting, absent, answer)
    substitution.name, substitution.email = name, email
    db.session.flush()
    announce(
        "substitute_proposed",
        to=who_decides_on(meeting.network_id),
        about=f"meeting-{meeting.id}-substitute-{substitution.id}",
        payload={"substitution_id": substitution.id},
        but_not=absent.id,
    )
    return substitution


def _is_approved(substitution: Substitution) -> bool:
    """Asked again after the lock: another coordinator may have said so meanwhile."""
    return substitution.approved_at is not None


def lock_substitution(substitution: Substitution, meeting: Meeting) -> bool:
    """False when it has ended meanwhile."""
    lock(meeting)
    columns = ["ended_at", "approved_at", "person_id", "holds_seat", "waits_as", "invitation_id"]
    db.session.refresh(substitution, columns)
    return substitution.is_ongoing


def approve(substitution: Substitution, meeting: Meeting, network: Network, *, by: Person) -> None:
    """An invitation that says which meeting; a member by now is seated at once. Saying it twice is saying it once.

    The network is locked before the meeting, as by whoever joins.
    """
    db.session.scalars(select(Network.id).where(Network.id == network.id).with_for_update()).one()
    if not lock_substitution(substitution, meeting):
        raise DomainError(_("That has been taken back meanwhile."))
    if _is_approved(substitution):
        return
    if meeting.is_off or meeting.starts_at <= clock.now():
        raise DomainError(_("Nobody can be sent to this meeting any more."))
    substitution.approved_at, substitution.approved_by_id = clock.now(), by.id
    known = person_by_email(substitution.email)
    if known is not None and current_membership(known.id, network.id) is not None:
        _seat(meeting, substitution, known)
    else:
        _invite(substitution, meeting, network, by=by)
    _tell_the_absent(meeting, substitution, "approved")


def _invite(substitution: Substitution, meeting: Meeting, network: Network, *, by: Person) -> None:
    plan = invite(
        network,
        [Pasted(substitution.email, substitution.name)],
        by=by,
        role=Role.MEMBER,
        word=_word(substitution, meeting, network),
        locale=by.locale,
    )
    if plan.declined:
        raise DomainError(
            _(
                "%(name)s has said no to the network before, and is not invited again. Talk to them first.",
                name=substitution.name,
            )
        )
    db.session.flush()
    substitution.invitation_id = db.session.scalar(
        select(Invitation.id).where(
            Invitation.network_id == network.id, Invitation.email == substitution.email, Invitation.is_unanswered()
        )
    )


def _word(substitution: Substitution, meeting: Meeting, network: Network) -> str:
    """It stands in the mail whatever the level is, so it says no more than a mail may."""
    absent: Person | None = discreetly(substitution, network.confidentiality, Output.MAIL_TEXT).absent
    title = discreetly(meeting, network.confidentiality, Output.MAIL_TEXT).title
    day = long_date(meeting.starts_at)
    if absent is None:
        return _("You are asked to come to »%(title)s« on %(day)s in a colleague's place.", title=title, day=day)
    return _(
        "%(name)s cannot come to »%(title)s« on %(day)s, and asks you to come instead.",
        name=absent.name,
        title=title,
        day=day,
    )


def refuse(substitution: Substitution, meeting: Meeting) -> None:
    """A coordinator says no; whoever asked is told, and the seat goes to whoever waits."""
    if not lock_substitution(substitution, meeting):
        raise DomainError(_("That has been taken back meanwhile."))
    if _is_approved(substitution):
        raise DomainError(_("Another coordinator has said yes to that already."))
    _end(meeting, substitution, SubstitutionEnd.REFUSED)
    _tell_the_absent(meeting, substitution, "refused")


def _end(meeting: Meeting, substitution: Substitution, ending: SubstitutionEnd) -> None:
    substitution.ended_at, substitution.ending = clock.now(), ending
    substitution.holds_seat, substitution.waits_as = False, None
    settle_seats(meeting)


def _tell_the_absent(meeting: Meeting, substitution: Substitution, what: str) -> None:
    announce(
        "substitute_answered",
        to=[substitution.absent_id],
        about=f"meeting-{meeting.id}-substitute-{substitution.id}-{what}",
        payload={"substitution_id": substitution.id, "what": what},
    )


def take_the_place_back(meeting: Meeting, absent: Person) -> bool:
    """They come themselves after all: they get the place back that the substitute has in their stead, who is told.

    The substitute's own answer is again what it was. False where nobody comes in their place. The caller has locked the meeting.
    """
    db.session.flush()
    substitution = ongoing_for(absent.id, meeting.id)
    if substitution is None:
        return False
    has_seat, number = substitution.holds_seat, substitution.waits_as
    if substitution.person_id is not None:
        theirs = _answer_of(substitution.person_id, meeting.id)
        if theirs is not None:
            has_seat, number = theirs.has_a_seat, theirs.waits_as
            if substitution.their_answer_before is AnswerWord.YES:
                has_seat = False  # that seat is their own: the one that was given up has been free since
            _as_before(meeting, theirs, substitution)
        announce(
            "substitute_released",
            to=[substitution.person_id],
            about=f"meeting-{meeting.id}-substitute-{substitution.id}-released",
            payload={"substitution_id": substitution.id},
        )
    _withdraw_the_invitation(substitution, by=absent)
    substitution.ended_at, substitution.ending = clock.now(), SubstitutionEnd.WITHDRAWN
    substitution.holds_seat, substitution.waits_as = False, None
    _come_back(meeting, substitution, has_seat=has_seat, number=number)
    db.session.flush()
    settle_seats(meeting, untold=absent.id)
    return True


def _as_before(meeting: Meeting, theirs: Answer, substitution: Substitution) -> None:
    """What they had said by themselves; what they said as a substitute is no answer of theirs."""
    if substitution.their_answer_before is None:
        db.session.delete(theirs)
    elif substitution.their_answer_before is AnswerWord.WAITING:
        join_the_line(meeting, theirs)  # the number they had is the absent's now, or was used up by the seat
    else:
        theirs.answer, theirs.waits_as = substitution.their_answer_before, None
        theirs.presence = None if theirs.answer is AnswerWord.NO else theirs.presence
    db.session.flush()


def _come_back(meeting: Meeting, substitution: Substitution, *, has_seat: bool, number: int | None) -> None:
    mine = _answer_of(substitution.absent_id, meeting.id)
    if mine is None:
        return
    before = substitution.answer_before
    mine.answered_at = clock.now()
    if has_seat:
        mine.answer, mine.presence, mine.waits_as = AnswerWord.YES, Presence.HERE, None
    elif number is not None:
        mine.answer, mine.presence, mine.waits_as = AnswerWord.WAITING, Presence.HERE, number
    elif before is AnswerWord.WAITING or (before is AnswerWord.YES and substitution.presence is Presence.HERE):
        join_the_line(meeting, mine)
    elif before is None:
        db.session.delete(mine)
    else:
        mine.answer, mine.presence, mine.waits_as = before, substitution.presence, None


def _withdraw_the_invitation(substitution: Substitution, *, by: Person) -> None:
    """Only one that was made for this, and that nobody has followed yet."""
    if substitution.invitation_id is None or substitution.person_id is not None or substitution.approved_at is None:
        return
    made_for_it = select(Invitation).options(joinedload(Invitation.network))
    invitation = db.session.scalar(
        made_for_it.where(
            Invitation.id == substitution.invitation_id, Invitation.created_at >= substitution.approved_at
        )
    )
    if invitation is not None:
        withdraw(invitation, by=by)


def withdraw_substitute(meeting: Meeting, absent: Person) -> bool:
    """The button: as `take_the_place_back`, until the meeting begins. False where there is nothing to take back."""
    lock(meeting)
    if meeting.starts_at <= clock.now():
        raise DomainError(_("The meeting has begun, so that can no longer be changed."))
    return take_the_place_back(meeting, absent)


def end_by_the_substitute(meeting: Meeting, person: Person) -> None:
    """Who was to come in somebody's place says no: whose place it was is told. The caller settles the seats."""
    substitution = ongoing_by(person.id, meeting.id)
    if substitution is not None:
        substitution.ended_at, substitution.ending = clock.now(), SubstitutionEnd.DECLINED
        _tell_the_absent(meeting, substitution, "declined")


# Those who are not members yet


def welcome(network: Network, person: Person) -> None:
    """Somebody has joined: where they were to come in a member's place, they are seated."""
    query = (
        select(Substitution, Meeting)
        .join(Meeting, Meeting.id == Substitution.meeting_id)
        .where(
            Substitution.email == person.email,
            Substitution.person_id.is_(None),
            Substitution.ended_at.is_(None),
            Substitution.approved_at.is_not(None),
            Meeting.network_id == network.id,
            Meeting.starts_at > clock.now(),
        )
        .order_by(Meeting.id)
    )
    for substitution, meeting in db.session.execute(query).all():
        if not lock_substitution(substitution, meeting) or ongoing_by(person.id, meeting.id) is not None:
            continue
        _seat(meeting, substitution, person)
        _tell_the_absent(meeting, substitution, "joined")


def end_what_nobody_follows() -> None:
    """The worker's chore: whose invitation was declined, was withdrawn or ran out does not come."""
    query = (
        select(Substitution, Meeting)
        .join(Meeting, Meeting.id == Substitution.meeting_id)
        .join(Invitation, Invitation.id == Substitution.invitation_id)
        .where(
            Substitution.ended_at.is_(None),
            Substitution.person_id.is_(None),
            Meeting.starts_at > clock.now(),
            or_(
                Invitation.declined_at.is_not(None),
                Invitation.withdrawn_at.is_not(None),
                (Invitation.expires_at <= clock.now()) & Invitation.accepted_at.is_(None),
            ),
        )
        .order_by(Meeting.id)
    )
    for substitution, meeting in db.session.execute(query).all():
        if lock_substitution(substitution, meeting):
            _end(meeting, substitution, SubstitutionEnd.DECLINED)
            _tell_the_absent(meeting, substitution, "declined")


def let_go(person: Person, networks: Networks) -> None:
    """Who leaves sends nobody and comes in nobody's place; whom they sent stays, where they are a member."""
    query = (
        select(Substitution, Meeting)
        .join(Meeting, Meeting.id == Substitution.meeting_id)
        .where(
            Substitution.ended_at.is_(None),
            or_(Substitution.absent_id == person.id, Substitution.person_id == person.id),
            Meeting.ends_at > clock.now(),
            among(Meeting.network_id, networks),
        )
        .order_by(Meeting.id)
    )
    for substitution, meeting in db.session.execute(query).all():
        if lock_substitution(substitution, meeting):
            is_theirs = substitution.absent_id == person.id
            _withdraw_the_invitation(substitution, by=person)
            _end(meeting, substitution, SubstitutionEnd.WITHDRAWN if is_theirs else SubstitutionEnd.DECLINED)
            if not is_theirs:
                _tell_the_absent(meeting, substitution, "declined")


def end_with_the_date(meeting: Meeting) -> None:
    """A new date sets all answers aside, and with them who was to come in whose place; all are asked again."""
    ongoing = select(Substitution).where(Substitution.meeting_id == meeting.id, Substitution.ended_at.is_(None))
    for substitution in db.session.scalars(ongoing):
        substitution.ended_at, substitution.ending = clock.now(), SubstitutionEnd.WITHDRAWN
        substitution.holds_seat, substitution.waits_as = False, None


def settle_after(meetings: Iterable[Meeting]) -> None:
    """After answers were taken away: whoever waits moves up."""
    for meeting in meetings:
        lock(meeting)
        if not meeting.is_off and meeting.starts_at > clock.now():
            settle_seats(meeting)
