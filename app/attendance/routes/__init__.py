"""Pages: the list of a meeting, checking in, the signed sheet, and hours of a network."""

from app.attendance.routes import check_in, keeping, paper, period

__all__ = ["check_in", "keeping", "paper", "period"]
