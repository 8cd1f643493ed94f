"""How an official is named where a document is signed (Permendagri 1/2023, Ps 44)."""

from __future__ import annotations

from collections.abc import Mapping

from agencies.nip import format_nip

ACTING = {"plt": "Plt. ", "plh": "Plh. ", "pj": "Pj. "}
_HEADS_OF_REGION = (
    "bupati",
    "wali kota",
    "walikota",
    "gubernur",
    "wakil bupati",
    "wakil wali",
    "wakil gubernur",
)


def block(signatory: Mapping[str, str], place_and_date: str, *, decree: bool) -> dict[str, str]:
    """Return the lines of the signature block of `signatory`; a line that is not printed is empty.

    `signatory` has position, capacity, name, name_with_titles, rank and nip, as sets.describe gives them.
    Who lays down a rule (`decree`) is named without titles, rank and NIP.
    """
    name, rank, nip = _named(signatory, decree=decree)
    return {
        "place_and_date": place_and_date,
        "position": f"{ACTING.get(signatory['capacity'], '')}{signatory['position']},",
        "name": name,
        "rank": rank,
        "nip": f"NIP {format_nip(nip)}" if nip else "",
    }


def _named(signatory: Mapping[str, str], *, decree: bool) -> tuple[str, str, str]:
    """Return name, rank and NIP as they are printed, empty where they are not."""
    position = signatory["position"].casefold()
    highest = position.startswith((*_HEADS_OF_REGION, "sekretaris daerah"))
    if decree or (highest and signatory["capacity"] in ACTING):
        return signatory["name"], "", ""
    titled = signatory["name_with_titles"] or signatory["name"]
    return (titled, "", "") if highest else (titled, signatory["rank"], signatory["nip"])
