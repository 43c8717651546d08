"""`flask demo load`: a network to try out, or one of any size to measure with."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import inspect
from tqdm import tqdm

from app.demo.accounts import ADDRESSES, PASSWORD
from app.demo.generated import Sizes
from app.demo.operations import load_demo
from app.demo.queries import is_empty
from app.extensions import db

demo = AppGroup("demo", help="Believable Danish networks for trying out and for measuring.")
MEMBERS, MEETINGS, CASES = 120, 60, 80  # when other sizes were asked for
POSTS_PER_CASE = 6


def _sizes(members: int | None, meetings: int | None, cases: int | None, posts: int | None) -> Sizes:
    """What was asked for, the rest in proportion."""
    told = max(CASES, (posts or 0) // 20) if cases is None else cases
    return Sizes(
        members=MEMBERS if members is None else members,
        meetings=MEETINGS if meetings is None else meetings,
        cases=told,
        posts=POSTS_PER_CASE * told if posts is None else posts,
    )


@demo.command("load")
@click.option("--members", type=click.IntRange(0, 100_000), help="How many people in all.")
@click.option("--meetings", type=click.IntRange(0, 200_000), help="How many meetings in all.")
@click.option("--cases", type=click.IntRange(0, 1_000_000), help="How many cases in all.")
@click.option("--posts", type=click.IntRange(0, 10_000_000), help="How many replies in all.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Another seed, another world; the same seed, the same.")
def load(members: int | None, meetings: int | None, cases: int | None, posts: int | None, seed: int | None) -> None:
    """Fill an empty database with the demo.

    Without options it is the hand-made network that the accounts below belong to. With any option there are further
    networks, until there is as much of everything as asked for; what the hand-made ones hold is always there.
    """
    if not inspect(db.engine).has_table("demo_loads"):
        raise click.ClickException("The database has no tables yet: run flask db upgrade first.")
    if not is_empty():
        raise click.ClickException("The database already holds data; the demo is loaded into an empty one only.")
    is_sized = any(option is not None for option in (members, meetings, cases, posts, seed))
    sizes = _sizes(members, meetings, cases, posts) if is_sized else None
    total = sizes.members + sizes.meetings + sizes.cases + sizes.posts if sizes else None
    with tqdm(total=total, unit=" rows", disable=None if sizes else True, file=sys.stderr, smoothing=0.05) as bar:
        counts = load_demo(sizes, seed=seed or 0, tick=bar.update)
        db.session.commit()
    click.echo(
        f"Loaded {counts['people']} people in {counts['networks']} networks, {counts['meetings']} meetings, "
        f"{counts['cases']} cases and {counts['posts']} posts."
    )
    click.echo(f"Sign in as {', '.join(ADDRESSES)} with the password {PASSWORD}.")
    if not current_app.config["DEMO"]:
        click.echo("These passwords are well known: a server serves this database only with DEMO=1.")
