"""The types of values, and the labels of models that they stand for."""

#: Labels of OntoNotes 5 → the type of the entity.
TYPE_OF_LABEL = {
    "DATE": "date",
    "TIME": "time",
    "MONEY": "money",
    "PERCENT": "percent",
    "QUANTITY": "quantity",
}
VALUES = frozenset(TYPE_OF_LABEL.values())
