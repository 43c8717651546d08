"""The pages, by noun; importing them puts them on their blueprints."""

from app.administration.routes import affiliations, log, networks, organisations, overview, people

__all__ = ["affiliations", "log", "networks", "organisations", "overview", "people"]
