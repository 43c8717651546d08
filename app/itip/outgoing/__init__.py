"""What is sent: invitations, changes and cancellations, to those who want meetings in their calendar by mail."""
