"""Profiles as rows, and pictures as files."""

from io import BytesIO

import pytest
from PIL import Image

from app.core.danish import folded, sort_key
from app.extensions import db
from app.people.models import Audience, Competence, Field, PersonCompetence, Picture, Profile


@pytest.fixture
def profile(world):
    """`profile("member", phone=Audience.EVERYONE, …)`; all others are for the networks unless `default` says otherwise."""

    def write(who, *, text="", reachable="", competences=(), file=b"", default=Audience.NETWORKS, **audiences):
        person_id = world.cast[who] if isinstance(who, str) else who
        with world.acting():
            kept = db.session.get(Profile, person_id) or Profile(person_id=person_id)
            kept.about, kept.about_key, kept.reachable = text, folded(text), reachable
            for field in Field:
                setattr(kept, f"{field.value}_for", audiences.get(field.value, default))
            db.session.add(kept)
            for position, name in enumerate(competences, start=1):
                known = db.session.query(Competence).filter_by(sort_key=sort_key(name)).one_or_none()
                one = known or Competence(name=name)
                db.session.add(one)
                db.session.flush()
                db.session.add(PersonCompetence(person_id=person_id, competence_id=one.id, position=position))
            if file:
                db.session.add(Picture(person_id=person_id, fingerprint="abc", large=file, small=file))

    return write


def picture_file(kind="JPEG", size=(800, 600), colour="teal", mode="RGB", **more):
    """A picture file of one colour."""
    file = BytesIO()
    Image.new(mode, size, colour).save(file, kind, **more)
    return file.getvalue()
