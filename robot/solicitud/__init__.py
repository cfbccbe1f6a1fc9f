"""A solicitud as data, from what was typed to what became of it. Everybody imports it from `robot.models`."""
