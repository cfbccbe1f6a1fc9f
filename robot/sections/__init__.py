"""The sections of the settings, each with its documentation. Everybody imports them from `robot.settings`."""
