"""The one error of the formula language, and the caret that points at it."""

_WINDOW = 72  # characters of a long line shown around the error


class FormulaError(ValueError):
    """A formula that cannot be used: what is wrong, where, and how to repair it.

    `code` is stable and for programs, `message` is Indonesian and for people. `position` and
    `length` (in characters) mark a part of the text: 0 <= position <= position + length <= len(text).
    """

    def __init__(self, code: str, message: str, position: int, length: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.position = position
        self.length = length

    def caret(self, text: str) -> str:
        """Return two lines: the line of `text` that holds the error, and carets under the error."""
        start = text.rfind("\n", 0, self.position) + 1
        end = text.find("\n", self.position)
        line = text[start : end if end >= 0 else len(text)]
        at = self.position - start
        cut = max(0, at - _WINDOW // 2) if len(line) > _WINDOW else 0
        shown = line[cut : cut + _WINDOW]
        head, tail = "…" if cut else "", "…" if len(line) > cut + _WINDOW else ""
        # What has no width of its own would push the caret away from its character.
        visible = "".join(character if character.isprintable() else " " for character in shown)
        width = max(1, min(self.length, len(shown) - (at - cut)))
        return f"{head}{visible}{tail}\n{' ' * (len(head) + at - cut)}{'^' * width}"
