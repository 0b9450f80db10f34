"""Who may read what this process and its children write: its user alone, unless the setting `umask` differs.

One mask for the whole process, taken over by its children, Kafka's Java among them: no file is forgotten.
"""

import os

from streams.settings import Settings

PRIVATE = 0o077


def keep_private() -> None:
    """Leave others nothing. A mask that is stricter still stays."""
    os.umask(os.umask(PRIVATE) | PRIVATE)


def apply_umask(settings: Settings) -> None:
    """Take the mask of the settings, where they say one."""
    if "umask" in settings.model_fields_set:
        os.umask(int(settings.umask, 8))
