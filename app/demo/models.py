"""The mark that a database holds the demo, so that production can refuse it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UtcDateTime
from app.extensions import Model


class DemoLoad(Model):
    """When and from what seed demo data was loaded."""

    __tablename__ = "demo_loads"

    id: Mapped[int] = mapped_column(primary_key=True)
    seed: Mapped[int]
    what: Mapped[str] = mapped_column(String(200))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
