"""Every fault at every step where it can occur, and the one outcome that is allowed."""
