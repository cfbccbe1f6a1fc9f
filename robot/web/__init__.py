"""The asesor's intake form: pages made on the server, progress as server-sent events."""
