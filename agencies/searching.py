"""What is typed into the search box of a list."""

from django.http import HttpRequest

LONGEST = 100  # characters, as the boxes say by maxlength; SQLite refuses to look for very long ones


def words_sought(request: HttpRequest) -> str:
    """Return the words of `q` with single blanks between them, cut after LONGEST characters."""
    return " ".join(request.GET.get("q", "").split())[:LONGEST].rstrip()
