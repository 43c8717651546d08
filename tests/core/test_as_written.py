"""Text from a mail shows as it was written: its characters and lines, and nothing that it would mean as Markdown."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from app.core.text import as_written, markdown, typed

ODD = st.text(st.sampled_from("ab1 .)#>-+=*_`~|:[](){}<>/&;!\\\n\tæ\"'"), max_size=60)


def shown(source: str) -> list[str]:
    """The lines that are read, without blank ones."""
    html = str(markdown(source)).replace("<br>", "\n").replace("</p>", "\n")
    text = LexborHTMLParser(f"<body>{html}").body.text()
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def read(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


@settings(max_examples=600, deadline=None)
@given(ODD)
@example("# Ikke en overskrift\n> ikke et citat\n- ikke en liste\n1. heller ikke\n2) nej")
@example("Overskrift\n===\nnæste\n---\n***\n_ _ _\n* * *")
@example("a|b\n-|-\n1|2")
@example("a\n:-:\n|-|")
@example("[a]: http://x\n[a] [b](http://c) ![d][a]")
@example("<b>fed</b> <http://x.dk> &amp; &#65; a<b")
@example("```\nkode\n~~~\n`x` snake_case _u_ __x__ 2*3*4 **f**")
@example("    indrykket\n\tog mere\\")
@example("-\n+\n*\n1.\n#")
def test_every_character_shows(text):
    source = as_written(text)
    assert shown(source) == read(text)
    assert set(LexborHTMLParser(f"<body>{markdown(source)}").body.css("*")) is not None
    tags = {node.tag for node in LexborHTMLParser(f"<body>{markdown(source)}").body.css("*")} - {"body"}
    assert tags <= {"p", "br"}


@given(ODD)
def test_the_text_of_a_mail_reads_as_it_was_typed(text):
    assert read(typed(as_written(text))) == read(text) or "\\" in text


@pytest.mark.parametrize("plain", ["Vi ringede først. Det gik godt, 3 af 4 sagde ja (80 %).", "https://x.dk/a_b?c=1"])
def test_ordinary_words_stay_as_they_are(plain):
    assert as_written(plain) == plain


def test_what_no_column_holds_is_left_out():
    assert as_written("a\x00b\ud800c\u2028d\r\ne") == "a b c\nd\ne"
