"""What can be done with a meeting, its agenda and its answers; nothing here commits."""
