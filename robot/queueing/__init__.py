"""The engine's queue as those see it who put something into it; nothing here runs."""
