"""api: problem+json, paging and the shared rules of the HTTP API."""
