"""How the inputs of the grid are drawn, in plain Python: a page has thousands of them.

An input comes from what is stored, or from a form that was sent and refused, and is drawn the same:
`{{ input }}`. No queries, nothing stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from django.utils.safestring import SafeString

Kind = Literal["text", "number", "area", "level", "box"]


@dataclass(frozen=True, slots=True)
class Input:
    """One input with its label, what stands in it, and what it showed when the page was made (`initial`).

    `initial` goes along hidden, so that the server knows what was touched; an empty one needs no input.
    `last` is the last figure with its period, `whose` the row, said to those who do not see it. `errors` is
    drawn already. Who may not fill reads what stands there: a text, nothing to press or to leave empty.
    """

    kind: Kind
    name: str
    label: str
    text: str
    initial: str
    may_fill: bool
    unit: str = ""
    whose: str = ""
    hint: str = ""
    last: str = ""
    errors: str = ""
    levels: Sequence[tuple[str, str]] = ()
    rows: int = 2

    @property
    def id(self) -> str:
        """The id to which labels and error summaries lead."""
        return f"id_{self.name}"

    def __str__(self) -> str:
        """Return label, input and all that is said of it as HTML; label and text for who may not fill."""
        if not self.may_fill:
            return self._read()
        label = escape(self.label)
        if self.unit:
            label += f' <span class="muted">({escape(self.unit)})</span>'
        if self.whose:
            label += f'<span class="visually-hidden">: {escape(self.whose)}</span>'
        label = f'<label for="{self.id}">{label}</label>'
        if self.kind == "box":
            return SafeString(f'<div class="choice">{self._input()}{label}</div>')
        said = f'<div class="last" id="{self.id}_last">{escape(self.last)}</div>' if self.last else ""
        if self.hint:
            said += f'<div class="hint" id="{self.id}_helptext">{escape(self.hint)}</div>'
        return SafeString(f'<div class="cell">{label}{self.errors}{self._input()}{said}</div>')

    def _read(self) -> SafeString:
        """Return what stands there to read: a text nobody wrote is nothing, a missing figure says so."""
        text = escape(self.text)
        if self.kind == "level":
            text = next((escape(label) for worth, label in self.levels if worth == self.text and worth), "")
        elif self.kind == "box":
            text = "ya" if self.text else "belum"
        is_figure = self.kind in ("number", "level")
        if not text and not is_figure:
            return SafeString("")
        shown = f'<b class="num">{text}</b>' if is_figure and text else text
        unit = f' <span class="muted">{escape(self.unit)}</span>' if self.unit and text else ""
        said = f'<span class="last">{escape(self.last)}</span>' if self.last else ""
        return SafeString(
            f'<div class="cell read" id="{self.id}"><span class="read-label">{escape(self.label)}</span> '
            f'<span class="read-text">{shown or "belum diisi"}{unit}</span>{said}</div>'
        )

    def _input(self) -> str:
        text = escape(self.text)
        attributes = f'name="{self.name}" id="{self.id}" data-cell'
        about = [(self.errors, "error"), (self.last, "last"), (self.hint, "helptext")]
        if ids := " ".join(f"{self.id}_{part}" for said, part in about if said):
            attributes += f' aria-describedby="{ids}"'
        if self.errors:
            attributes += ' aria-invalid="true"'
        match self.kind:
            case "area":
                drawn = f'<textarea rows="{self.rows}" {attributes}>\n{text}</textarea>'
            case "level":
                drawn = f"<select {attributes}>{''.join(map(self._option, self.levels))}</select>"
            case "box":
                drawn = f'<input type="checkbox" {attributes}{" checked" if self.text else ""}>'
            case "number":
                figure = 'inputmode="decimal" autocomplete="off" class="num"'
                drawn = f'<input type="text" value="{text}" {figure} {attributes}>'
            case _:
                drawn = f'<input type="text" value="{text}" {attributes}>'
        if self.initial:
            drawn += f'<input type="hidden" name="initial-{self.name}" value="{escape(self.initial)}">'
        return drawn

    def _option(self, level: tuple[str, str]) -> str:
        worth, label = level
        chosen = " selected" if worth == self.text else ""
        return f'<option value="{escape(worth)}"{chosen}>{escape(label)}</option>'
