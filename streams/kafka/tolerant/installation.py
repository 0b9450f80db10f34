"""All changes to libraries that hold for the whole process (docs/decisions/0003).

Changes to Faust are not here: they are subclasses, which its app is built from. Only the first call of each
function does anything; both raise `CannotStart` if a library is not of the release that is changed here.
"""

from functools import cache

from streams.kafka.tolerant.decompression import unpack_within_bounds
from streams.kafka.tolerant.patches import read_all_batches
from streams.kafka.tolerant.sockets import close_rejected_sockets
from streams.kafka.tolerant.versions import require_known_versions

#: Pool processes ignore SIGTERM, and while pebble waits for one (3 s) the others get no article.
TERM_SECONDS = 0.1


@cache
def install() -> None:
    """Change aiokafka and kafka-python. Call it before a client is created."""
    require_known_versions()
    read_all_batches()
    unpack_within_bounds()
    close_rejected_sockets()


@cache
def install_for_pool() -> None:
    """Change pebble. Call it before a pool is created."""
    # Imported here, since a tool without pool processes need not wait for it: 30 ms.
    from pebble import CONSTS

    require_known_versions()
    CONSTS.term_timeout = TERM_SECONDS
