"""What members see of cases."""


def test_a_member_reads_a_case_and_its_replies(browser, world):
    case = world.case(posts=2)
    page = browser("member").get(f"/cases/{case}")
    assert page.title == "Hvem skal ringe først?"
    assert "Erfaring 1" in page.text
    assert "2 svar" in page.text


def test_lists(browser, world):
    world.case(posts=2)
    b = browser("member")
    for u in [
        "/cases",
        "/cases?show=unread",
        "/cases?show=closed",
        f"/networks/{world.network_id}/cases",
        f"/networks/{world.network_id}/cases/new",
        "/cases/1/edit",
    ]:
        print(u, b.get(u).text)
