"""Calendar files in the shapes that real programs write them; the meetings in them are invented."""

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{product}\r\n"
END = "END:VCALENDAR\r\n"

ROMANCE = """\
BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def event(**lines: str) -> str:
    """An event of its lines; underscores stand for hyphens, and `DTSTART` may carry its parameters before a colon."""
    body = []
    for name, value in lines.items():
        body.append(name.replace("_", "-") + (value if value.startswith(";") else f":{value}"))
    return "BEGIN:VEVENT\n" + "\n".join(body) + "\nEND:VEVENT\n"


def calendar(*parts: str, product: str = "-//Prøve//DA") -> bytes:
    return (HEAD.format(product=product) + "".join(parts).replace("\n", "\r\n") + END).encode()


PLAIN = event(
    UID="et@prøve",
    SUMMARY="Småjob hos mestre",
    DTSTART="20261203T083000Z",
    DTEND="20261203T110000Z",
    LOCATION="Fjerritslev",
)

# Classic Outlook: quoted Windows zone of its own, "X-MICROSOFT" lines, a series with one moved and one taken out.
OUTLOOK = calendar(
    "METHOD:PUBLISH\nX-CALSTART:20261001T073000Z\nX-WR-RELCALID:{0000002E}\nX-WR-CALNAME:ERFA\n",
    ROMANCE,
    event(
        CLASS="PUBLIC",
        DTSTART=';TZID="Romance Standard Time":20261001T093000',
        DTEND=';TZID="Romance Standard Time":20261001T120000',
        RRULE="FREQ=MONTHLY;COUNT=5;BYDAY=1TH",
        EXDATE=';TZID="Romance Standard Time":20261203T093000',
        SUMMARY=";LANGUAGE=da:ERFA-møde",
        LOCATION="Rådhuset\\, Hjørring",
        DESCRIPTION="Vi ses.\\n\\nTag kage med\\; gerne to.\\n",
        UID="040000008200E00074C5B7101A82E008",
        X_MICROSOFT_CDO_BUSYSTATUS="BUSY",
        X_ALT_DESC=";FMTTYPE=text/html:<html><body><p>Vi ses.</p></body></html>",
    ),
    event(
        DTSTART=';TZID="Romance Standard Time":20261106T100000',
        DTEND=';TZID="Romance Standard Time":20261106T123000',
        RECURRENCE_ID=';TZID="Romance Standard Time":20261105T093000',
        SUMMARY="ERFA-møde (flyttet)",
        UID="040000008200E00074C5B7101A82E008",
    ),
    product="-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN",
)

# Google: UTC times for single events, HTML in the text, the meeting room in a property of its own.
GOOGLE = calendar(
    "CALSCALE:GREGORIAN\nMETHOD:PUBLISH\nX-WR-CALNAME:ERFA\nX-WR-TIMEZONE:Europe/Copenhagen\n",
    event(
        DTSTART="20270114T120000Z",
        DTEND="20270114T140000Z",
        DTSTAMP="20261120T101010Z",
        UID="7kukuqrfedlm2f9t0vafrk@google.com",
        DESCRIPTION="<p>Dagsorden:</p><ul><li>Nyt</li><li>Sag &amp; svar</li></ul><script>alert(1)</script>",
        X_GOOGLE_CONFERENCE="https://meet.google.com/abc-defg-hij",
        LOCATION="",
        SEQUENCE="0",
        STATUS="CONFIRMED",
        SUMMARY="Onlinemøde",
        TRANSP="OPAQUE",
    ),
    event(
        DTSTART=";TZID=Europe/Copenhagen:20270216T090000",
        DTEND=";TZID=Europe/Copenhagen:20270216T110000",
        RRULE="FREQ=WEEKLY;INTERVAL=2;UNTIL=20270330T215959Z;BYDAY=TU",
        UID="weekly@google.com",
        SUMMARY="Hver anden uge",
    ),
    event(
        DTSTART="20270202T080000Z", DTEND="20270202T090000Z", UID="x@google.com", STATUS="CANCELLED", SUMMARY="Aflyst"
    ),
    product="-//Google Inc//Google Calendar 70.9054//EN",
)

# Apple: DURATION instead of an end, folded lines in the middle of a letter's bytes, all-day events, alarms inside.
APPLE = calendar(
    event(
        UID="E0A1-APPLE",
        DTSTART=";TZID=Europe/Copenhagen:20270318T093000",
        DURATION="PT2H30M",
        SUMMARY="Årsmøde 🎉 på Læsø",
        LOCATION="Byrum Hovedgade 69\\n9940 Læsø",
    ).replace("END:VEVENT", "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nDESCRIPTION:x\nEND:VALARM\nEND:VEVENT"),
    event(UID="E0A2-APPLE", DTSTART=";VALUE=DATE:20270701", DTEND=";VALUE=DATE:20270715", SUMMARY="Ferie"),
    product="-//Apple Inc.//macOS 15.1//EN",
)
