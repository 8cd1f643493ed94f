"""Figures as Indonesian documents write them."""

from decimal import Decimal

from django.template import Library

from indicators.numbers import format_number

register = Library()


@register.filter
def figure(value: Decimal | int | str | None, digits: int | None = None) -> str:
    """Write `value` as `1.234,56`, with all decimals it has or half-up with `digits`; None is an empty text.

    Text is a figure as descriptions of sets hold it: "1234.56".
    """
    return "" if value is None or value == "" else format_number(Decimal(value), digits)


@register.filter
def breakable(text: str) -> str:
    """Let a figure too long for a narrow column go on in the next line, after its thousands only."""
    return text.replace(".", ".\u200b") if len(text) > 9 else text


@register.filter
def unit_in_text(unit: str) -> str:
    """Write `unit` as it stands after a figure: "Persen" is "persen"; "WUB", "Rp" and "kWh" stay."""
    return " ".join(word.lower() if word.istitle() and len(word) > 2 else word for word in unit.split(" "))


@register.filter
def level(names: dict[str, str], value: Decimal) -> str:
    """Return the word that an ordinal target stands for ("WTP"), empty where it is a figure."""
    return names.get(format(value.normalize(), "f"), "")
