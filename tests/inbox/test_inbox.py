"""The inbox."""


def test_it_is_there(browser):
    page = browser("member").get("/inbox")
    assert page.title
