"""From a file somebody keeps to what it says: file → grid of cells → recognised tables → records.

Pure: no Django, no database. Every fact keeps the address of the cell it came from.
"""
