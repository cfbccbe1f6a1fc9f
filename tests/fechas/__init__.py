"""The tests that look at the calendar, run on other days: `make fechas`."""
