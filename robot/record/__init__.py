"""The record: what the robot must know after a power cut, and must not do twice. Only here there is SQL."""
