"""The ways into a network: invitations, and requests to join an open one."""
