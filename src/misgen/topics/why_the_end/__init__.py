"""What makes the end of a level easier to learn than the coin; builds on `coinrun`."""
