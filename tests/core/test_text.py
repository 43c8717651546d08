"""What people write, as safe HTML and as plain text."""

import pytest

from app.core.text import markdown, plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mad & drikke", "Mad & drikke"),
        ("3 < 4 > 2", "3 < 4 > 2"),
        ("**fed**\n\n- et\n- to", "fed et to"),
        ('»sådan« "sådan"', '»sådan« "sådan"'),
        ("<b>ikke fed</b>", "<b>ikke fed</b>"),
    ],
)
def test_plain_text_reads_as_it_was_written(written, read):
    assert plain(written) == read


def test_plain_text_is_escaped_where_it_is_printed(app):
    with app.test_request_context():
        page = app.jinja_env.from_string("{{ text | plain }}").render(text="<script>alert(1)</script> & mere")
    assert "<script" not in page
    assert page.endswith("&amp; mere")


def test_html_of_what_people_write_is_safe():
    assert "<script" not in markdown("<script>alert(1)</script>")
    assert "href" not in markdown("[klik](javascript:alert(1))")
