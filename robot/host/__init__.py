"""What the robot asks of the machine it runs on: files that only it may read, and a browser that is locked in."""
