"""Pages of invitations and requests: inviting, answering, joining."""

from app.invitations.routes import answering, inviting, joining

__all__ = ["answering", "inviting", "joining"]
