"""Realizations of a file into the reports of agencies: compare, ask, write in sets, take back.

Figures of data elements and of indicators whose figure is typed are written under the rules of the grid:
availability, who answers for a row, versions. What a formula gives, and every achievement, is only compared.
Nothing here knows of batches of imports; whoever applies or takes back gives the transaction.
"""

from reports.imports.values.planning import plan, questions
from reports.imports.values.writing import apply, undo

__all__ = ["apply", "plan", "questions", "undo"]
