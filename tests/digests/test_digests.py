"""What waits for a digest is told once, in one mail, if it is still wanted then; and no mail is empty."""

import re

import pytest

from app.accounts.models import Person
from app.cases.operations import record_reading
from app.core import clock as time
from app.digests.mails import MOST
from app.digests.operations import make_digests, settle
from app.extensions import db
from app.networks.discretion import Confidentiality
from app.networks.models import Membership, Network, Role
from app.notifications.models import Level, Mail, MailState
from app.notifications.operations import choose_level, mute

MEMBER = "person2@erfa.test"


def to(mails, address=MEMBER):
    return [mail for mail in mails if mail.to == address]


def test_a_day_of_news_comes_as_one_mail_the_next_morning(choose, tell, answer, outbox, clock, digests, fates):
    choose.daily("member")
    first = tell("Hvem ringer først?")
    clock.move(hours=3)
    tell("Hvad koster et småjob?")
    answer(first, "Ring selv **nu**.", by="coordinator")
    assert to(outbox()) == []
    assert [fate[:2] for fate in fates("member")][:2] == [("case_opened", "collected")] * 2
    clock.set(time.Clock.frozen_at.replace(day=24, hour=6, minute=59))
    assert to(outbox()) == []
    clock.move(minutes=1)  # 8.00 in Denmark
    (mail,) = to(outbox())
    assert mail.kind == "digest"
    assert mail.subject == "Siden sidst: ERFA Prøvenet"
    assert "2 nyheder fra 23. november kl. 9.00 til 24. november kl. 8.00" in mail.text
    for part in (mail.text, mail.html):
        assert "Hvem ringer først?" in part
        assert "Hvad koster et småjob?" in part
        assert "Ny sag · Ole Kollega, Jammerbugt" in part
        assert f"https://erfa.test/cases/{first}" in part
        assert "Ring selv" not in part, "a reply where one takes no part is for those who follow all"
    assert "fordi du har valgt at få nyt fra disse netværk samlet" in mail.text
    assert "https://erfa.test/calendar/messages" in mail.text
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [fate[1] for fate in fates("member")] == ["sent", "sent", "dropped", "sent"]
    assert to(outbox()) == []
    (digest,) = digests()
    assert digest.mail_id is not None


def test_a_case_and_its_replies_stand_together(choose, tell, answer, outbox, clock, world):
    with world.acting():
        choose_level(world.cast["member"], "network", world.network_id, Level.WATCH)
    choose.daily("member")
    first, second = tell("Første sag"), tell("Anden sag")
    for number in (1, 2):
        answer(first, f"Svar {number} til første", by="coordinator")
    outbox()
    clock.move(days=1)
    (mail,) = to(outbox())
    assert mail.text.count("* Første sag") == 1
    order = ["* Første sag", "Svar 1 til første", "Svar 2 til første", "* Anden sag"]
    assert [mail.text.index(words) for words in order] == sorted(mail.text.index(words) for words in order)
    assert second


def test_a_week_comes_on_the_weekday_chosen_and_says_which_days_it_covers(choose, tell, outbox, clock, digests):
    choose.hours("member", digest_hour=14)
    choose.weekly("member", 4)
    tell("Mandagens sag")
    outbox()
    clock.move(days=3)  # Thursday 9.00
    assert to(outbox()) == []
    clock.move(hours=5)
    (mail,) = to(outbox())
    assert "fra 23. november kl. 9.00 til 26. november kl. 14.00" in mail.text
    clock.move(days=7)
    tell("Næste uges sag")
    assert to(outbox()) == [], "it is looked at first, and then told"
    (mail,) = to(outbox())
    assert "fra 26. november kl. 14.00 til 3. december kl. 14.00" in mail.text
    first, second = digests()
    assert second.since == first.until


def test_nothing_new_is_no_mail_and_the_interval_is_closed_all_the_same(choose, outbox, clock, digests):
    choose.daily("member")
    for _ in range(3):
        clock.move(days=1)
        assert outbox() == []
    rows = digests()
    assert len(rows) == 3
    assert [row.mail_id for row in rows] == [None] * 3
    assert [row.since for row in rows[1:]] == [row.until for row in rows[:-1]]


def test_what_is_read_muted_left_or_gone_by_then_falls_out_and_its_reason_is_kept(
    world, choose, tell, outbox, clock, fates
):
    choose.daily("member")
    read, muted, kept = tell("Læst"), tell("Slået fra"), tell("Tilbage")
    outbox()
    with world.acting():
        record_reading(world.cast["member"], read, 0)
        mute(world.cast["member"], "case", muted)
    clock.move(days=1)
    (mail,) = to(outbox())
    assert "Tilbage" in mail.text
    assert "Læst" not in mail.text
    assert "Slået fra" not in mail.text
    assert fates("member")[:3] == [
        ("case_opened", "dropped", "already read"),
        ("case_opened", "dropped", f"case {muted} is muted"),
        ("case_opened", "sent", ""),
    ]
    assert kept


def test_when_all_of_it_has_fallen_out_there_is_no_mail(world, choose, tell, outbox, clock, fates):
    choose.daily("member")
    tell("Forladt")
    outbox()
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["member"]).one().left_at = time.now()
    clock.move(days=1)
    assert to(outbox()) == []
    assert fates("member") == [
        ("case_opened", "dropped", "no longer a member of the network"),
        ("digest", "dropped", "nothing in the digest is news any more"),
    ]


def test_a_closed_account_gets_none_and_what_waited_shares_the_reason(world, choose, tell, outbox, clock, fates):
    choose.daily("member")
    tell("For sent")
    outbox()
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).disabled_at = time.now()
    clock.move(days=1)
    assert to(outbox()) == []
    with world.acting():
        settle()
    assert {fate[1:] for fate in fates("member")} == {("dropped", "the account is closed")}


def test_networks_of_one_morning_share_a_mail_and_each_keeps_its_interval(world, choose, tell, outbox, clock, digests):
    with world.acting():
        other = Network(name="ERFA Åben", confidentiality=Confidentiality.OPEN)
        db.session.add(other)
        db.session.flush()
        for who in ("member", "colleague"):
            db.session.add(Membership(network_id=other.id, person_id=world.cast[who], role=Role.MEMBER))
        other_id = other.id
    choose.daily("member")
    choose.weekly("member", 3, other_id)
    tell("Den ene"), tell("Den anden", network=other_id)
    outbox()
    clock.move(days=1)
    (mail,) = to(outbox())
    assert "Den ene" in mail.text
    assert "Den anden" not in mail.text
    tell("Den tredje")
    outbox()
    clock.move(days=1)
    (mail,) = to(outbox())
    assert mail.subject == "Siden sidst: ERFA Prøvenet og ERFA Åben"
    assert mail.text.index("ERFA PRØVENET") < mail.text.index("Den tredje") < mail.text.index("ERFA ÅBEN")
    assert "Den ene" not in mail.text
    assert "Den anden" in mail.text
    assert "fra 23. november kl. 9.00 til 25. november" in mail.text
    assert [(row.network_id == other_id, row.mail_id is not None) for row in digests()] == [
        (False, True), (False, True), (True, True),
    ]  # fmt: skip


def test_a_worker_that_comes_late_closes_the_interval_then_and_nothing_is_told_twice(
    choose, tell, outbox, clock, digests
):
    choose.daily("member")
    tell("Før stilstanden")
    outbox()
    clock.move(days=4, hours=2)
    tell("Under stilstanden")
    assert to(outbox()) == [], "what nobody has looked at yet may belong in it, so it waits"
    (mail,) = to(outbox())
    assert "Før stilstanden" in mail.text
    assert "Under stilstanden" in mail.text
    assert len(digests()) == 1
    clock.move(days=1)
    assert to(outbox()) == []


def test_back_to_at_once_sends_what_waited(choose, tell, outbox, digests):
    choose.daily("member")
    tell("Nu alligevel")
    assert to(outbox()) == []
    choose.at_once("member")
    (mail,) = to(outbox())
    assert mail.kind == "case_opened"
    tell("Og den næste")
    assert len(to(outbox())) == 1
    assert digests() == []


def test_from_weekly_to_daily_takes_what_waits_along(choose, tell, outbox, clock):
    choose.weekly("member", 5)
    tell("Venter på fredag")
    outbox()
    choose.daily("member")
    clock.move(days=1)
    (mail,) = to(outbox())
    assert "Venter på fredag" in mail.text


def test_calls_reminders_and_own_actions_do_not_wait(browser, world, choose, outbox):
    choose.weekly("member", 5)
    meeting = world.meeting()
    coordinator = browser("coordinator")
    coordinator.get(f"/meetings/{meeting}")
    coordinator.post(f"/meetings/{meeting}/cancellation", reason="Sne")
    assert [mail.kind for mail in to(outbox())] == ["meeting_cancelled"]


def test_one_click_stops_all_digests_and_the_settings_let_them_come_again(
    browser, choose, tell, outbox, clock, fates, app
):
    choose.daily("member")
    tell("Den første")
    outbox()
    clock.move(days=1)
    (mail,) = to(outbox())
    url = re.search(r"<(https://[^>]+)>", mail.message["List-Unsubscribe"])[1].removeprefix("https://erfa.test")
    assert browser(None).get(url).title == "Ikke flere samlemails?"
    assert app.test_client().post(url, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    tell("Den anden")
    outbox()
    clock.move(days=1)
    assert to(outbox()) == []
    with app.app_context():
        settle()
        db.session.commit()
    assert ("case_opened", "dropped", "digest 0 is muted") in fates("member")
    member = browser("member")
    assert "Du har slået samlemails fra" in member.get("/calendar/feeds").text
    assert "Dine samlemails kommer igen." in member.submit("Få samlemails igen").text
    tell("Den tredje")
    outbox()
    clock.move(days=1)
    assert len(to(outbox())) == 1


@pytest.mark.parametrize("words", ["", "æøå " * 40, "😀" * 150])
def test_a_flood_stays_below_a_hundred_kilobytes_and_the_rest_is_counted(choose, tell, outbox, clock, words):
    choose.daily("member")
    for number in range(MOST + 7):
        tell(f"Sag {number} {words}")
    outbox()
    clock.move(days=1)
    (mail,) = to(outbox())
    assert len(mail.raw) < 100_000
    shown = mail.text.count("* Sag")
    assert shown > 8
    assert f"{MOST + 7 - shown} nyheder mere står på siden." in mail.text
    assert f"{MOST + 7} nyheder fra" in mail.text
    assert to(outbox()) == []


def test_a_letter_that_cannot_be_written_does_not_keep_the_others_back(world, choose, tell, outbox, clock, fates):
    choose.daily("member")
    tell("Ødelagt"), tell("Hel")
    outbox()
    with world.acting():
        db.session.query(Mail).filter_by(person_id=world.cast["member"]).first().payload = {}
    clock.move(days=1)
    (mail,) = to(outbox())
    assert "Hel" in mail.text
    assert fates("member")[0] == ("case_opened", "dropped", "could not be written")


def test_a_digest_that_dies_takes_its_letters_along_and_sent_again_it_tells_them(
    world, choose, tell, outbox, clock, fates
):
    choose.daily("member")
    tell("Genoplivet")
    outbox()
    clock.move(days=1)
    with world.acting():
        assert make_digests() == 1
        digest = db.session.query(Mail).filter_by(kind="digest").one()
        digest.state, digest.reason = MailState.DEAD, "550 no such user"
        db.session.commit()
        settle()
    assert fates("member")[0] == ("case_opened", "dead", "550 no such user")
    with world.acting():
        db.session.query(Mail).filter_by(kind="digest").one().state = MailState.READY
    (mail,) = to(outbox())
    assert "Genoplivet" in mail.text
    assert fates("member")[0][1] == "sent"


@pytest.mark.parametrize("level", list(Confidentiality))
def test_a_digest_says_no_more_than_the_network_allows(world, choose, tell, outbox, clock, level):
    with world.acting():
        db.session.get_one(Network, world.network_id).confidentiality = level
    choose.daily("member")
    tell("Hemmelig titel")
    outbox()
    clock.move(days=1)
    (mail,) = to(outbox())
    assert ("Hemmelig titel" in mail.text + mail.html) == (level is not Confidentiality.PARTICIPANTS)
    assert ("Vi ved det ikke" in mail.text + mail.html) == (level is Confidentiality.OPEN)
    assert "Hemmelig titel" not in str(mail.message["Subject"])
