"""What can be done with invitations and requests; none of it commits."""
