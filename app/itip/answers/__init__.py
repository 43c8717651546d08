"""What comes back to an invitation: answers, proposals of another time, and words."""
