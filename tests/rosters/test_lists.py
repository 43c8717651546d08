"""A coordinator reads a list in: looked through first, then all of it or nothing; and fetches the members as a file."""

import csv
import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.accounts.models import Affiliation, Event, EventKind, Person
from app.accounts.operations import leave_organisation
from app.accounts.queries import person_by_email
from app.core import clock as core_clock
from app.extensions import db
from app.networks.models import Membership, Role
from app.networks.queries import current_membership
from app.organisations.models import Organisation, OrganisationKind
from app.rosters import operations
from app.rosters.models import ReceivedList
from tests.rosters.files import BO, HEADERS, LONE, as_csv, as_xlsx

SEE, ADD_ONE, ADD_TWO = "Se, hvad der vil ske", "Tilføj 1 medlem", "Tilføj 2 medlemmer"


@pytest.fixture
def send(browser, world):
    """Sends a file as the coordinator and stays on the page that looks it through."""

    def act(content: bytes, name: str = "medlemmer.csv", who: str = "coordinator"):
        sender = browser(who)
        sender.get(f"/networks/{world.network_id}/members")
        sender.follow("Læs en liste ind")
        sender.submit(SEE, file=(io.BytesIO(content), name))
        return sender

    return act


def count(app, table, **facts):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table).filter_by(**facts))


def everything(app):
    kinds = (Person, Membership, Organisation, Affiliation, Event)
    return [count(app, table) for table in kinds]


@pytest.mark.parametrize(
    ("content", "name"), [(as_csv(HEADERS, LONE, BO), "l.csv"), (as_xlsx(HEADERS, LONE, BO), "l.xlsx")]
)
def test_a_list_is_looked_through_taken_as_a_whole_and_everybody_is_told(app, world, send, outbox, content, name):
    before = everything(app)
    sender = send(content, name)
    assert sender.page.title == "Se listen igennem"
    assert "2 personer bliver medlem" in sender.page.text and "Nye organisationer" in sender.page.text
    assert everything(app) == before and not outbox()
    page = sender.submit(ADD_TWO)
    assert "2 personer er tilføjet" in page.text and "Lone Lund" in page.text
    assert {told.to for told in outbox()} == {LONE[1], BO[1]}
    with app.app_context():
        lone = person_by_email(LONE[1])
        organisation = db.session.get_one(Organisation, lone.organisation_id)
        assert (organisation.kind, organisation.municipality_code) == (OrganisationKind.JOB_CENTRE, "0787")
        assert db.session.query(Affiliation).filter_by(person_id=lone.id).one().organisation_id == organisation.id
        assert current_membership(lone.id, world.network_id).role is Role.MEMBER
        kinds = [event.kind for event in db.session.query(Event).filter_by(person_id=lone.id)]
        assert kinds == [EventKind.REGISTERED, EventKind.JOINED]
    assert count(app, Event, kind=EventKind.LIST_IMPORTED, person_id=world.cast["coordinator"]) == 1


def test_the_same_list_twice_changes_nothing(app, send, outbox):
    send(as_csv(HEADERS, LONE)).submit(ADD_ONE)
    outbox()
    before = everything(app)
    sender = send(as_csv(HEADERS, [LONE[0], LONE[1].upper(), *LONE[2:]]))
    assert "Alle på listen er medlemmer i forvejen" in sender.page.text
    assert everything(app) == before and not outbox()


def test_the_button_pressed_twice_adds_once(app, send, world):
    sender = send(as_csv(HEADERS, LONE))
    url = sender.page.url
    sender.submit(ADD_ONE)
    before = everything(app)
    sender.post(url, is_told="y")
    assert everything(app) == before
    assert "1 person blev medlem med »medlemmer.csv«" in sender.get(url).text
    with app.app_context():
        assert db.session.query(ReceivedList).one().rows == [], "people's data is not kept beyond its use"


def test_nobody_is_told_when_the_coordinator_says_so(send, outbox):
    sender = send(as_csv(HEADERS, LONE))
    token = sender.page.tree.css_first("[name=csrf_token]").attributes["value"]
    sender.raw("POST", sender.page.url, data={"csrf_token": token})
    assert not outbox()


def test_columns_are_told_by_danish_headers_in_any_order_with_names_in_two(app, send):
    headers = [
        "Tlf. nr.",
        "Kommune",
        "Efternavn",
        "Ansat ved",
        "Stilling",
        "E-mail",
        "Fornavn",
        "Rolle",
        "Medlem siden",
    ]
    row = [
        "+45 98 12 34 56",
        "Aalborg Kommune",
        "Lund",
        "Café Å",
        "Leder",
        "Lone Lund <LONE@cafe.test>",
        "Lone",
        "Tovholder",
        "1. 8. 2024",
    ]
    sender = send(as_csv(headers, row))
    assert "tovholder, siden 1. august 2024" in sender.page.text
    sender.submit(ADD_ONE)
    with app.app_context():
        lone = person_by_email("lone@cafe.test")
        assert (lone.name, lone.title, lone.phone) == ("Lone Lund", "Leder", "98 12 34 56")
        membership = db.session.query(Membership).filter_by(person_id=lone.id).one()
        assert membership.role is Role.COORDINATOR
        assert core_clock.local(membership.joined_at).date() == date(2024, 8, 1)
        assert db.session.query(Affiliation).filter_by(person_id=lone.id).one().from_on == date(2024, 8, 1)


def test_excels_quirks_are_understood(app, send):
    book = as_xlsx(["Navn", "Mail", "Tlf", "Kommune", "Firma", "Medlem siden"],
                   ["Lone", "mailto:lone@x.test", 4598123456.0, 787, "Café", 45505], ["Bo", "bo@x.test", 98123456, "0851", "Væksthus", "2024-08-01 00:00:00"])  # fmt: skip
    send(book, "l.xlsx").submit(ADD_TWO)
    with app.app_context():
        lone, bo = (person_by_email(f"{name}@x.test") for name in ("lone", "bo"))
        assert (lone.phone, bo.phone) == ("98 12 34 56", "98 12 34 56")
        days = [
            core_clock.local(row.joined_at).date()
            for row in db.session.query(Membership).filter(Membership.person_id.in_([lone.id, bo.id]))
        ]
        assert days == [date(2024, 8, 1)] * 2
        assert db.session.get_one(Organisation, lone.organisation_id).municipality_code == "0787"


def test_a_column_that_was_not_guessed_is_chosen_and_nothing_is_written_meanwhile(app, send):
    before = everything(app)
    sender = send(as_csv(["Hvem", "Hvorhen", "Organisation", "Kommune"], LONE))
    assert "Vi kan ikke se, hvilken kolonne der indeholder dette: Navn og Mail" in sender.page.text
    page = sender.submit("Se den igennem igen", c0="name", c1="mail")
    assert "1 person bliver medlem" in page.text and page.value("c0") == "name"
    assert everything(app) == before
    assert "Lone Lund" in sender.submit(ADD_ONE).text


WRONG = {
    "": (["", "a@x.test", "Café", "Thisted"], "Navnet mangler."),
    "no address": (["Lone", "", "Café", "Thisted"], "Mailadressen mangler."),
    "half an address": (["Lone", "lone@", "Café", "Thisted"], "»lone@« er ikke en mailadresse."),
    "two addresses": (["Lone", "a@x.test, b@x.test", "Café", "Thisted"], "er ikke en mailadresse"),
    "a municipality elsewhere": (["Lone", "a@x.test", "Café", "Odense"], "»Odense« er ikke en af de elleve kommuner."),
    "a new organisation without a place": (["Lone", "a@x.test", "Café", ""], "Vi kender ikke »Café« endnu."),
    "no organisation": (["Lone", "a@x.test", "", "Thisted"], "Organisationen mangler."),
    "a name as long as a page": (["L" * 130, "a@x.test", "Café", "Thisted"], "Navn har mere end 120 tegn."),
}


@pytest.mark.parametrize(("row", "sentence"), WRONG.values(), ids=WRONG)
def test_a_row_in_the_way_is_named_with_its_line_and_nobody_is_added(app, world, send, outbox, row, sentence):
    before = everything(app)
    sender = send(as_csv(HEADERS, LONE, row))
    assert "1 række står i vejen" in sender.page.text
    assert "Linje 3" in sender.page.text and sentence in sender.page.text
    assert ADD_ONE not in sender.page.html and ADD_TWO not in sender.page.html
    page = sender.post(sender.page.url, status=200, is_told="y")
    assert "Ret listen først. Ingen er tilføjet." in page.text
    assert everything(app) == before and not outbox()


@pytest.mark.parametrize(
    ("header", "cell", "sentence"),
    [
        ("Telefon", "9,81234E+07", "Excel har forkortet telefonnummeret"),
        ("Telefon", "ring bare", "er ikke et telefonnummer"),
        ("Telefon", "12٣4 56 78", "er ikke et telefonnummer"),
        ("Rolle", "chef", "»chef« er ikke en rolle"),
        ("Medlem siden", "31.2.2024", "er ikke en dato"),
        ("Medlem siden", "1.1.1999", "ligger før år 2000"),
        ("Medlem siden", "1.1.2031", "ude i fremtiden"),
        ("Medlem siden", "99999", "ude i fremtiden"),
    ],
)  # fmt: skip
def test_a_cell_that_can_not_be_right_is_pointed_out(send, header, cell, sentence):
    assert sentence in send(as_csv([*HEADERS, header], [*LONE, cell])).page.text


def test_an_address_twice_names_both_lines_also_in_other_letters(send):
    page = send(as_csv(HEADERS, LONE, BO, ["Lone L.", LONE[1].upper(), *LONE[2:]])).page
    assert "Linje 4" in page.text and "Adressen står også i linje 2." in page.text


def test_one_organisation_in_two_municipalities_is_a_mistake(app, world, send):
    page = send(as_csv(HEADERS, LONE, ["Bo", "b@x.test", "jobcenter thisted", "Aalborg"])).page
    assert "»jobcenter thisted« ligger i en anden kommune." in page.text


def test_what_is_known_of_a_person_stays_as_it_is(app, world, send):
    with world.acting():
        person = db.session.get_one(Person, world.cast["outsider"])
        known = (person.name, person.title, person.organisation_id)
        address = person.email
    send(as_csv(HEADERS, ["Ulla Andet", address, "Café", "Thisted"])).submit(ADD_ONE)
    with app.app_context():
        person = db.session.get_one(Person, world.cast["outsider"])
        assert (person.name, person.title, person.organisation_id) == known
        assert current_membership(person.id, world.network_id) is not None


def test_the_page_does_not_tell_whose_address_has_an_account(world, send):
    with world.app.app_context():
        address = db.session.get_one(Person, world.cast["outsider"]).email
    pages = [
        send(as_csv(HEADERS, ["Kim", each, "Café", "Thisted"])).page.text for each in (address, "nobody@erfa.test")
    ]
    assert pages[0].replace(address, "") == pages[1].replace("nobody@erfa.test", "")


def test_a_closed_account_is_not_added(app, world, send):
    with world.acting():
        person = db.session.get_one(Person, world.cast["outsider"])
        person.disabled_at = core_clock.now()
        address = person.email
    assert "Spørg en administrator" in send(as_csv(HEADERS, ["Ulla", address, "Café", "Thisted"])).page.text


def test_the_list_is_looked_through_anew_when_it_is_taken(app, world, send):
    sender = send(as_csv(HEADERS, LONE, BO))
    other = send(as_csv(HEADERS, LONE))
    other.submit(ADD_ONE)
    before = count(app, Membership)
    sender.submit(ADD_TWO)
    assert count(app, Membership) == before + 1


def test_only_a_coordinator_reads_lists_in_and_only_their_own(browser, world, send):
    url = send(as_csv(HEADERS, LONE)).page.url
    browser("member").get(url, status=403)
    browser("outsider").get(url, status=404)
    browser("administrator").get(url, status=404)
    browser("member").post(url, status=403)
    browser("outsider").post(url, status=404)
    assert "Læs en liste ind" not in browser("member").get(f"/networks/{world.network_id}/members").html


def test_a_list_that_nobody_takes_is_forgotten_after_a_day(app, browser, world, send, clock):
    sender = send(as_csv(HEADERS, LONE))
    clock.move(hours=23)
    sender.get(sender.page.url)
    clock.move(hours=1)
    sender.get(sender.page.url, status=404)
    with world.acting():
        operations.forget_old_lists()
    with app.app_context():
        assert db.session.query(ReceivedList).one().rows == []


def test_a_file_that_can_not_be_read_gets_a_sentence_at_the_field(browser, world):
    sender = browser("coordinator")
    sender.get(f"/networks/{world.network_id}/members/list")
    sender.submit(SEE, file=(io.BytesIO(b"\x89PNG\0"), "billede.png"))
    assert sender.page.errors == ["Det er ikke en liste, vi kan læse. Gem den som .xlsx eller .csv."]
    sender.submit(SEE)
    assert sender.page.errors == ["Vælg en fil."]


@pytest.mark.parametrize(("size", "status"), [(6_000_000, 200), (11_000_000, 413)])
def test_a_file_far_too_large_is_refused(browser, world, size, status):
    """A little too large gets a sentence at the field; far too large is not even read."""
    sender = browser("coordinator")
    url = f"/networks/{world.network_id}/members/list"
    token = sender.get(url).value("csrf_token")
    boundary, body = encode_multipart({"csrf_token": token, "file": FileStorage(io.BytesIO(b"x" * size), "l.csv")})
    answer = sender.raw("POST", url, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status_code == status
    assert ("Filen er for stor. Den må højst fylde 5 MB." in answer.text) == (status == 200)


def test_html_in_a_cell_is_text(send):
    page = send(as_csv(HEADERS, ["<script>alert(1)</script>", *LONE[1:]])).page
    assert "<script>alert(1)</script>" in page.text and "<script>alert" not in page.html


def test_the_cost_does_not_grow_with_the_rows(browser, world, send, statements):
    counts = []
    for number in (2, 200):
        rows = [[f"Navn {n}", f"n{n}@x.test", f"Café {n}", "Thisted"] for n in range(number)]
        sender = send(as_csv(HEADERS, *rows))
        with statements.counted() as seen:
            sender.get(sender.page.url)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_two_thousand_people_are_added_with_few_statements(app, send, statements):
    rows = [[f"Navn {n}", f"n{n}@x.test", f"Café {n % 40}", "Thisted"] for n in range(2000)]
    sender = send(as_csv(HEADERS, *rows))
    with statements.counted() as seen:
        sender.submit("Tilføj 2000 medlemmer", follow=False, status=302)
    assert len(seen) < 110, "two for each new organisation, and a handful for all the rest"
    assert count(app, Person) > 2000


def test_a_failure_in_the_middle_adds_nobody(app, world, send, monkeypatch):
    sender = send(as_csv(HEADERS, LONE, BO))
    before = everything(app)
    with world.acting():
        db.session.add(Person(email="taken@x.test", name="x"))
    monkeypatch.setattr(operations, "_joined_at", lambda line: line.nothing)
    with pytest.raises(AttributeError):
        sender.submit(ADD_TWO)
    assert everything(app) == [before[0] + 1, *before[1:]]


def test_who_comes_back_with_another_job_is_never_in_two_places_at_once(app, world, send):
    """A list may say "since 1.1." about somebody of whom we know that they were elsewhere until yesterday."""
    today, since = core_clock.today(), [f"1.1.{core_clock.today().year}"]
    send(as_csv([*HEADERS, "Medlem siden"], LONE + since)).submit(ADD_ONE)
    with world.acting():
        lone = person_by_email(LONE[1])
        lone_id = lone.id
        leave_organisation(lone, last_day=today - timedelta(days=1), by=lone)
        current_membership(lone.id, world.network_id).left_at = core_clock.now()
    elsewhere = [LONE[0], LONE[1], "Jobcenter Hjørring", "Hjørring"]
    send(as_csv([*HEADERS, "Medlem siden"], elsewhere + since)).submit(ADD_ONE)
    with app.app_context():
        jobs = db.session.query(Affiliation).filter_by(person_id=lone_id).order_by(Affiliation.from_on).all()
        assert [job.to_on for job in jobs] == [today, None] and jobs[1].from_on == today
        times = db.session.query(Membership).filter_by(person_id=lone_id).order_by(Membership.id).all()
        assert times[0].left_at <= times[1].joined_at


def test_an_old_name_of_a_merged_organisation_means_the_one_it_is_now(app, world, send):
    with world.acting():
        facts = {"kind": OrganisationKind.JOB_CENTRE, "municipality_code": "0787"}
        now = world._add(Organisation(name="Jobcenter Thy", **facts)).id
        world._add(Organisation(name=LONE[2], merged_into_id=now, closed_at=core_clock.now(), **facts))
    send(as_csv(HEADERS, LONE)).submit(ADD_ONE)
    with app.app_context():
        assert person_by_email(LONE[1]).organisation_id == now


def test_a_closed_organisation_takes_nobody_new(world, send):
    with world.acting():
        facts = {"kind": OrganisationKind.JOB_CENTRE, "municipality_code": "0787"}
        world._add(Organisation(name=LONE[2], closed_at=core_clock.now(), **facts))
    assert "»Jobcenter Thisted« er lukket." in send(as_csv(HEADERS, LONE)).page.text


# Fetching


def fetch(browser, world, kind, who="coordinator"):
    getter = browser(who)
    getter.get(f"/networks/{world.network_id}/members")
    return getter.post(f"/networks/{world.network_id}/members/file", status=200, kind=kind).response


def test_a_fetched_list_opens_rightly_in_danish_excel(browser, world):
    answer = fetch(browser, world, "csv")
    assert answer.data.startswith(b"\xef\xbb\xbfNavn;Titel;Organisation;Kommune;Mail;Telefon;Rolle;Medlem siden\r\n")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "ERFA%20Pr%C3%B8venet.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["Navn"] for row in rows] == ["Karen Tovholder", "Mette Medlem", "Ole Kollega"]
    assert rows[0]["Rolle"] == "tovholder" and rows[0]["Kommune"] == "Frederikshavn"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " ="])
def test_no_cell_is_a_formula(app, browser, world, start):
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).name = f'{start}HYPERLINK("http://x";"y")'
    rows = list(csv.reader(io.StringIO(fetch(browser, world, "csv").data.decode("utf-8-sig")), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]
    sheet = load_workbook(io.BytesIO(fetch(browser, world, "xlsx").data)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert any("HYPERLINK" in str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_fetched_list_read_in_again_changes_nothing(app, browser, world, send, kind):
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).phone = "+45 98 12 34 56"
    content = fetch(browser, world, kind).data
    before = everything(app)
    sender = send(content, f"l.{kind}")
    assert "Alle på listen er medlemmer i forvejen" in sender.page.text
    assert everything(app) == before


def test_the_example_is_a_list_that_can_be_read_in(browser, world, send):
    getter = browser("coordinator")
    answer = getter.raw("GET", f"/networks/{world.network_id}/members/list/example.xlsx")
    assert "1 person bliver medlem" in send(answer.data, "l.xlsx").page.text


def test_that_the_members_were_fetched_stands_in_the_log(app, browser, world):
    fetch(browser, world, "csv")
    assert count(app, Event, kind=EventKind.LIST_EXPORTED, person_id=world.cast["coordinator"]) == 1


def test_only_coordinators_fetch(browser, world):
    url = f"/networks/{world.network_id}/members/file"
    browser("member").post(url, status=403, kind="csv")
    browser("outsider").post(url, status=404, kind="csv")
    browser("coordinator").post(url, status=400, kind="pdf")


def test_members_since_a_day_are_counted_from_it(app, world, send):
    day = core_clock.today() - timedelta(days=400)
    send(as_csv([*HEADERS, "Medlem siden"], [*LONE, f"{day.day}.{day.month}.{day.year}"])).submit(ADD_ONE)
    with app.app_context():
        membership = db.session.query(Membership).order_by(Membership.id.desc()).first()
        assert core_clock.local(membership.joined_at).date() == day
