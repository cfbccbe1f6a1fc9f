"""Requests that others have written down, the rows of a spreadsheet and the messages of a mailbox: reading and answering them.

Whoever touches this package touches what people have typed: only the robot's own columns are written, only after a look.
"""
