"""WTForms' own messages are said in our words, in both languages."""

import re
from pathlib import Path

import pytest
import wtforms
from flask_babel import force_locale
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.core.forms import BUILT_IN

UNSEEN = {"Choices cannot be None.", "Invalid CSRF Token.", "Invalid field name '%s'.", "Invalid IP address.", "Invalid Mac address.", "Invalid UUID.", "CSRF token missing.", "CSRF failed.", "CSRF token expired."}  # fmt: skip


class Form(FlaskForm):
    day = DateField()
    number = IntegerField()
    choice = SelectField(choices=[SelectChoice("a", "A")])
    name = StringField(validators=[InputRequired()])
    short = StringField(validators=[Length(max=3)])
    long = StringField(validators=[Length(min=3)])


TYPED = {"day": "x", "number": "x", "choice": "b", "name": "", "short": "abcd", "long": "a"}


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("da", {"day": "Skriv datoen med dag, måned og år.", "number": "Skriv et helt tal.", "choice": "Vælg en af dem på listen.", "name": "Udfyld feltet.", "short": "Brug højst 3 tegn.", "long": "Brug mindst 3 tegn."}),
        ("en", {"day": "Write the day as day, month and year.", "number": "Write a whole number.", "choice": "Choose one of those in the list.", "name": "Fill this in.", "short": "Use at most 3 characters.", "long": "Use at least 3 characters."}),
    ],
)  # fmt: skip
def test_what_wtforms_says_is_said_in_our_words(app, locale, said):
    with app.test_request_context(method="POST"), force_locale(locale):
        form = Form(MultiDict(TYPED))
        assert not form.validate()
        assert {name: str(errors[0]) for name, errors in form.errors.items() if name != "csrf_token"} == said


def test_every_sentence_of_wtforms_is_known():
    folder = Path(wtforms.__file__).parent
    source = "".join(path.read_text() for path in [folder / "validators.py", *(folder / "fields").glob("*.py")])
    sentences = set(re.findall(r"""gettext\(\s*"([^"]+)"\s*,?\s*[\n)]""", source))
    sentences |= set(re.findall(r"""ngettext\(\s*"([^"]+)",""", source))
    assert len(sentences) > 20
    assert sentences - UNSEEN <= set(BUILT_IN)


def test_a_form_on_a_page_speaks_danish(browser, world):
    url = f"/people/{world.cast['member']}/affiliations/new"
    page = browser("member").post(url, status=200, organisation="999", moved_on="i går")
    assert "Vælg en af dem på listen." in page.text and "Skriv datoen med dag, måned og år." in page.text
