"""How one utility's Serviweb differs: every named thing on the screens, and the TOML files that tell where it is."""
