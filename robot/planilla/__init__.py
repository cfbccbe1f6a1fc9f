"""A schedule as an office keeps it: headers, days, rows, and what keeps a row from being offered. It calls nobody."""
