"""What people paste, and which addresses are found in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.invitations.pasting import Pasted, read_addresses

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@x.dk", [("a@x.dk", "")]),
        ("a@x.dk, b@x.dk c@x.dk\tb2@x.dk|d@x.dk/e@x.dk", [(f"{n}@x.dk", "") for n in ("a", "b", "c", "b2", "d", "e")]),
        ("Lone Lund <Lone@Thisted.dk>; per@x.dk;", [("lone@thisted.dk", "Lone Lund"), ("per@x.dk", "")]),
        ('"Lund, Lone" <l@x.dk>; Holm, Per <p@x.dk>', [("l@x.dk", "Lone Lund"), ("p@x.dk", "Per Holm")]),
        ("Lund, Lone <l@x.dk>, Holm, Per <p@x.dk>", [("l@x.dk", "Lone Lund"), ("p@x.dk", "Per Holm")]),
        ("l@x.dk (Lone Lund), p@x.dk", [("l@x.dk", "Lone Lund"), ("p@x.dk", "")]),
        ("Lone Lund\tl@x.dk\np@x.dk\tPer Holm\tkonsulent", [("l@x.dk", "Lone Lund"), ("p@x.dk", "Per Holm")]),
        ("- a@x.dk\r\n* b@x.dk.\n\n", [("a@x.dk", ""), ("b@x.dk", "")]),
        ("'a@x.dk' <a@x.dk>", [("a@x.dk", "")]),
        ("\u200ba@x.dk\u200e,\u00a0b@x.dk", [("a@x.dk", ""), ("b@x.dk", "")]),
        ("J.P. Holm, chef <jp@x.dk>", [("jp@x.dk", "chef J.P. Holm")]),
        ("„Åse Ærø“ <aase@x.dk>", [("aase@x.dk", "Åse Ærø")]),
        ("mailto:a@x.dk", [("a@x.dk", "")]),
        ("\x1f \x07a@x.dk\x00", [("a@x.dk", "")]),
        ("\x1f", []),
        ("", []),
        (";;,,\n\t;", []),
    ],
)
def test_addresses_are_found_with_their_names(text, expected):
    reading = read_addresses(text)
    assert [(entry.email, entry.name) for entry in reading.entries] == expected
    assert reading.bad == []


def test_who_stands_there_twice_stands_there_once_and_keeps_the_name():
    reading = read_addresses("A@x.dk; Anna <a@X.DK>; a@x.dk (Another)")
    assert reading.entries == [Pasted("a@x.dk", "Anna")]


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("lone.thisted.dk, a@x.dk", ["lone.thisted.dk"]),
        ("a@x.dk, lone.thisted.dk", ["lone.thisted.dk"]),
        ("lone@; @x.dk; a@b@c.dk", ["lone@", "@x.dk", "a@b@c.dk"]),
        ("Lone Lund; a@x.dk", ["Lone Lund"]),
        ("Navn;Mail\nLone;lone@x.dk", ["Navn", "Mail", "Lone"]),
        ("æble@x.dk", ["æble@x.dk"]),
        ("x" * 300 + "@x.dk", ["x" * 300 + "@x.dk"]),
        ("lone@; lone@", ["lone@"]),
    ],
)
def test_what_is_no_address_is_named_once_as_it_was_written(text, bad):
    assert read_addresses(text).bad == bad


def test_a_name_too_long_for_its_column_is_left_out():
    assert read_addresses("Lone " * 40 + "<l@x.dk>").entries == [Pasted("l@x.dk", "")]


@given(st.text(max_size=300))
def test_anything_at_all_can_be_pasted(text):
    reading = read_addresses(text)
    assert len({entry.email for entry in reading.entries}) == len(reading.entries)
    assert all(entry.email == entry.email.lower() and len(entry.name) <= 120 for entry in reading.entries)
    assert all(bad.strip() for bad in reading.bad)


ADDRESSES = st.from_regex(r"[a-z][a-z0-9]{0,8}@[a-z]{2,8}\.dk", fullmatch=True)
NAMES = st.sampled_from(["", "Lone Lund", "Åse Ærø", "Per"])


@given(
    st.lists(st.tuples(NAMES, ADDRESSES), min_size=1, max_size=20),
    st.sampled_from([";", "; ", "\n", "\r\n", ", ", ";\n"]),
)
def test_whatever_stands_between_them_none_is_lost(people, separator):
    text = separator.join(f"{name} <{email}>" if name else email for name, email in people)
    reading = read_addresses(text)
    assert [entry.email for entry in reading.entries] == list(dict.fromkeys(email for _name, email in people))
    assert reading.bad == []
