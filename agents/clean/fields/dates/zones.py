"""Time zones by their abbreviations, as offsets; only where no other zone is meant."""

from collections.abc import Mapping

OFFSETS: Mapping[str, str] = {
    "Z": "Z",
    "UTC": "Z",
    "GMT": "Z",
    "WEST": "+01:00",
    "CET": "+01:00",
    "MEZ": "+01:00",
    "CEST": "+02:00",
    "MESZ": "+02:00",
    "EET": "+02:00",
    "EEST": "+03:00",
    "MSK": "+03:00",
    "МСК": "+03:00",
    "PKT": "+05:00",
    "NPT": "+05:45",
    "WIB": "+07:00",
    "WITA": "+08:00",
    "WIT": "+09:00",
    "HKT": "+08:00",
    "SGT": "+08:00",
    "JST": "+09:00",
    "KST": "+09:00",
    "AEST": "+10:00",
    "AEDT": "+11:00",
    "NZST": "+12:00",
    "NZDT": "+13:00",
    "SAST": "+02:00",
    "EDT": "-04:00",
    "CDT": "-05:00",
    "MDT": "-06:00",
    "PDT": "-07:00",
    "AKDT": "-08:00",
}
#: What an abbreviation means depends on the country of the page.
BY_COUNTRY: Mapping[str, Mapping[str, str]] = {
    "IST": {"in": "+05:30", "ie": "+01:00", "il": "+02:00"},
    "BST": {"gb": "+01:00", "bd": "+06:00"},
    "EST": {"us": "-05:00", "ca": "-05:00", "au": "+10:00"},
    "CST": {"us": "-06:00", "ca": "-06:00", "mx": "-06:00", "cn": "+08:00", "tw": "+08:00"},
    "MST": {"us": "-07:00", "ca": "-07:00"},
    "PST": {"us": "-08:00", "ca": "-08:00", "ph": "+08:00"},
    "AST": {"ca": "-04:00", "sa": "+03:00"},
    "WAT": {"ng": "+01:00"},
    "EAT": {"ke": "+03:00", "tz": "+03:00", "ug": "+03:00", "et": "+03:00"},
}


def offset(abbreviation: str, country: str | None) -> str:
    """`Z`, `+01:00`, or "" where it is not known which zone is meant."""
    name = abbreviation.strip("() ").upper()
    return OFFSETS.get(name) or BY_COUNTRY.get(name, {}).get(country or "", "")
