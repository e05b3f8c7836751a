"""What only a developer needs: a local database, the server on it, and demo data."""
