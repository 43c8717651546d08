"""The public front page."""


def test_anybody_may_read_the_front_page(browser):
    page = browser(None).get("/")
    assert page.title


def test_what_is_not_there_is_a_designed_404(browser):
    page = browser(None).get("/nothing-here", status=404)
    assert "404" in page.html


def test_a_member_is_greeted_on_the_way_in(browser):
    page = browser("member").get("/")
    assert "Mette" in page.html


def test_the_front_page_counts_people_but_names_nobody(world, browser):
    page = browser(None).get("/")
    assert "4 deltagere fra hele Nordjylland." in page.text
    for name in ("Mette", "Prøvenet", "Hemmeligt"):
        assert name not in page.html


def test_all_eleven_municipalities_stand_on_the_map_with_aalborg_last(browser):
    page = browser(None).get("/")
    names = [node.text().replace("\xad", "") for node in page.tree.css(".tilemap b")]
    assert len(names) == 11
    assert names[0] == "Brønderslev"
    assert names[-1] == "Aalborg"


def test_every_page_about_the_site_answers_in_both_languages(browser):
    stranger = browser(None)
    for address in ("/about", "/was", "/privacy", "/help"):
        stranger.get(address)
    stranger.submit("English")
    for address in ("/about", "/was", "/privacy", "/help"):
        stranger.get(address)
        assert stranger.page.tree.css_first("html").attributes["lang"] == "en"
