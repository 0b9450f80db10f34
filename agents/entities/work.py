"""clean → entities: the work, as a function from record to record."""

from collections.abc import Mapping

from agents.entities import VERSION, blas
from agents.entities.assembly import assemble
from agents.entities.chunks import cut, pieces, readable
from agents.entities.headline import headline_names
from agents.entities.mentions import Field, Mention, mention
from agents.entities.model import Model
from agents.entities.settings import EntitiesSettings
from agents.entities.types import TYPE_OF_LABEL
from agents.records import CleanArticle, Entity, ProducedBy, TaggedArticle, extend

UNSUPPORTED = "language-unsupported"
CUT = "text-cut-for-entities"


class EntitiesWork:
    """Adds the entities, found by the model for the article's language; none where there is no model."""

    def __init__(self, models: Mapping[str, Model], most_characters: int) -> None:
        """Takes the models by language code. `model` has the names of all of them."""
        self._models = models
        self._most = most_characters
        self.model = ",".join(sorted(model.name for model in models.values())) or None

    def __call__(self, record: CleanArticle) -> TaggedArticle:
        model = self._models.get(record.language.code or "")
        if model is None:
            return _tagged(record, [], UNSUPPORTED, None)
        text = cut(record.text, self._most)
        title = cut(record.title or "", self._most)
        in_text = _mentions(model, "text", text)
        in_title = headline_names(title, _mentions(model, "title", title), in_text)
        entities = assemble([*in_title, *in_text], len(record.text))
        return _tagged(record, entities, CUT if len(text) < len(record.text) else None, model.name)


def load(settings: EntitiesSettings) -> EntitiesWork:
    """The work, with its models loaded. Raises `CannotStart` where one is missing."""
    blas.prepare()
    models = {code: Model(package, code) for code, package in sorted(settings.models.items())}
    return EntitiesWork(models, settings.most_characters)


def _mentions(model: Model, field: Field, whole: str) -> list[Mention]:
    parts = list(pieces(readable(whole)))
    spans = model.find(part for _, part in parts)
    candidates = (
        mention(field, whole, at + span.start, at + span.end, TYPE_OF_LABEL[span.label])
        for (at, _), in_part in zip(parts, spans, strict=True)
        for span in in_part
        if span.label in TYPE_OF_LABEL
    )
    return [candidate for candidate in candidates if candidate is not None]


def _tagged(
    record: CleanArticle, entities: list[Entity], warning: str | None, model: str | None
) -> TaggedArticle:
    warnings = [warning] if warning is not None and warning not in record.warnings else []
    return extend(
        record,
        TaggedArticle,
        entities=entities,
        quotes=[],
        warnings=[*record.warnings, *warnings],
        produced_by=[*record.produced_by, ProducedBy(stage="entities", version=VERSION, model=model)],
    )
