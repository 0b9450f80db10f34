"""Alembic runs this file. It applies the revisions in the transaction that `upgrade` has opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
