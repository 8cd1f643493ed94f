"""Formulas that refer to other indicators: in which order to compute them, and circles to refuse.

Only names whose value of the same year is used tie two formulas: `previous(a)` in the formula of `a`
is last year's finished value. Names that have no formula here are data elements and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from indicators.formula.tree import Formula

Formulas = Mapping[str, Formula | Iterable[str]]


def cycle(formulas: Formulas) -> list[str] | None:
    """Return the names along a circle, the first again at the end: ["a", "b", "a"]; None without one.

    `formulas` maps a name to its formula, or to the names its formula uses.
    """
    return _walk(formulas)[1]


def order(formulas: Formulas) -> list[str]:
    """Return all names of `formulas`, each behind those its formula uses.

    Raises ValueError, with the circle as "a → b → a", where there is no such order.
    """
    done, circle = _walk(formulas)
    if circle:
        raise ValueError(f"Rumus saling merujuk: {' → '.join(circle)}.")
    return done


def _walk(formulas: Formulas) -> tuple[list[str], list[str] | None]:
    """Walk depth-first, without recursion; return the names finished, and the first circle met."""
    uses = {
        name: formula.current_names if isinstance(formula, Formula) else tuple(formula)
        for name, formula in formulas.items()
    }
    done: dict[str, None] = {}
    for start in uses:
        path: dict[str, Iterator[str]] = {} if start in done else {start: iter(uses[start])}
        while path:
            name, following = next(reversed(path.items()))
            step = next((used for used in following if used in uses and used not in done), None)
            if step is None:
                done[name] = None
                del path[name]
            elif step in path:
                names = list(path)
                return list(done), [*names[names.index(step) :], step]
            else:
                path[step] = iter(uses[step])
    return list(done), None
