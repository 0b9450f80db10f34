"""clean → entities: the work, as a function from record to record."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from agents.entities import VERSION, blas
from agents.entities.chunks import cut
from agents.entities.grouping.assembly import Article, assemble
from agents.entities.lists.finding import ListFinder
from agents.entities.places.domains import country_of_domain
from agents.entities.places.home import country_of_tag
from agents.entities.places.table import Places
from agents.entities.places.translations import languages
from agents.entities.quotes.extract import quotes_in
from agents.entities.settings import EntitiesSettings
from agents.entities.values.finding import day_of
from agents.records import CleanArticle, Entity, ProducedBy, Quote, TaggedArticle, extend

if TYPE_CHECKING:
    from agents.entities.finding import Finder

UNSUPPORTED = "language-unsupported"
CUT = "text-cut-for-entities"


class EntitiesWork:
    """Adds the entities, by the model for the article's language or else by lists, and the quotations."""

    def __init__(self, finders: "Mapping[str, Finder | ListFinder]", most_characters: int) -> None:
        """Takes the finders by language code. `model` has the names of all of them."""
        self._finders = finders
        self._most = most_characters
        self.model = ",".join(sorted({finder.name for finder in finders.values()})) or None

    def __call__(self, record: CleanArticle) -> TaggedArticle:
        finder = self._finders.get(record.language.code or "")
        text = cut(record.text, self._most)
        if finder is None:
            return _tagged(record, [], quotes_in(text, [], record.language.code), UNSUPPORTED, None)
        title = cut(record.title or "", self._most)
        country = country_of_domain(record.source.domain) or country_of_tag(record.language.declared)
        article = Article(title, record.text, day_of(record.published_at), country)
        entities = assemble(finder.find(title, text), article, finder.places, record.language.code)
        warning = CUT if len(text) < len(record.text) else None
        return _tagged(
            record, entities, quotes_in(text, entities, record.language.code), warning, finder.name
        )


def load(settings: EntitiesSettings) -> EntitiesWork:
    """The work, with its models loaded. Raises `CannotStart` where one is missing."""
    blas.prepare()
    # Imports numpy, which must be prepared first.
    from agents.entities.finding import finder

    by_model = {code: finder(package, code) for code, package in sorted(settings.models.items())}
    by_lists = {code: ListFinder(Places.load(), code) for code in languages()}
    return EntitiesWork({**by_lists, **by_model}, settings.most_characters)


def _tagged(
    record: CleanArticle, entities: list[Entity], quotes: list[Quote], warning: str | None, model: str | None
) -> TaggedArticle:
    warnings = [warning] if warning is not None and warning not in record.warnings else []
    return extend(
        record,
        TaggedArticle,
        entities=entities,
        quotes=quotes,
        warnings=[*record.warnings, *warnings],
        produced_by=[*record.produced_by, ProducedBy(stage="entities", version=VERSION, model=model)],
    )
