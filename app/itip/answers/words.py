"""Whether plain words answer a meeting. Only what is clear does: a sentence made of nothing but words that are known here.

"Ja, jeg kommer" is a yes. "Ja, hvis jeg kan få fri" is not, because of what else it says; a person reads that.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from app.meetings.models import AnswerWord, Presence

_FIRST: Final = 3  # sentences that are looked at
_GREETING: Final = re.compile(
    r"^(?:hej|hejsa|hej igen|kære|goddag|god morgen|godmorgen|hi|hello|dear|good morning)(?:\s+(?!ja\b|nej\b|jeg\b|i\b)\S+){0,4}?\s*(?:[,!.]\s*|\n+)",
    re.IGNORECASE,
)
_SENTENCES: Final = re.compile(r"(?<!\d)[.!]+(?=\s|$)|\n+")
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+|\S")
_SIGN_OFF: Final = re.compile(
    r"^(?:(?:med )?(?:venlig|mange|de bedste|bedste|kærlig|kind|best|warm) (?:hilsen(?:er)?|hilsner|hilsen|regards|wishes)|(?:de )?bedste hilsner|"
    r"hilsen|hilsner|vh|mvh|kh|dbh|regards|cheers|thanks|mange tak|tak|--)\b.*",
    re.IGNORECASE,
)

_YES: Final = frozenset(
    [
        "ja",
        "jo",
        "jow",
        "yes",
        "yep",
        "sure",
        "kommer",
        "komme",
        "deltager",
        "deltage",
        "tilmelder",
        "tilmeld",
        "tilmeldt",
        "tilmeldes",
        "dukker",
        "med",
        "coming",
        "come",
        "attend",
        "attending",
        "accept",
        "accepted",
        "accepterer",
        "accepteret",
        "accepteres",
        "join",
        "joining",
        "count",
        "participate",
        "participating",
    ]
)
_NO: Final = frozenset(["nej", "no", "ikke", "not", "cant", "cannot", "wont", "dont"])
_OFF: Final = frozenset(
    [
        "afbud",
        "afmeld",
        "afmelder",
        "afmeldes",
        "forhindret",
        "fraværende",
        "unable",
        "decline",
        "declining",
        "declined",
        "afslår",
    ]
)
_MAYBE: Final = frozenset(
    [
        "måske",
        "muligvis",
        "maybe",
        "perhaps",
        "possibly",
        "tentative",
        "tentatively",
        "usikker",
        "usikkert",
        "nok",
        "formentlig",
        "sikkert",
        "probably",
        "formodentlig",
    ]
)
_ONLINE: Final = frozenset(
    ["online", "teams", "zoom", "virtuelt", "digitalt", "remotely", "remote", "video", "skærm", "videomøde"]
)
_HERE: Final = frozenset(["fysisk", "fremmøde", "person"])
_FILLER: Final = frozenset(
    [
        "jeg",
        "mig",
        "i",
        "er",
        "am",
        "will",
        "ll",
        "m",
        "be",
        "there",
        "here",
        "der",
        "her",
        "det",
        "den",
        "de",
        "d",
        "kl",
        "til",
        "at",
        "på",
        "for",
        "om",
        "af",
        "og",
        "and",
        "a",
        "the",
        "to",
        "on",
        "in",
        "this",
        "that",
        "it",
        "my",
        "me",
        "is",
        "desværre",
        "gerne",
        "godt",
        "også",
        "selvfølgelig",
        "naturligvis",
        "bestemt",
        "helt",
        "klart",
        "meget",
        "rigtig",
        "ret",
        "tak",
        "hermed",
        "bekræfter",
        "bekræfte",
        "hej",
        "nødt",
        "bliver",
        "blive",
        "må",
        "vil",
        "skal",
        "kan",
        "kunne",
        "have",
        "har",
        "melde",
        "melder",
        "melde",
        "fra",
        "op",
        "ud",
        "møder",
        "deltagelse",
        "mødet",
        "møde",
        "meeting",
        "gang",
        "denne",
        "dette",
        "dag",
        "dagen",
        "tid",
        "tiden",
        "fint",
        "passer",
        "fine",
        "great",
        "good",
        "svar",
        "answer",
        "mit",
        "min",
        "can",
        "mandag",
        "tirsdag",
        "onsdag",
        "torsdag",
        "fredag",
        "lørdag",
        "søndag",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
        "january",
        "february",
        "march",
        "may",
        "june",
        "july",
        "october",
        "unfortunately",
        "sorry",
        "afraid",
        "please",
        "thanks",
        "thank",
        "you",
        "very",
        "much",
        "many",
        "mange",
        "beklager",
        "indkaldelsen",
        "invitationen",
        "indkaldelse",
        "invitation",
        "glad",
        "happy",
        "pleased",
        "able",
        "make",
        "made",
        "via",
        "through",
        "ved",
        "igen",
        "again",
    ]
)
_CONDITIONS: Final = frozenset(
    [
        "men",
        "hvis",
        "såfremt",
        "dog",
        "medmindre",
        "alligevel",
        "undtagen",
        "bortset",
        "forudsat",
        "but",
        "if",
        "unless",
        "however",
        "except",
        "provided",
    ]
)
# Each of these words says nothing by itself.
_TOGETHER: Final = (
    frozenset({"make", "it"}),
    frozenset({"be", "there"}),
    frozenset({"er", "der"}),
    frozenset({"er", "her"}),
    frozenset({"kan", "godt"}),
    frozenset({"kan", "fint"}),
    frozenset({"passer", "fint"}),
    frozenset({"passer", "godt"}),
    frozenset({"møder", "op"}),
)


@dataclass(frozen=True)
class Said:
    """An answer in words, and what else was said with it."""

    word: AnswerWord
    presence: Presence | None = None
    more: str = ""


# What mail programs put before the subject when somebody answers an invitation with a button.
_SUBJECTS: Final = {
    "accepteret": AnswerWord.YES,
    "accepted": AnswerWord.YES,
    "godkendt": AnswerWord.YES,
    "deltager": AnswerWord.YES,
    "afslået": AnswerWord.NO,
    "afvist": AnswerWord.NO,
    "declined": AnswerWord.NO,
    "foreløbig": AnswerWord.MAYBE,
    "foreløbigt accepteret": AnswerWord.MAYBE,
    "foreløbigt": AnswerWord.MAYBE,
    "måske": AnswerWord.MAYBE,
    "tentative": AnswerWord.MAYBE,
    "tentatively accepted": AnswerWord.MAYBE,
}


def said_in_subject(subject: str) -> Said | None:
    """Some servers lose the calendar object of an answer and leave its subject."""
    word = _SUBJECTS.get(subject.partition(":")[0].strip().lower()) if ":" in subject else None
    return Said(word) if word else None


def understood(text: str) -> Said | None:
    """What the first sentences say, where they say one thing and clearly; `more` is all of the text when it says more."""
    text = unicodedata.normalize("NFC", text).strip()
    body = _without_sign_off(_GREETING.sub("", text))
    sentences = [sentence.strip() for sentence in _SENTENCES.split(body) if sentence.strip()]
    said: Said | None = None
    read = 0
    for sentence in sentences[:_FIRST]:
        one = _sentence(sentence)
        if one is None and (said is None or not _is_filler(sentence)):
            if said is None and _is_filler(sentence):
                read += 1
                continue
            break
        read += 1
        if one is not None:
            if said is not None and (one.word, one.presence or said.presence) != (
                said.word,
                said.presence or one.presence,
            ):
                return None  # it says one thing and then another
            said = said or one
            said = Said(said.word, said.presence or one.presence)
    if said is None or any(_contradicts(sentence) for sentence in sentences[read:]):
        return None
    is_all = read >= len(sentences) and not any(letter.isdigit() for letter in body)
    return said if is_all else Said(said.word, said.presence, body)


def _without_sign_off(text: str) -> str:
    """Up to the line that takes leave, where one does; what follows is a name."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if number and _SIGN_OFF.match(line.strip()):
            return "\n".join(lines[:number]).strip()
    return text.strip()


def _tokens(sentence: str) -> list[str]:
    plain = sentence.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    plain = re.sub(r"\b(can|won|don)'t\b", lambda found: found[1] + "t", plain).replace("'", " ")
    plain = re.sub(r"\bser frem til\b|\bvi ses\b|\bglæder mig\b|\blooking forward\b|\bsee you\b", " ", plain)
    plain = "".join(letter for letter in plain if unicodedata.category(letter) not in {"So", "Sk", "Cf", "Mn"})
    plain = re.sub(r"[:;]-?[)D]", " ", plain)
    return [token for token in _TOKEN.findall(plain) if token not in {",", ".", "-", "!", ":", ";", "\N{EN DASH}"}]


def _is_filler(sentence: str) -> bool:
    return all(token in _FILLER or token.isdigit() for token in _tokens(sentence))


def _contradicts(sentence: str) -> bool:
    """A later sentence that takes back or conditions what was said."""
    return not _CONDITIONS.isdisjoint(_tokens(sentence))


def _sentence(sentence: str) -> Said | None:
    tokens = _tokens(sentence)
    words = set(tokens)
    if not tokens or any(
        not (token.isdigit() or token in _YES | _NO | _OFF | _MAYBE | _ONLINE | _HERE | _FILLER) for token in tokens
    ):
        return None
    says_no, is_off = bool(words & _NO), bool(words & _OFF) or {"melder", "fra"} <= words or {"melde", "fra"} <= words
    presence = Presence.ONLINE if words & _ONLINE else Presence.HERE if words & _HERE else None
    if words & _MAYBE:
        return None if says_no or is_off else Said(AnswerWord.MAYBE, presence)
    if says_no or is_off:
        return _no(tokens, words, says_no=says_no, is_off=is_off, presence=presence)
    if words & _YES or presence:
        return Said(AnswerWord.YES, presence)
    return Said(AnswerWord.YES) if any(pair <= words for pair in _TOGETHER) else None


def _no(tokens: list[str], words: set[str], *, says_no: bool, is_off: bool, presence: Presence | None) -> Said | None:
    """A no to being there in person may be a yes to being there online, and a no to a no is anything."""
    negations = [token for token in tokens if token in _NO - {"nej", "no"}]
    if (
        presence is not None
        or (is_off and negations)
        or len(negations) > 1
        or words & {"ja", "jo", "yes", "yep", "sure"}
    ):
        return None
    if says_no and not negations and not is_off and words & _YES:
        return None  # "nej, jeg kommer"
    return Said(AnswerWord.NO)
