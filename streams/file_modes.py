"""Who may read the files of this process: only its user, unless the setting `umask` allows more.

The mask holds for the process and for all that it starts, Kafka's Java too, so that no file is forgotten.
"""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.settings import Settings

PRIVATE = 0o077


def keep_private() -> None:
    """Give others no rights. A stricter mask stays."""
    os.umask(os.umask(PRIVATE) | PRIVATE)


def apply_umask(settings: "Settings") -> None:
    """Set the mask of the settings, if they have one."""
    if "umask" in settings.model_fields_set:
        os.umask(int(settings.umask, 8))
