"""What people and screens write, read: when two writings say the same, and what is a date or an hour."""
