"""One module per kind of file. Each has `read(data, book)` and puts what it finds into a Book
(collecting.py)."""
