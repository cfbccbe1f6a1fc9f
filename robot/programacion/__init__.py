"""The spreadsheets of the folder Programación in Google: finding, reading and writing them, and giving back what a write met.

`robot.sheets` decides with it and is the door to it. Whoever touches this package touches what people have typed.
"""
