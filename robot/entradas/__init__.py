"""Ways in for many solicitudes at once: tables that offices keep, read with every problem beside its row. Pure."""
