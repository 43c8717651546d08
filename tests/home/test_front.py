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
