"""All networks, and who coordinates what."""

from flask import render_template, request

from app.administration.asked import one_of, same_but, words
from app.administration.blueprints import administration as bp
from app.administration.queries.networks import (
    Led,
    NetworksLike,
    coordinators_per_network,
    count_of_coordinating,
    count_of_networks,
    page_of_coordinating,
    page_of_networks,
)
from app.administration.queries.people import administrators
from app.administration.words import LED
from app.core.paging import Page

SIZE = 50


@bp.get("/networks")
def networks() -> str:
    like = NetworksLike(words=words("q"), led=one_of(Led, "led"))
    page = Page.of(count_of_networks(like), asked=request.args.get("page", type=int), size=SIZE)
    rows = page_of_networks(like, offset=page.offset, size=page.size)
    return render_template(
        "administration/networks.html",
        like=like,
        led=LED,
        page=page,
        address_of=same_but("administration.networks"),
        rows=rows,
        coordinators=coordinators_per_network(row.network.id for row in rows),
    )


@bp.get("/roles")
def roles() -> str:
    page = Page.of(count_of_coordinating(), asked=request.args.get("page", type=int), size=SIZE)
    return render_template(
        "administration/roles.html",
        administrators=administrators(),
        page=page,
        address_of=same_but("administration.roles"),
        coordinating=page_of_coordinating(offset=page.offset, size=page.size),
    )
