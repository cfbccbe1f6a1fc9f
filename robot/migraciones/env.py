"""What Alembic runs for each of its commands, over the connection that `robot.migraciones` gives it."""

from alembic import context

from robot.migraciones import VERSION_TABLE
from robot.tablas import tablas

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tablas,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
