"""The types of entities, and the labels of models that they stand for.

Numbers, dates, amounts and languages are not entities here.
"""

#: Where mentions of a name have several types equally often, the first in this order is used.
TYPES = ("person", "organisation", "place", "group", "event", "work", "product", "law")

#: The labels of OntoNotes 5 (English models), then those of WikiNER and CoNLL (French, Spanish, ...).
TYPE_OF_LABEL = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",  # countries, cities, states
    "LOC": "place",  # mountains, seas, regions
    "FAC": "place",  # buildings, airports, bridges
    "NORP": "group",  # nationalities, religions, parties
    "EVENT": "event",
    "WORK_OF_ART": "work",
    "PRODUCT": "product",
    "LAW": "law",
    "PER": "person",
}

#: Labels whose spans are meant to be left out: numbers, languages, and what is none of the other names.
WITHOUT_TYPE = frozenset(("CARDINAL", "ORDINAL", "LANGUAGE", "MISC"))
