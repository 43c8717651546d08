"""What a network agrees on: writing it, publishing it, accepting it, and who has."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Event, EventKind, Person
from app.extensions import db
from app.networks.agreements.operations import accept, publish
from app.networks.discretion import Confidentiality
from app.networks.models import Acceptance, Agreement, Network, Role
from app.networks.operations import StaleError
from tests.browser import Browser

TEXT = "# Tavshedspligt\nDet, vi hører, bliver her."


def agreements(world) -> list[str]:
    """The texts, oldest first."""
    with world.acting():
        return list(db.session.scalars(select(Agreement.text).order_by(Agreement.version)))


def kinds_logged(world) -> list[EventKind]:
    with world.acting():
        return list(db.session.scalars(select(Event.kind).order_by(Event.id)))


def publish_as(reader: Browser, world, text: str = TEXT, **more: str):
    reader.get(f"/agreements/{world.network_id}/edit")
    reader.submit("Se, hvad du ændrer" if agreements(world) else "Se, hvordan det ser ud", text=text, **more)
    return reader.submit(f"Offentliggør udgave {len(agreements(world)) + 1}")


def test_a_coordinator_is_offered_a_template_and_sees_how_it_reads_before_anybody_is_asked(browser, world, outbox):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}")
    page = coordinator.follow("Skriv spilleregler,")
    for topic in ("Formål", "Tavshedspligt", "Etik", "Grænser", "Nye medlemmer", "Ved brud"):
        assert f"# {topic}" in page.value("text")
    assert "uden navne, CPR-numre og genkendelige detaljer" in page.value("text")
    page = coordinator.submit("Se, hvordan det ser ud")
    assert "bliver 2 medlemmer bedt om at acceptere" in page.text
    assert agreements(world) == []
    assert outbox() == []
    page = coordinator.submit("Offentliggør udgave 1")
    assert "Spillereglerne er offentliggjort" in page.text
    assert "Du accepterede den 23. november 2026" in page.text


def test_publishing_asks_everybody_else_and_counts_as_accepting(browser, world, outbox):
    publish_as(browser("coordinator"), world)
    mails = outbox()
    assert {mail.to for mail in mails} == {"person2@erfa.test", "person3@erfa.test"}
    assert {mail.subject for mail in mails} == {"Læs og acceptér spillereglerne i ERFA Prøvenet"}
    assert f"/agreements/{world.network_id}" in mails[0].text
    with world.acting():
        assert list(db.session.scalars(select(Acceptance.person_id))) == [world.cast["coordinator"]]
    assert kinds_logged(world)[-2:] == [EventKind.AGREEMENT_CHANGED, EventKind.AGREEMENT_ACCEPTED]


def test_an_administrator_who_is_no_member_publishes_but_promises_nothing(browser, world):
    publish_as(browser("administrator"), world)
    with world.acting():
        assert db.session.scalar(select(func.count()).select_from(Acceptance)) == 0


def test_a_new_version_shows_what_changes_and_why(browser, world, outbox):
    coordinator = browser("coordinator")
    publish_as(coordinator, world)
    member = browser("member")
    member.get(f"/agreements/{world.network_id}")
    member.submit("Jeg accepterer spillereglerne")
    outbox()
    coordinator.get(f"/agreements/{world.network_id}/edit")
    assert coordinator.page.value("text") == TEXT
    page = coordinator.submit("Se, hvad du ændrer", text=TEXT.replace("her", "i rummet"), change="Vi mødes også ude.")
    assert [node.text().strip() for node in page.tree.css("ins")] == ["i rummet."]
    assert [node.text().strip() for node in page.tree.css("del")] == ["her."]
    coordinator.submit("Offentliggør udgave 2")
    assert {mail.to for mail in outbox()} == {"person2@erfa.test", "person3@erfa.test"}
    page = member.get(f"/agreements/{world.network_id}")
    assert "ændret, siden du accepterede udgave 1" in page.text
    assert "Vi mødes også ude." in page.text
    assert [node.text().strip() for node in page.tree.css("ins")] == ["i rummet."]
    page = member.get(f"/agreements/{world.network_id}/versions/1")
    assert "Gælder ikke længere" in page.text
    assert "bliver her." in page.text
    member.get(f"/agreements/{world.network_id}/versions/3", status=404)


def test_the_same_text_is_not_published_again(browser, world):
    coordinator = browser("coordinator")
    publish_as(coordinator, world)
    coordinator.get(f"/agreements/{world.network_id}/edit")
    page = coordinator.submit("Se, hvad du ændrer")
    assert page.errors == ["Sådan lyder spillereglerne allerede. Ret i teksten, før du offentliggør den."]
    assert len(agreements(world)) == 1


def test_bad_input_is_explained_at_its_field_and_kept(browser, world):
    coordinator = browser("coordinator")
    publish_as(coordinator, world)
    coordinator.get(f"/agreements/{world.network_id}/edit")
    page = coordinator.submit("Se, hvad du ændrer", text="  ", change="x" * 301)
    assert page.errors == ["Skriv, hvad I er enige om.", "Brug højst 300 tegn."]
    assert page.value("change") == "x" * 301
    page = coordinator.submit("Se, hvad du ændrer", text="x" * 20_001, change="Længere")
    assert page.errors == ["Brug højst 20.000 tegn."]


def test_two_coordinators_do_not_overwrite_each_other(browser, world):
    with world.acting():
        second = world.person("Kim Anden", network=world.network_id, role=Role.COORDINATOR)
    first, other = browser("coordinator"), Browser(world.app, second)
    for reader in (first, other):
        reader.get(f"/agreements/{world.network_id}/edit")
    first.submit("Se, hvordan det ser ud", text="Karens regler.")
    first.submit("Offentliggør udgave 1")
    other.submit("Se, hvordan det ser ud", text="Kims regler.", status=404)  # closed until Karen's are accepted
    assert "det, du skrev, står der endnu" in other.page.text.lower()
    other.get(f"/agreements/{world.network_id}")
    other.submit("Jeg accepterer spillereglerne")
    other.get(f"/agreements/{world.network_id}/edit")
    with world.acting():
        network = db.session.get_one(Network, world.network_id)
        publish(
            network, text="Karens nye.", change="", seen=1, by=db.session.get_one(Person, world.cast["administrator"])
        )
        accept(network, version=2, by=db.session.get_one(Person, second))
    page = other.submit("Se, hvad du ændrer", text="Kims regler.")
    page = other.submit("Offentliggør udgave 3", status=409, text="Kims regler.", seen="1")
    assert "Udgave 2 blev offentliggjort, mens du skrev" in page.text
    assert page.value("text") == "Kims regler."
    other.submit("Offentliggør udgave 3")
    assert agreements(world) == ["Karens regler.", "Karens nye.", "Kims regler."]


def test_who_may_write(browser, world):
    url = f"/agreements/{world.network_id}"
    for path in ("/edit", "/acceptances"):
        browser("member").get(url + path, status=403)
        browser("outsider").get(url + path, status=404)
    browser("member").post(url + "/acceptances.csv", status=403)
    browser("outsider").post(url + "/acceptances.csv", status=404)
    browser("outsider").get(url, status=404)
    assert "Netværket har ingen spilleregler endnu." in browser("member").get(url).text


def test_accepting_is_noted_once_and_leads_back(browser, world, clock):
    world.agreement(TEXT)
    member = browser("member")
    member.get(f"/agreements/{world.network_id}?next=/networks/{world.network_id}/members")
    page = member.submit("Jeg accepterer spillereglerne")
    assert page.url.endswith("/members")
    assert "Tak. Du har accepteret" in page.text
    clock.move(hours=1)
    token = page.tree.css_first("[name=csrf_token]").attributes["value"]
    answer = member.raw("POST", f"/agreements/{world.network_id}/acceptance", data={"csrf_token": token, "version": 1})
    assert answer.status_code == 303
    with world.acting():
        (acceptance,) = db.session.scalars(select(Acceptance)).all()
        assert acceptance.at.hour == 8
    assert kinds_logged(world).count(EventKind.AGREEMENT_ACCEPTED) == 1
    page = member.get("/agreements")
    assert "ERFA Prøvenet" in page.text
    assert "23. november 2026" in page.text


@pytest.mark.parametrize(("version", "status"), [("2", 409), ("0", 409), ("", 400), ("x", 400)])
def test_only_the_version_in_force_is_accepted(browser, world, version, status):
    world.agreement(TEXT)
    member = browser("member")
    page = member.get(f"/agreements/{world.network_id}")
    token = page.tree.css_first("[name=csrf_token]").attributes["value"]
    data = {"csrf_token": token, "version": version}
    assert member.raw("POST", f"/agreements/{world.network_id}/acceptance", data=data).status_code == status
    with world.acting():
        assert db.session.scalar(select(func.count()).select_from(Acceptance)) == 0


def test_a_version_overtaken_while_it_was_read_is_not_accepted(browser, world):
    world.agreement(TEXT)
    member = browser("member")
    member.get(f"/agreements/{world.network_id}")
    world.agreement("Nyt.")
    member.submit("Jeg accepterer spillereglerne", status=409)
    with world.acting():
        assert db.session.scalar(select(func.count()).select_from(Acceptance)) == 0


def test_no_open_redirect_after_accepting(browser, world):
    world.agreement(TEXT)
    member = browser("member")
    member.get(f"/agreements/{world.network_id}?next=https://evil.example/")
    assert member.submit("Jeg accepterer spillereglerne").url.endswith(f"/networks/{world.network_id}")


def test_the_mail_is_not_sent_to_who_has_accepted_or_left_or_when_a_newer_one_is_out(browser, world, outbox):
    with world.acting():
        network = db.session.get_one(Network, world.network_id)
        by = db.session.get_one(Person, world.cast["coordinator"])
        publish(network, text="Først.", change="", seen=0, by=by)
        publish(network, text="Så.", change="", seen=1, by=by)
        accept(network, version=2, by=db.session.get_one(Person, world.cast["member"]))
    assert [(mail.to, mail.kind) for mail in outbox()] == [("person3@erfa.test", "agreement_published")]
    assert {reason for _to, _kind, reason in outbox.untold()} == {"a newer version was published", "already accepted"}


def test_publishing_against_another_version_is_refused(world):
    world.agreement(TEXT)
    with world.acting():
        network = db.session.get_one(Network, world.network_id)
        by = db.session.get_one(Person, world.cast["coordinator"])
        with pytest.raises(StaleError):
            publish(network, text="x", change="", seen=0, by=by)


def test_coordinators_see_who_has_accepted_what_and_when(browser, world):
    world.agreement(TEXT, accepted_by=["coordinator", "member", "colleague"])
    world.agreement("Nyt.", accepted_by=["coordinator", "member"])
    page = browser("coordinator").get(f"/agreements/{world.network_id}/acceptances")
    assert "2 af 3 medlemmer har accepteret." in page.text
    missing = page.text.split("Endnu ikke")[1].split("Accepteret")[0]
    assert "Ole Kollega" in missing
    assert "udgave 1 den 23. november 2026" in missing
    assert "Mette Medlem" not in missing


def test_the_list_opens_in_danish_excel(browser, world):
    with world.acting():
        world.person("=HYPERLINK(1)", network=world.network_id)
    world.agreement(TEXT, accepted_by=["member", "coordinator"])
    coordinator = browser("coordinator")
    coordinator.get(f"/agreements/{world.network_id}/acceptances")
    answer = coordinator.submit("Hent listen til Excel").response
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Navn;Organisation;Mail;Udgave;Accepteret"
    assert any(line.startswith("'=HYPERLINK") and line.endswith(";endnu ikke") for line in lines)
    assert any(line.startswith("Mette Medlem;") and line.endswith(";1;23-11-2026 09:00") for line in lines)
    assert "attachment" in answer.headers["Content-Disposition"]
    with world.acting():
        event = db.session.query(Event).filter_by(kind=EventKind.LIST_EXPORTED).one()
        assert (event.person_id, event.network_id) == (world.cast["coordinator"], world.network_id)
        assert event.facts == {"network": "ERFA Prøvenet"}


def test_looking_at_the_address_of_the_list_fetches_nothing(browser, world):
    world.agreement(TEXT, accepted_by=["member"])
    assert browser("coordinator").raw("GET", f"/agreements/{world.network_id}/acceptances.csv").status_code in {
        404,
        405,
    }


def test_the_pages_cost_the_same_for_many(browser, world, statements):
    world.agreement(TEXT, accepted_by=["coordinator", "member"])
    coordinator = browser("coordinator")
    counts = []
    for _more in range(2):
        with statements.counted() as seen:
            coordinator.get(f"/agreements/{world.network_id}/acceptances")
        counts.append(len(seen))
        with world.acting():
            for number in range(20):
                world.person(f"Person {number}", network=world.network_id)
    assert counts[0] == counts[1] <= 8


def test_the_level_is_chosen_on_the_networks_form_and_told_on_its_page(browser, world):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/edit")
    assert "kalendere bliver delt med kolleger og sekretærer" in coordinator.page.text
    page = coordinator.submit("Gem", confidentiality="participants")
    assert "Kun mødets deltagere. Mails og kalendere fortæller, at der er nyt eller et møde" in page.text
    with world.acting():
        network = db.session.get_one(Network, world.network_id)
        assert network.confidentiality is Confidentiality.PARTICIPANTS
    assert kinds_logged(world)[-1] is EventKind.NETWORK_CHANGED
    coordinator.get(f"/networks/{world.network_id}/edit")
    page = coordinator.submit("Gem", confidentiality="secret", name="ERFA Nyt navn")
    assert len(page.errors) == 1
    assert page.value("name") == "ERFA Nyt navn"


def test_a_new_network_is_reticent(browser, world):
    administrator = browser("administrator")
    administrator.get("/networks/new")
    administrator.submit("Opret netværket", name="ERFA Nystartet")
    with world.acting():
        (network,) = db.session.scalars(select(Network).where(Network.name == "ERFA Nystartet"))
        assert network.confidentiality is Confidentiality.NETWORK
