"""Programs hand in and ask by HTTP, under `/api/v1`, as the contract `docs/api.v1.json` says. No cookie counts here."""
