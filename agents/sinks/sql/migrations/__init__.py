"""The history of the tables: revisions of the schema, which are never changed after their release."""
