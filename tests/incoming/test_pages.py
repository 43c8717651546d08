"""The whole mail is there for whoever wrote it and for those who run the network; administrators see what became of all."""

import pytest

from app.extensions import db
from app.incoming.models import IncomingMail
from app.incoming.operations import settle

HTML = (
    b"Message-ID: <h@x.test>\r\nSubject: Re: Sagen\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b'<p onclick="x()">Vi ringer.</p><img src="https://spy.test/1.gif"><script>x()</script>'
    b"<p>Den 24. nov. 2026 kl. 10.12 skrev ERFA:</p><blockquote>Hvem ringer?</blockquote>"
)


@pytest.fixture
def taken(world, post, room):
    """A mail that a case has come of in the network."""
    room.answer = lambda mail, _numbers: (
        settle(mail.id, network_id=world.network_id, became="/cases/7#post-3") or "kept"
    )
    post.bring(post.mail(text="Vi ringer.\n\n> Hvem ringer?"))
    return 1


def test_its_writer_and_the_coordinators_see_it_whole(browser, taken):
    for who in ("member", "coordinator", "administrator"):
        page = browser(who).get("/mail/1")
        assert page.title == "Re: Sagen"
        assert "> Hvem ringer?" in page.html.replace("&gt;", ">")
        assert page.links()["Se, hvad den blev til"] == "/cases/7#post-3"


@pytest.mark.parametrize("who", ["colleague", "outsider"])
def test_nobody_else_learns_that_it_is_there(browser, taken, who):
    for path in ("/mail/1", "/mail/1/html", "/mail/1.eml", "/mail/99"):
        assert browser(who).raw("GET", path).status_code == 404


def test_who_is_not_signed_in_is_sent_to_do_so(browser, taken):
    assert browser(None).raw("GET", "/mail/1").status_code == 302


def test_what_was_refused_is_its_writers_alone(browser, post, room):
    room.refuse("Sagen er lukket.")
    post.bring(post.mail())
    assert "afsenderen har fået at vide hvorfor" in browser("member").get("/mail/1").text
    for who in ("coordinator", "administrator"):
        assert browser(who).raw("GET", "/mail/1").status_code == 404


def test_html_is_shown_in_a_frame_where_nothing_runs(browser, post, room):
    post.bring(b"From: " + post.email("member").encode() + b"\r\n" + HTML)
    member = browser("member")
    page = member.get("/mail/1")
    assert "Vi ringer." in page.text
    assert page.tree.css_first("iframe").attributes["sandbox"] == "allow-popups"
    framed = member.raw("GET", "/mail/1/html")
    assert (
        "sandbox" in framed.headers["Content-Security-Policy"]
        and "default-src 'none'" in framed.headers["Content-Security-Policy"]
    )
    assert "Vi ringer." in framed.text
    assert "spy.test" not in framed.text and "script" not in framed.text and "onclick" not in framed.text


def test_it_can_be_taken_along_as_it_came(browser, app, taken):
    answer = browser("member").raw("GET", "/mail/1.eml")
    with app.app_context():
        assert answer.data == db.session.get_one(IncomingMail, 1).raw
    assert answer.headers["Content-Disposition"].startswith("attachment") and answer.mimetype == "message/rfc822"


def test_administrators_see_what_became_of_each_and_nothing_of_what_was_written(browser, world, post, taken, room):
    post.bring(
        post.mail("spam@ond.test", text="Køb nu", Message_ID="<2@x.test>", Subject="Køb"), sender="spam@ond.test"
    )
    post.bring(post.mail(Auto_Submitted="auto-replied", Message_ID="<3@x.test>"))
    admin = browser("administrator")
    page = admin.get("/administration/mail")
    for words in (
        "Modtaget: kept",
        "Afvist: nobody here has that address",
        "Sprunget over: Auto-Submitted",
        "spam@ond.test",
    ):
        assert words in page.text
    assert "Køb nu" not in page.text and "Vi ringer." not in page.text
    assert "Mette" not in admin.get("/administration/mail?fate=refused").text
    assert "spam@ond.test" not in admin.get("/administration/mail?address=person2").text
    assert "Der er ikke kommet sådan en mail." in admin.get("/administration/mail?address=ingen&fate=x").text
    for who in ("member", "coordinator"):
        assert browser(who).raw("GET", "/administration/mail").status_code == 403


def test_the_list_goes_on_and_costs_the_same(app, browser, world, post, room, statements, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_IN_LIMIT", "1000 per minute")
    post.bring(post.mail())
    admin = browser("administrator")
    with statements.counted() as few:
        admin.get("/administration/mail")
    for number in range(60):
        who = ("member", "colleague")[number % 2]
        post.bring(post.mail(who, Message_ID=f"<n{number}@x.test>"), post.address(who), sender=post.email(who))
    with statements.counted() as many:
        page = admin.get("/administration/mail")
    assert len(many) == len(few) <= 8
    assert len(page.tree.css("li.row")) == 50
    older = admin.follow("Ældre")
    assert len(older.tree.css("li.row")) == 11


def test_an_odd_mail_can_be_looked_at(browser, post, room):
    post.bring(
        b"From: " + post.email("member").encode() + b"\r\nContent-Type: multipart/mixed\r\nSubject: =?x?\r\n\r\n--\0"
    )
    assert browser("member").get("/mail/1").status == 200
