"""All that is changed in the libraries beneath us for the whole process, in one place (docs/decisions/0003).

What is changed in Faust is not here: there it is subclasses, which its app is built from. Only the first call
of each function does anything; both raise `CannotStart` where a library is of another release than the one
that is changed here.
"""

from functools import cache

from streams.kafka.tolerant.decompression import unpack_within_bounds
from streams.kafka.tolerant.patches import read_all_batches
from streams.kafka.tolerant.sockets import close_rejected_sockets
from streams.kafka.tolerant.versions import require_known_versions

#: Children ignore SIGTERM, and while pebble waits for one (3 s) it keeps the others from their next article.
TERM_SECONDS = 0.1


@cache
def install() -> None:
    """What is changed in aiokafka and kafka-python. To be called before a client is made."""
    require_known_versions()
    read_all_batches()
    unpack_within_bounds()
    close_rejected_sockets()


@cache
def install_for_pool() -> None:
    """What is changed in pebble. To be called before a pool is made."""
    # Here, since a tool without children need not wait for it: 30 ms.
    from pebble import CONSTS

    require_known_versions()
    CONSTS.term_timeout = TERM_SECONDS
