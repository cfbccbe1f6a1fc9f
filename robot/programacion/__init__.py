"""Programación in Google: the spreadsheets of the folder, what stands in their rows, and writes that keep what they met.

`robot.sheets` decides with it and is the door to it. Whoever touches this package touches what people have typed.
"""
