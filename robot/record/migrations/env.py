"""What Alembic runs for each of its commands, over the connection that `robot.record.migrations` gives it."""

from typing import Literal

from alembic import context

from robot.record.migrations import VERSION_TABLE
from robot.record.tables import Instant, tablas


def _rendered(kind: str, item: object, _: object) -> str | Literal[False]:
    """A new migration spells our type out, since it must stay the same when the type changes."""
    return "INSTANT" if kind == "type" and isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tablas,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
    render_item=_rendered,
)
with context.begin_transaction():
    context.run_migrations()
