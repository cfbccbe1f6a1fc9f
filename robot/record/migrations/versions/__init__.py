"""The migrations, each named after what it changes. What was released is not edited: another one follows it."""
