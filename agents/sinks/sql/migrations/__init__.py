"""The tables as they came to be: one revision of the schema after the other, never changed once released."""
