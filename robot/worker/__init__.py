"""A worker: seats with a browser each, who is alive, which run goes where, and what it does beside solicitudes."""
