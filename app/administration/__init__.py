"""What administrators see and do: people, organisations, networks, and the log."""
