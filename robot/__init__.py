"""Robot of the procedure SC-PQRS-PRO-018: from a request at the desk to two printed copies, exactly once."""
