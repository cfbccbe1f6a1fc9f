"""How an execution ends without an outcome: somebody else goes on with the work, or the next start does."""


class EjecucionAbandonada(BaseException):
    """This execution must end here and leave no trace: the work belongs to another one, or goes on at the next start.

    No `Exception`, so that nothing between a step and the engine takes it for an outcome.
    """


class TurnoPerdido(EjecucionAbandonada):
    """Somebody else has taken the turn to hand a print over; nothing was sent."""


class ProcesoPerdido(EjecucionAbandonada):
    """This process cannot go on, since its database or its browser does not answer: it must be started anew."""
