"""Who may ask for what: every cell of the table in docs/access.md, really requested."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.core.clock import Clock
from tests.conftest import MONDAY
from tests.stage import READING, ROLES, Stage, endpoints, in_words

TABLE = Path(__file__).parent.parent / "docs" / "access.md"
# What other programs may send without having read a page of ours first; everything else needs a CSRF token.
NEEDS_NO_TOKEN = {
    "notifications.stop_mail", "notifications.resume_mail",  # RFC 8058: the address is the proof
    "incoming.webhook",  # proves itself by MAIL_IN_SECRET
}  # fmt: skip


def rows() -> dict[tuple[str, str], list[str]]:
    """(endpoint, method) → the five expected answers."""
    lines = [[cell.strip() for cell in line.strip("| \n").split("|")] for line in TABLE.read_text().splitlines()]
    return {(line[0], line[1]): line[2:] for line in lines if len(line) == 7 and "." in line[0]}


@pytest.fixture(scope="module")
def stage(built: tuple[Flask, Callable[[], None]]) -> Stage:
    """One for all tests here; it sets itself up afresh after a request that changed something."""
    Clock.frozen_at = MONDAY
    return Stage(*built)


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(stage):
    asked, written = endpoints(stage.app), rows()
    missing = []
    for endpoint, method, rule in asked:
        if (endpoint, method) not in written:
            cells = [in_words(stage.ask(endpoint, method, rule, role)) for role in ROLES]
            missing.append(f"| {endpoint} | {method} | " + " | ".join(cells) + " |")
    gone = set(written) - {(endpoint, method) for endpoint, method, _rule in asked}
    assert not gone, f"docs/access.md has rows for what is not there: {sorted(gone)}"
    assert not missing, (
        "docs/access.md lacks rows. They answer as follows now; see whether that is right:\n" + "\n".join(missing)
    )


@pytest.mark.parametrize(("endpoint", "method"), rows(), ids=" ".join)
def test_everybody_gets_the_answer_of_the_table(stage, endpoint, method):
    rule = next(rule for name, its_method, rule in endpoints(stage.app) if (name, its_method) == (endpoint, method))
    answers = {role: in_words(stage.ask(endpoint, method, rule, role)) for role in ROLES}
    assert answers == dict(zip(ROLES, rows()[endpoint, method], strict=True))


def test_a_head_is_answered_like_a_get_and_changes_nothing(stage):
    for endpoint, method, rule in endpoints(stage.app):
        if method == "GET":
            url = stage.url(endpoint, rule)
            seen = [stage.browsers["member"].raw(method, url).status_code for method in ("GET", "HEAD")]
            assert seen[0] == seen[1], url
    assert stage.is_untouched()


def test_nothing_is_written_without_a_token(stage):
    unguarded = set()
    for endpoint, method, rule in endpoints(stage.app):
        if method not in READING:
            for role in ("nobody", "coordinator", "administrator"):
                if stage.ask(endpoint, method, rule, role, with_token=False).status_code != 400:
                    unguarded.add(endpoint)
    assert unguarded == NEEDS_NO_TOKEN


def test_nothing_is_written_with_the_token_of_someone_else(stage):
    stolen = stage.token("coordinator")
    answer = stage.browsers["member"].raw("POST", "/language", data={"language": "en", "csrf_token": stolen})
    assert answer.status_code == 400


def test_a_form_sent_by_another_site_is_refused_token_or_not(stage):
    for endpoint, method, rule in endpoints(stage.app):
        if method not in READING:
            answer = stage.browsers["coordinator"].raw(
                method,
                stage.url(endpoint, rule),
                data={"csrf_token": stage.token("coordinator")},
                headers={"Sec-Fetch-Site": "cross-site"},
            )
            assert answer.status_code == 400, endpoint
    assert stage.is_untouched()
