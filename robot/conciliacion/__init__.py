"""Conciliación, pure: three sides in, findings out. It reads nothing, writes nothing and imports plain data only."""
