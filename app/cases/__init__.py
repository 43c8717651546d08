"""Cases: someone's real question, and what the others have tried."""
