"""The country of a source by the end of its domain."""

#: Ends that are a country's, but used all over the world.
GENERIC = frozenset("io co tv me ai fm am gg ly to cc ws la nu sh vc bz mn".split())
OTHER = {"uk": "GB", "eu": None, "su": "RU"}


def country_of_domain(domain: str) -> str | None:
    """ISO 3166-1, two letters; None for `.com` and the like."""
    end = domain.rpartition(".")[2].casefold()
    if end in OTHER:
        return OTHER[end]
    return end.upper() if len(end) == 2 and end not in GENERIC else None
