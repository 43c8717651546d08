"""Networks and who belongs to them; what hangs on a network is hidden from everybody else."""
