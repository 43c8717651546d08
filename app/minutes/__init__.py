"""What a meeting came to: minutes with their revisions, decisions, and actions with owner and due date."""
