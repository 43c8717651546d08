"""The mailbox of the demo: mails as a mail program shows them, and nothing of it in production."""

from email import message_from_bytes
from email.policy import default

import pytest


@pytest.fixture
def kept(owe, work):
    """One mail to the member, as number 1."""
    owe("member", topic=True)
    work()


def test_an_empty_mailbox_says_what_to_do(browser):
    page = browser(None).get("/mailbox")
    assert page.title == "Postkasse"
    assert "Ingen mails endnu" in page.text


def test_the_newest_mail_stands_first_and_can_be_opened(browser, owe, work):
    owe("member", subject="Først")
    owe("member", subject="Sidst", about="case-10")
    work()
    reader = browser(None)
    page = reader.get("/mailbox")
    assert page.text.index("Sidst") < page.text.index("Først")
    assert "person2@erfa.test" in page.text
    page = reader.follow("Sidst")
    assert page.title == "Sidst"


def test_mails_can_be_narrowed_to_one_recipient(browser, owe, work):
    owe("member", "colleague")
    work()
    reader = browser(None)
    reader.get("/mailbox")
    page = reader.submit("Vis", to="Person2@erfa")
    assert "person2@erfa.test" in page.text
    assert "person3@erfa.test" not in page.text
    assert "Ingen mail til »nobody«" in reader.get("/mailbox?to=nobody").text
    assert reader.follow("Vis alle").text.count("@erfa.test") == 2


def test_a_long_mailbox_has_pages(browser, owe, work, statements):
    for number in range(30):
        owe("member", about=f"case-{number}", subject=f"Nummer {number}")
    work()
    reader = browser(None)
    with statements.counted() as seen:
        assert "Nummer 29" in reader.get("/mailbox").text
    assert len(seen) <= 3
    assert "Nummer 0" in reader.follow("Næste").text
    reader.get("/mailbox?page=99999999999999999999")


def test_a_mail_is_shown_with_who_when_and_all_its_headers(browser, kept):
    page = browser(None).get("/mailbox/1")
    assert "ERFA Prøvenet <noreply@erfa.test>" in page.text
    assert "Mette Medlem <person2@erfa.test>" in page.text
    assert "mandag den 23. november 2026 kl. 9.00" in page.text
    for name in ("Message-ID", "References", "List-Unsubscribe-Post", "Thread-Index", "List-Id"):
        assert name in page.text
    assert "Æblegrød på Læsø" in page.tree.css_first("pre").text()
    frame = page.tree.css_first("iframe").attributes
    assert frame["src"] == "/mailbox/1/html"
    assert frame["title"]
    assert "allow-scripts" not in frame["sandbox"]
    assert "allow-same-origin" not in frame["sandbox"]


def test_the_html_part_stands_alone_under_a_policy_that_lets_nothing_run(browser, kept):
    answer = browser(None).raw("GET", "/mailbox/1/html")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
        "sandbox allow-popups allow-top-navigation-by-user-activation"
    )
    html = answer.get_data(as_text=True)
    assert '<base target="_top">' in html
    assert "Æblegrød på Læsø" in html
    assert "prefers-color-scheme: dark" in html


def test_the_mail_can_be_downloaded_as_it_was_sent(browser, kept):
    answer = browser(None).raw("GET", "/mailbox/1.eml")
    assert answer.mimetype == "message/rfc822"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert message_from_bytes(answer.data, policy=default)["To"].addresses[0].addr_spec == "person2@erfa.test"


def test_an_invitation_shows_what_calendar_programs_read(browser, owe, work):
    owe("member", calendar="BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Småjob\r\nEND:VCALENDAR\r\n")
    work()
    page = browser(None).get("/mailbox/1")
    assert "SUMMARY:Småjob" in page.text
    assert "invite.ics" in page.text


@pytest.mark.parametrize("address", ["/mailbox", "/mailbox/1", "/mailbox/1/html", "/mailbox/1.eml"])
def test_in_production_there_is_no_mailbox(app, browser, kept, monkeypatch, address):
    monkeypatch.setitem(app.config, "DEMO", False)
    for who in (None, "administrator"):
        assert browser(who).raw("GET", address).status_code == 404


@pytest.mark.parametrize("address", ["/mailbox/2", "/mailbox/2/html", "/mailbox/2.eml"])
def test_a_mail_that_is_not_there_is_a_404(browser, kept, address):
    assert browser(None).raw("GET", address).status_code == 404
