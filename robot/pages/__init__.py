"""Page objects: one class a screen of Serviweb. They know Playwright and their own screen, and no other layer.

They return models, raise the errors of `robot.errors`, never retry, never book, and never know the step that comes next.
"""
