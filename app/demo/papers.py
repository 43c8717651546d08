"""Who was at the hand-made meetings, and the files that lie with them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from app.attendance.models import Attendance, Means, Project, Scan
from app.cases.models import CaseAttachment
from app.demo.rows import Rows, Values
from app.files.models import File, FileContent, FileKind
from app.incoming.models import Fate, IncomingMail
from app.meetings.models import AnswerWord, Attachment, Presence

Answered = tuple[str, AnswerWord, Presence | None, str]
LETTER = (
    "Kære mester",
    (
        "Har du to timers arbejde om ugen, som ingen når? Så har vi en, der gerne vil. Vi kommer forbi og hører om det, "
        "og kommunen tager sig af papirerne."
    ),
    "Med venlig hilsen de elleve nordjyske kommuner",
)
TALK = (
    "Fire ansættelser på Tangværket",
    "1. Vi begyndte med opgaven, ikke med personen.",
    "2. To timer om ugen var nok til at blive en del af holdet.",
    "3. Mesteren skal kunne ringe til et menneske, ikke til en hovedlinje.",
)
CALL = (
    "Sådan ringede mureren",
    "1. Jeg har en, der fejer og rydder op tirsdag og torsdag.",
    "2. Det koster mig mindre end at gøre det selv.",
    "3. Skal jeg bede dem ringe til dig?",
)
SIGNED = ("Deltagerliste til underskrift (eksempel)", "Underskrevet i hånden på dagen.")


def write_present(
    rows: Rows, meeting_id: int, people: Mapping[str, int], answers: Sequence[Answered], *, start: datetime, by: int
) -> None:
    """Who said yes came, but for one of them; another one had to leave early; and someone from the host's house sat in."""
    coming = [(key, presence) for key, word, presence, _note in answers if word is AnswerWord.YES]
    common: Values = {"meeting_id": meeting_id, "guest_code": None, "by_id": by, "created_at": start, "came_at": None}
    for number, (key, presence) in enumerate(coming[: max(1, len(coming) - 1)]):
        left = start + timedelta(minutes=105) if number == 3 else None
        means = Means.CODE if number % 3 else Means.COORDINATOR
        values = {"person_id": people[key], "guest_name": "", "guest_organisation": "", "means": means}
        rows.add(Attendance, {**common, **values, "presence": presence or Presence.HERE, "left_at": left})
    guest = {"person_id": None, "guest_name": "Inge Gravesen", "guest_organisation": "Frivilligcentret"}
    rows.add(Attendance, {**common, **guest, "presence": Presence.HERE, "left_at": None, "means": Means.COORDINATOR})


def write_signed(rows: Rows, meeting_id: int, network_id: int, *, at: datetime, by: int) -> None:
    file_id = _file(rows, network_id, "Underskrevet deltagerliste", FileKind.PDF, _pdf(SIGNED), at=at, by=by)
    rows.add(Scan, {"meeting_id": meeting_id, "file_id": file_id, "reason": "", "added_by_id": by, "added_at": at})


def write_attached(
    rows: Rows, meeting_id: int, network_id: int, items: Sequence[int], *, at: datetime, by: Sequence[int]
) -> None:
    """A letter for one item and a talk for another."""
    letter = _file(rows, network_id, "Udkast til brev til mestre", FileKind.DOCX, _docx(LETTER), at=at, by=by[0])
    talk = _file(rows, network_id, "Fire ansættelser på Tangværket", FileKind.PDF, _pdf(TALK), at=at, by=by[-1])
    for file_id, item_id in ((talk, items[2]), (letter, items[5])):
        rows.add(Attachment, {"meeting_id": meeting_id, "agenda_item_id": item_id, "file_id": file_id})


def write_with_reply(
    rows: Rows, case_id: int, post_id: int, network_id: int, name: str, *, at: datetime, by: int
) -> None:
    file_id = _file(rows, network_id, name, FileKind.PDF, _pdf(CALL), at=at, by=by)
    rows.add(CaseAttachment, {"case_id": case_id, "post_id": post_id, "file_id": file_id})


def write_mail(rows: Rows, subject: str, body: str, *, at: datetime, by: int, address: str) -> int:
    """A mail that has become a reply, as it came; returns its id."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = address, "svar@erfa.example", f"SV: {subject}"
    mail["Date"], mail["Message-ID"] = (
        format_datetime(at),
        f"<{hashlib.sha256(body.encode()).hexdigest()[:20]}@mail.example>",
    )
    mail.set_content(
        f"{body}\n\nVenlig hilsen\nJonas\n\nSendt fra min telefon\n\n> ##- Skriv dit svar over denne linje -##\n"
    )
    values: Values = {
        "recipient": "svar@erfa.example",
        "from_address": address,
        "person_id": by,
        "subject": str(mail["Subject"]),
    }
    key = hashlib.sha256(str(mail["Message-ID"]).encode()).hexdigest()
    return rows.add(IncomingMail, {**values, "key": key, "received_at": at, "raw": mail.as_bytes(), "fate": Fate.TAKEN})


def write_project(rows: Rows, network_id: int, *, at: datetime, by: int) -> None:
    words = {"name": "Nye veje i nord", "number": "ESFN-21-0042", "funder": "Medfinansieret af Den Europæiske Union"}
    rows.put(Project, {"network_id": network_id, **words, "logo_id": None, "updated_at": at, "updated_by_id": by})


def _file(rows: Rows, network_id: int, name: str, kind: FileKind, content: bytes, *, at: datetime, by: int) -> int:
    values: Values = {"network_id": network_id, "name": f"{name}.{kind.value}", "kind": kind, "size": len(content)}
    more = {"sha256": hashlib.sha256(content).hexdigest(), "created_by_id": by, "created_at": at}
    file_id = rows.add(File, {**values, **more, "removed_at": None, "removed_by_id": None})
    rows.put(FileContent, {"file_id": file_id, "content": content})
    return file_id


def _docx(lines: Sequence[str]) -> bytes:
    """The least that Word opens."""
    office = "http://schemas.openxmlformats.org"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{office}/wordprocessingml/2006/main"><w:body>{body}</w:body>'
        "</w:document>",
    }
    buffer = BytesIO()
    with ZipFile(buffer, "w") as packed:
        for name, text in parts.items():
            packed.writestr(ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')
    return buffer.getvalue()


def _pdf(lines: Sequence[str]) -> bytes:
    """One page with one text above the other."""
    shown = b" T* ".join(
        b"(" + line.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)") + b") Tj" for line in lines
    )
    page = b"BT /F 14 Tf 22 TL 60 760 Td " + shown + b" ET"
    things = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    document, places = b"%PDF-1.7\n", []
    for number, thing in enumerate(things, start=1):
        places.append(len(document))
        document += b"%d 0 obj%s endobj\n" % (number, thing)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return document + end % (table, len(document))
