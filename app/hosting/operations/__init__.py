"""What can be done with the order of hosts and the questions to them; nothing here commits."""
