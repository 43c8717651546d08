"""Mails that become replies and cases: an answer to a case's mail, and a mail to the address of a network."""

import re
from typing import Final

from flask import current_app, url_for
from flask_babel import gettext as _

from app.accounts.models import Person
from app.cases import operations, policy
from app.cases.attachments import attach_from_mail
from app.cases.forms import LONGEST, one_line, tidy
from app.cases.models import Case, Post, PostKind
from app.cases.queries import page_of
from app.core.text import as_written
from app.extensions import db
from app.incoming.destinations import Incoming, RefusedError
from app.incoming.operations import settle
from app.networks.models import Network
from app.networks.queries import standing_of
from app.notifications.addresses import NETWORK, address_of, host
from app.notifications.operations import announce

LONGEST_TITLE: Final = 200
_JOINER: Final = "\u200d"  # holds emoji together
# A first line may say what kind of reply it is, in the words of the form or shorter ones, Danish and English.
_KINDS: Final = {
    "spørgsmål": PostKind.QUESTION,
    "afklarende spørgsmål": PostKind.QUESTION,
    "question": PostKind.QUESTION,
    "clarifying question": PostKind.QUESTION,
    "erfaring": PostKind.EXPERIENCE,
    "experience": PostKind.EXPERIENCE,
    "råd": PostKind.ADVICE,
    "advice": PostKind.ADVICE,
    "refleksion": PostKind.REFLECTION,
    "reflection": PostKind.REFLECTION,
}
_KIND: Final = re.compile(rf"\s*({'|'.join(_KINDS)})[ \t]*:\s*", re.IGNORECASE)
_PREFIX: Final = re.compile(
    r"\s*(?:(?:re|sv|svar|aw|antw|vs|vb|fw|fwd|wg|videresendt|forwarded)\s*(?:\[\d+\])?\s*:|\[(?:ekstern|external|ext)\])\s*",
    re.IGNORECASE,
)
# The questions of the form as somebody may write them above parts of a mail.
_PARTS: Final = {
    "situation": r"situationen|the situation",
    "tried": r"det har vi prøvet|vi har prøvet|what we have tried|we have tried",
    "wanted": (
        r"det vil jeg gerne have hjælp til|jeg vil gerne have hjælp til|det ønsker jeg hjælp til"
        r"|what i would like help with|i would like help with"
    ),
}
_PART: Final = re.compile(
    "^[ \t]*(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _PARTS.items()) + r")[ \t]*(?::[ \t]*|$)",
    re.IGNORECASE | re.MULTILINE,
)


def address_to_write_to(network: Network) -> str:
    """Where members write to open a case by mail; "" when nothing takes it."""
    return address_of(NETWORK, str(network.id)) if policy.takes_mail(network) else ""


def may_answer_by_mail(person: Person, case: Case) -> bool:
    """Whether a mail of the case invites to an answer. `case.network` is loaded."""
    return bool(host()) and policy.may_reply(person, case) and policy.takes_mail(case.network) and not case.is_closed


def whole_mail_url(viewer: Person, told: Case | Post, network_id: int) -> str:
    """Where the mail that `told` came by is shown whole to those who may read it; "" for nothing to show."""
    if told.incoming_mail_id is None or "incoming.mail" not in current_app.view_functions:
        return ""
    is_shown = policy.may_read_whole_mail(viewer, told, network_id)
    return url_for("incoming.mail", mail_id=told.incoming_mail_id) if is_shown else ""


# An answer to a mail about a case


def receive_reply(mail: Incoming, numbers: list[int]) -> str:
    """`numbers`: the case, and whose answer it is. Raises RefusedError."""
    author = _sender_of(mail)
    case = db.session.get(Case, numbers[0])
    network_id = case.network_id if case else 0
    if case is None or not standing_of(author).belongs_to(network_id):
        raise RefusedError(
            _("We could not take your reply. What you answer is no longer there, or not for you any more."),
            reason="no such case for this sender",
        )
    _refuse_unless_taken(db.session.get_one(Network, network_id), author)
    if case.is_closed:
        raise RefusedError(
            _("The case has been closed and takes no replies. Your reply does not stand there, but you have it in your mail."),
            reason="the case is closed",
        )  # fmt: skip
    kind, text = kind_and_text(mail.text, is_owner=case.owner_id == author.id)
    if not text:
        raise RefusedError(
            _("We found nothing in your mail but what you answered. Write your reply above it and send it once more."),
            reason="nothing written",
        )
    post = operations.reply(case, kind=kind, body=_short_enough(text), by=author, incoming_mail_id=mail.id)
    became = f"/cases/{case.id}?page={page_of(post.number)}#post-{post.number}"
    settle(mail.id, network_id=network_id, became=became)
    left_out = attach_from_mail(case, mail.files, by=author, post=post)
    if left_out:
        _confirm(mail, author, case, left_out, post)
    return f"reply {post.number} to case {case.id}"


def kind_and_text(text: str, *, is_owner: bool) -> tuple[PostKind, str]:
    """What kind a first line like "Råd:" names, and the words without it. The case owner's replies are of one kind."""
    named = None if is_owner else _KIND.match(text)
    if named is None:
        return (PostKind.OWNER if is_owner else PostKind.EXPERIENCE), tidy(text)
    return _KINDS[named[1].lower()], tidy(text[named.end() :])


# A mail to a network


def receive_case(mail: Incoming, numbers: list[int]) -> str:
    """`numbers`: the network. Raises RefusedError; to outsiders as if there were none."""
    author = _sender_of(mail)
    network = db.session.get(Network, numbers[0])
    if network is None or not standing_of(author).belongs_to(network.id):
        raise RefusedError(_("There is nobody at this address."), reason="no such network for this sender")
    _refuse_unless_taken(network, author)
    title, parts = title_of(mail.subject), parts_of(mail.text)
    if not title:
        raise RefusedError(
            _("The subject was empty. Write your case as a question in the subject, and send it once more."),
            reason="no subject",
        )
    if len(title) > LONGEST_TITLE:
        raise RefusedError(
            _("Keep the question in the subject under %(max)d characters, and send it once more.", max=LONGEST_TITLE),
            reason="too long a subject",
        )
    if not parts["situation"]:
        raise RefusedError(
            _("There was no text in your mail. Tell in it what the case is about, and send it once more."),
            reason="nothing written",
        )
    words = {name: _short_enough(text) for name, text in parts.items()}
    case = operations.open_case(network.id, title=title, **words, by=author, incoming_mail_id=mail.id)
    settle(mail.id, network_id=network.id, became=f"/cases/{case.id}")
    _confirm(mail, author, case, attach_from_mail(case, mail.files, by=author))
    return f"case {case.id}"


def title_of(subject: str) -> str:
    """The subject without what mail programs put before it."""
    title = one_line("".join(letter if letter.isprintable() or letter == _JOINER else " " for letter in subject))
    while prefix := _PREFIX.match(title):
        title = title[prefix.end() :]
    return title.strip()


def parts_of(text: str) -> dict[str, str]:
    """The situation, and what stands below headings like those of the form; without headings all is the situation."""
    parts = dict.fromkeys(_PARTS, "")
    part, begins = "situation", 0
    for heading in _PART.finditer(text):
        parts[part] += f"\n\n{text[begins : heading.start()]}"
        part, begins = str(heading.lastgroup), heading.end()
    parts[part] += f"\n\n{text[begins:]}"
    return {name: tidy(words) for name, words in parts.items()}


# Both


def _sender_of(mail: Incoming) -> Person:
    if mail.sender is None:
        raise RefusedError(_("There is nobody at this address."), reason="a stranger")
    return mail.sender


def _refuse_unless_taken(network: Network, author: Person) -> None:
    """Said to members only, who know of the network."""
    if not policy.is_member(author, network.id):
        raise RefusedError(
            _("The network has an agreement that you have not accepted yet. Sign in and read it, then send your mail once more."),
            reason="the agreement is not accepted",
        )  # fmt: skip
    if not policy.takes_mail(network):
        raise RefusedError(
            _("The network has decided that what is written there does not go by mail. Sign in and write it on the page."),
            reason="the network takes no mail",
        )  # fmt: skip


def _short_enough(text: str) -> str:
    """As Markdown that shows as it was written."""
    if len(text) > LONGEST:
        raise RefusedError(
            _("Your mail is too long. Keep it under %(max)d characters, and put the rest into a file.", max=LONGEST),
            reason="too long",
        )
    return as_written(text)


def _confirm(
    mail: Incoming, author: Person, case: Case, left_out: list[tuple[str, str]], post: Post | None = None
) -> None:
    """A mail back: what has become of theirs, and which files were left out and why."""
    announce(
        "case_by_mail",
        to=[author.id],
        about=f"case-{case.id}-from-mail-{mail.id}",
        payload={
            "case_id": case.id,
            "post_id": post.id if post else None,
            "number": post.number if post else 0,
            "left_out": left_out,
        },
    )
