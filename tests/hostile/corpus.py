"""All hostile records by their names."""

from tests.hostile.bombs import BOMBS
from tests.hostile.characters import CHARACTERS
from tests.hostile.crowds import CROWDS
from tests.hostile.kinds import KINDS
from tests.hostile.notation import NOTATION
from tests.hostile.record import Corpus
from tests.hostile.scripts import SCRIPTS

CORPUS: Corpus = {**BOMBS, **CHARACTERS, **CROWDS, **KINDS, **NOTATION, **SCRIPTS}
