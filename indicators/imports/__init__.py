"""From the rows of a workbook to IKU sets, goals, indicators and targets. The contract: `planned`."""
