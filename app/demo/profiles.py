"""Profiles as rows: the hand-made people's own words, and a few words for everybody else."""

import random
from datetime import datetime
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw

from app.core.danish import folded, sort_key
from app.demo.rows import Rows
from app.demo.story.profiles import LINES, PROFILES, TOPICS, Said
from app.people.models import Audience, Competence, Field, PersonCompetence, Picture, Profile
from app.people.portraits import portrait_of

GROUNDS = ("#cfe3e8", "#e9dcc3", "#d9e4cf", "#e4d3dd", "#d5dbe9")
SHIRTS = ("#0b5a73", "#7a4a1e", "#3d6b35", "#70406a", "#34506e")
SKINS = ("#f0cfb4", "#d9a77f", "#a8754f", "#f4dcc8", "#8a5a3c")
HAIRS = ("#3a2a20", "#8a6a3c", "#c9b28a", "#5b5b5b", "#1e1b1a")


class Profiles:
    """Adds what people say about themselves."""

    def __init__(self, rows: Rows, *, seed: int = 0) -> None:
        self._rows = rows
        self._chance = random.Random(f"profiles {seed}")  # noqa: S311 - chance, not secrets; its own, so that the rest stays as it was
        self._known: dict[str, int] = {}

    def write(self, people: dict[str, int], at: datetime) -> None:
        """The hand-made ones."""
        for number, (key, said) in enumerate(PROFILES.items()):
            self._add(people[key], said, at)
            if said.has_picture:
                self._draw(people[key], number, at)

    def invent(self, person_id: int, at: datetime) -> None:
        """For one of the generated networks: a few topics, seldom more, half of it open to all."""
        chance = self._chance
        audience = Audience.EVERYONE if chance.random() < 0.5 else Audience.NETWORKS
        self._add(
            person_id,
            Said(
                tuple(chance.sample(TOPICS, chance.choice((0, 1, 2, 2, 3)))),
                chance.choice(LINES) if chance.random() < 0.3 else "",
                audiences={Field.PROFILE: audience, Field.ABOUT: audience},
            ),
            at,
        )

    def _add(self, person_id: int, said: Said, at: datetime) -> None:
        self._rows.put(
            Profile,
            {
                "person_id": person_id,
                "about": said.about,
                "about_key": folded(said.about),
                "reachable": said.reachable,
                **{f"{one.value}_for": said.audiences.get(one, Audience.NETWORKS) for one in Field},
                "updated_at": at,
            },
        )
        for position, name in enumerate(said.competences, start=1):
            values = {"person_id": person_id, "competence_id": self._competence(name), "position": position}
            self._rows.put(PersonCompetence, values)

    def _competence(self, name: str) -> int:
        if name not in self._known:
            self._known[name] = self._rows.add(Competence, {"name": name, "sort_key": sort_key(name)})
        return self._known[name]

    def _draw(self, person_id: int, number: int, at: datetime) -> None:
        portrait = portrait_of(drawing(number))
        values = {"fingerprint": sha256(portrait.large).hexdigest()[:32], "made_at": at}
        self._rows.put(Picture, {"person_id": person_id, "large": portrait.large, "small": portrait.small, **values})


def drawing(number: int) -> bytes:
    """A face that belongs to nobody: a few round shapes in colours that the number decides."""
    ground, shirt, skin, hair = (
        colours[(number * step) % len(colours)] for colours, step in ((GROUNDS, 1), (SHIRTS, 2), (SKINS, 3), (HAIRS, 2))
    )
    image = Image.new("RGB", (1024, 1024), ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((250, 150, 774, 774 - 60 * (number % 3)), fill=hair)
    draw.ellipse((192, 730, 832, 1400), fill=shirt)
    draw.rounded_rectangle((440, 600, 584, 800), 72, fill=skin)
    draw.ellipse((312, 250, 712, 730), fill=skin)
    draw.chord((312, 215, 712, 600), 180, 360, fill=hair)
    for side in (412, 572):
        draw.ellipse((side, 470, side + 40, 510), fill="#22201e")
    draw.arc((432, 520, 592, 640), 20, 160, fill="#22201e", width=12)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
