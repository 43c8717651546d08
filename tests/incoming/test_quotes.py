"""Of an answer only what was written is taken: the quote and the signature of every mail program are cut, and no word is lost."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.incoming.hypertext import as_text, safe
from app.incoming.quotes import written_in
from tests.running import allowed

WROTE = "Vi ringer til mesteren først.\n\nDet har virket to gange."
OURS = "ERFA Prøvenet skriver:\n\nHvem skal ringe først?\n\nSvar her: https://erfa.test/cases/7"
MARKED = f"##- Skriv dit svar over denne linje -##\n\n{OURS}"


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def block(*lines: str) -> str:
    return "\n".join(lines)


OUTLOOK_DA = block(
    "Fra: ERFA Prøvenet <r+c7-12-abc@svar.erfa.test>",
    "Sendt: 24. november 2026 10:12",
    "Til: Mette Medlem <mette@jammerbugt.test>",
    "Emne: Re: Hvem skal ringe først?",
)
OUTLOOK_EN = block(
    "From: ERFA <noreply@erfa.test>", "Sent: Tuesday, November 24, 2026 10:12 AM", "To: Mette", "Subject: Re: X"
)

SAMPLES = {
    "Outlook på skrivebordet": f"{WROTE}\n\nMed venlig hilsen\nMette\n\n{OUTLOOK_DA}\n\n{OURS}",
    "Outlook desktop": f"{WROTE}\n\n{OUTLOOK_EN}\n\n{OURS}",
    "Outlook with no address": f"{WROTE}\n\nFra: Karen Tovholder\nSendt: 3. december 2026 09:00\nTil: Mette\nEmne: SV: Møde\n\n{OURS}",
    "Outlook på nettet, en streg": f"{WROTE}\n________________________________\n{OUTLOOK_DA}\n\n{OURS}",
    "Outlook on the web": f"{WROTE}\n\n________________________________\n{OUTLOOK_EN}\nCc: Ole\n\n{OURS}",
    "Outlook with stars": f"{WROTE}\n\n*Fra:* ERFA <n@erfa.test>\n*Sendt:* 24. november 2026\n*Til:* Mette\n*Emne:* Sag\n\n{OURS}",
    "gammel Outlook": f"{WROTE}\n\n-----Oprindelig meddelelse-----\n{OUTLOOK_DA}\n\n{OURS}",
    "old Outlook": f"{WROTE}\n\n-----Original Message-----\nFrom: ERFA\n\n{OURS}",
    "Outlook til iOS": f"{WROTE}\n\nHent Outlook til iOS<https://aka.ms/o0ukef>\n________________________________\n{OUTLOOK_DA}\n\n{OURS}",
    "Outlook til Android": f"{WROTE}\n\nFå Outlook til Android<https://aka.ms/AAb9ysg>\n\n{OUTLOOK_DA}\n{OURS}",
    "Outlook for iOS": f"{WROTE}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n{OUTLOOK_EN}\n\n{OURS}",
    "svensk Outlook": f"{WROTE}\n\nFrån: ERFA <n@erfa.test>\nSkickat: den 24 november 2026 10:12\nTill: Mette\nÄmne: Sak\n\n{OURS}",
    "norsk Outlook": f"{WROTE}\n\nFra: ERFA <n@erfa.test>\nSendt: tirsdag 24. november 2026 10:12\nTil: Mette\nEmne: Sak\n\n{OURS}",
    "Gmail på dansk": f"{WROTE}\n\nDen tir. 24. nov. 2026 kl. 10.12 skrev ERFA Prøvenet <\nr+c7-12-abc@svar.erfa.test>:\n\n{quoted(OURS)}",
    "Gmail": f"{WROTE}\n\nOn Tue, Nov 24, 2026 at 10:12 AM ERFA Prøvenet <n@erfa.test> wrote:\n\n{quoted(OURS)}\n",
    "Gmail in four lines": f"{WROTE}\n\nOn Tue, Nov 24, 2026 at 10:12 AM\nERFA Prøvenet\n<n@erfa.test>\nwrote:\n\n{quoted(OURS)}\n",
    "svensk Gmail": f"{WROTE}\n\nDen tis 24 nov. 2026 kl 10:12 skrev ERFA <n@erfa.test>:\n\n{quoted(OURS)}",
    "norsk Gmail": f"{WROTE}\n\ntir. 24. nov. 2026 kl. 10:12 skrev ERFA <n@erfa.test>:\n\n{quoted(OURS)}",
    "Apple Mail på dansk": f"{WROTE}\n\n> Den 24. nov. 2026 kl. 10.12 skrev ERFA <n@erfa.test>:\n> \n{quoted(OURS)}",
    "Apple Mail": f"{WROTE}\n\n\n> On 24 Nov 2026, at 10.12, ERFA <n@erfa.test> wrote:\n>\n{quoted(OURS)}",
    "norsk Apple": f"{WROTE}\n\n24. nov. 2026 kl. 10:12 skrev ERFA <n@erfa.test>:\n\n{quoted(OURS)}",
    "iPhone på dansk": f"{WROTE}\n\nSendt fra min iPhone\n\n> Den 24. nov. 2026 kl. 10.12 skrev ERFA <n@erfa.test>:\n>\n{quoted(OURS)}",
    "iPhone": f"{WROTE}\n\nSent from my iPhone\n\n> On 24 Nov 2026, at 10.12, ERFA <n@erfa.test> wrote:\n>\n{quoted(OURS)}",
    "svensk iPhone": f"{WROTE}\n\nSkickat från min iPhone\n\n> 24 nov. 2026 kl. 10:12 skrev ERFA <n@erfa.test>:\n>\n{quoted(OURS)}",
    "Thunderbird på dansk": f"{WROTE}\n\nDen 24-11-2026 kl. 10:12 skrev ERFA Prøvenet:\n{quoted(OURS)}\n\n-- \nMette Medlem\nJammerbugt",
    "Thunderbird": f"{WROTE}\n\nOn 24/11/2026 10:12, ERFA Prøvenet wrote:\n{quoted(OURS)}",
    "Samsung": f"{WROTE}\n\nSendt fra min Galaxy\n\n\n-------- Oprindelig besked --------\nFra: ERFA <n@erfa.test>\n{OURS}",
    "signatur": f"{WROTE}\n\n-- \nMette Medlem\nJammerbugt Kommune\nTlf. 72 57 77 77",
    "signatur uden mellemrum": f"{WROTE}\n\n--\nMette Medlem\nJammerbugt Kommune",
    "kun svar": WROTE,
    "kun svar fra telefonen": f"{WROTE}\n\nSendt fra Outlook til iOS",
    "et citat uden ord om hvem": f"{WROTE}\n\n{quoted(OURS)}",
    "vores egen linje, ikke citeret": f"{WROTE}\n\n{MARKED}",
    "vores egen linje efter Outlook": f"{WROTE}\n\n{OUTLOOK_DA}\n\n{MARKED}",
    "vores egen linje efter Gmail": f"{WROTE}\n\nDen tir. 24. nov. 2026 kl. 10.12 skrev ERFA <n@erfa.test>:\n\n{quoted(MARKED)}",
    "vores egen linje efter ukendt program": f"{WROTE}\n\n{quoted(MARKED)}",
    "vores egen linje på engelsk": f"{WROTE}\n\n##- Write your answer above this line -##\n{OURS}",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_what_was_written_is_left_and_the_quote_is_gone(name):
    left = written_in(SAMPLES[name])
    assert left.removesuffix("\n\nMed venlig hilsen\nMette") == WROTE


LOSES_NOTHING = {
    "an ordinary line like an attribution": "Hej.\n\nDen rapport skrev Bo:\nDen er god.\n\nHilsen Mette",
    "with a number in it": "Hej.\n\nDen 3. rapport skrev Bo:\nden er god.\n\nHilsen Mette",
    "a time table": "Hej.\n\nFra: 10.00\nTil: 12.00\nEmne: Småjob\nDato: 3. maj\n\nSes vi?",
    "two headers": "Hej.\n\nFra: Aalborg\nTil: Hjørring\n\ngår der en bus.",
    "dashes between paragraphs": "Første.\n\n--\n\n"
    + "En lang linje, som ingen signatur har, fordi den fortæller noget om sagen.\n" * 3,
    "an answer between the lines": "Se nedenfor.\n\n> Hvem ringer?\nDet gør jeg.\n> Hvornår?\nI morgen.",
    "an answer below": f"Den 24. nov. 2026 kl. 10.12 skrev ERFA <n@erfa.test>:\n{quoted(OURS)}\n\nDet gør jeg.",
    "an answer below our line": f"Den 24. nov. 2026 kl. 10.12 skrev ERFA <n@erfa.test>:\n{quoted(MARKED)}\n\nDet gør jeg.",
    "only a quote": quoted(OURS),
    "a forwarded mail": f"Se hvad de skriver.\n\n---------- Forwarded message ---------\n{OUTLOOK_EN}\n\nVi vil gerne være med.",
    "Apple forwards": f"Se.\n\nStart på videresendt besked:\n\n{OUTLOOK_DA}\n\nVi vil gerne være med.",
    "who the phone is from": "Den besked er sendt fra min iPhone i går, så den kom ikke med.",
}


@pytest.mark.parametrize("name", LOSES_NOTHING)
def test_what_only_looks_like_a_quote_stays(name):
    assert written_in(LOSES_NOTHING[name]) == LOSES_NOTHING[name].strip()


def test_what_outlook_forwards_stays():
    text = f"Se.\n\n{OUTLOOK_DA}\n\nVi vil gerne være med."
    assert written_in(text, subject="VS: Tilbud") == text
    assert written_in(text, subject="SV: Tilbud") == "Se."


WORDS = st.text("abcæøå ,.?!0123456789:@<>-\n", min_size=1).filter(lambda words: words.strip(" \n->"))


@settings(max_examples=200, deadline=None)
@given(WORDS, st.sampled_from([quoted(MARKED), MARKED, f"{OUTLOOK_DA}\n\n{MARKED}"]))
def test_every_word_above_our_line_survives(words, rest):
    """But for what begins as a quote, or is a signature below "--"."""
    lines = [line for line in words.split("\n") if not line.lstrip().startswith((">", "--")) and line.strip(" -")]
    left = written_in("\n".join(lines) + f"\n\n{rest}") if lines else ""
    for line in lines:
        assert line.strip() in left


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_nothing_that_anybody_writes_is_too_much(text):
    left = written_in(text)
    assert bool(left) == bool(text.strip())


@pytest.mark.parametrize(
    "piece",
    [
        "> a\n",
        "Den 24. nov. 2026 skrev\n",
        "Fra: a\n",
        "a ",
        "--\n",
        "-- \n",
        "On 1 2\n",
        "Sendt fra a\n",
        "\n",
        "*Fra:",
        "##- ",
    ],
)
def test_a_megabyte_takes_no_time(piece):
    text = piece * (1_000_000 // len(piece))
    started = time.perf_counter()
    written_in(text)
    assert time.perf_counter() - started < allowed(3)


HTML_ANSWERS = {
    "Gmail": '<div dir="ltr">Vi ringer.<br><br>Mette</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Den tir. '
    '24. nov. 2026 kl. 10.12 skrev ERFA &lt;<a href="mailto:n@erfa.test">n@erfa.test</a>&gt;:<br></div><blockquote><p>Hvem?</p></blockquote></div>',
    "Outlook": '<html><head><style>p {margin:0}</style></head><body><p>Vi ringer.</p><p>&nbsp;</p><p>Mette</p><hr><div id="divRplyFwdMsg">'
    "<b>Fra:</b> ERFA &lt;n@erfa.test&gt;<br><b>Sendt:</b> 24. november 2026 10:12<br><b>Til:</b> Mette<br><b>Emne:</b> Sag</div><p>Hvem?</p></body></html>",
    "Apple": "<html><body>Vi ringer.<div><br></div><div>Mette</div><div><br><blockquote type='cite'><div>Den 24. nov. 2026 kl. 10.12 "
    "skrev ERFA &lt;n@erfa.test&gt;:</div><br><div>Hvem?</div></blockquote></div></body></html>",
}


@pytest.mark.parametrize("name", HTML_ANSWERS)
def test_an_answer_in_html_is_read_the_same_way(name):
    assert written_in(as_text(HTML_ANSWERS[name])) == "Vi ringer.\n\nMette"


def test_html_becomes_readable_text():
    html = '<h2>Til mødet</h2><ul><li>Kaffe</li><li>Te</li></ul><p>Se <a href="https://x.test/a">her</a> &amp; kom.</p><script>alert(1)</script>'
    assert as_text(html) == "Til mødet\n\n- Kaffe\n- Te\n\nSe her (https://x.test/a) & kom."


def test_html_is_shown_without_anything_that_runs_or_is_fetched():
    html = '<img src="https://spy.test/1"><p onclick="a()" style="background:url(https://spy.test)">Hej</p><a href="javascript:a()">x</a><iframe src="/"></iframe><form action="/"><input></form>'
    shown = safe(html)
    assert "Hej" in shown
    for bad in ("spy.test", "onclick", "javascript", "iframe", "form", "style"):
        assert bad not in shown


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000,
        "<blockquote>" * 20_000 + "a",
        "<a " * 100_000,
        "&" * 500_000,
        "<!--" * 100_000,
        "<![CDATA[" * 100_000,
    ],
)
def test_hostile_html_takes_no_time(html):
    started = time.perf_counter()
    as_text(html)
    assert time.perf_counter() - started < allowed(5)
