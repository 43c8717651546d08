"""What a mail address may look like, and the one way it is written down."""

from email_validator import EmailNotValidError, validate_email


class NotAnAddressError(ValueError):
    """What was typed is no mail address."""


def as_kept(typed: str) -> str:
    """As accounts keep it: without spaces around it, in lower case."""
    return typed.strip().lower()


def read_address(typed: str) -> str:
    """The address as it is kept. Raises NotAnAddressError; internal domains are fine, municipalities have some."""
    try:
        checked = validate_email(
            as_kept(typed), check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise NotAnAddressError(typed) from error
    if checked.ascii_email is None or len(checked.ascii_email) > 254:
        raise NotAnAddressError(typed)
    return checked.ascii_email.lower()
