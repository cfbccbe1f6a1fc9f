"""The errors by family. Everybody imports them from `robot.errors`, so that every class is known wherever one is read back."""
