"""Formulas as documents print them, and as one line of text."""

from html.parser import HTMLParser
from typing import ClassVar

import pytest

from indicators.formula import draw, parse, to_html, to_text

LABELS = {
    "sehat": "Jumlah Koperasi Sehat",
    "seluruh": "Jumlah Seluruh Koperasi",
    "ukm": "Koperasi/UKM",
}
LAST_YEAR = "Jumlah Koperasi Sehat (tahun sebelumnya)"


def sketch(text: str) -> str:
    """Return the drawing with {a|b} for a fraction, and nothing for the other spans."""
    return Sketch(to_html(draw(parse(text), LABELS))).text.replace("\u00a0", " ")


class Sketch(HTMLParser):
    SIGNS: ClassVar = {"fraction": ("{", "}"), "numerator": ("", "|")}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.closing: list[str] = []
        self.feed(html.split('<span class="visually-hidden">')[0])

    def handle_starttag(self, tag, attrs):
        before, after = self.SIGNS.get(dict(attrs)["class"], ("", ""))
        self.text += before
        self.closing.append(after)

    def handle_endtag(self, tag):
        self.text += self.closing.pop()

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize(
    ("text", "drawn", "plain"),
    [
        (
            "sehat / seluruh * 100%",
            "{Jumlah Koperasi Sehat|Jumlah Seluruh Koperasi} × 100%",
            "Jumlah Koperasi Sehat / Jumlah Seluruh Koperasi × 100%",
        ),
        ("a", "a", "a"),
        ("a * 1000", "a × 1.000", "a × 1.000"),
        ("a * 12.50", "a × 12,50", "a × 12,50"),
        ("(a + b) / (c - d)", "{a + b|c − d}", "(a + b) / (c − d)"),
        ("(a - b) / b * 100%", "{a − b|b} × 100%", "(a − b) / b × 100%"),
        ("100% * a / b", "{100% × a|b}", "100% × a / b"),
        ("a / b * c / d", "{a|b} × {c|d}", "a / b × c / d"),
        ("a / b / c", "{{a|b}|c}", "a / b / c"),
        ("(a / b * c) / d", "{{a|b} × c|d}", "(a / b × c) / d"),
        ("(a * b / c) / d", "{{a × b|c}|d}", "a × b / c / d"),
        ("(a * b) / c", "{a × b|c}", "a × b / c"),
        ("a / (b / c)", "{a|{b|c}}", "a / (b / c)"),
        ("a / (b * c)", "{a|b × c}", "a / (b × c)"),
        ("a / b / c * d", "{{a|b}|c} × d", "a / b / c × d"),
        ("a / b * c * d / e", "{a|b} × {c × d|e}", "a / b × c × d / e"),
        ("a * (b / c)", "a × {b|c}", "a × (b / c)"),
        ("(a + b) * c", "(a + b) × c", "(a + b) × c"),
        ("a * (b + c) / d", "{a × (b + c)|d}", "a × (b + c) / d"),
        ("(a + b) * c / d", "{(a + b) × c|d}", "(a + b) × c / d"),
        ("a / b * (c + d)", "{a|b} × (c + d)", "a / b × (c + d)"),
        ("a + b * c - d / e", "a + b × c − {d|e}", "a + b × c − d / e"),
        ("a - (b - c)", "a − (b − c)", "a − (b − c)"),
        ("a - (b + c) / d", "a − {b + c|d}", "a − (b + c) / d"),
        ("-a", "−a", "−a"),
        ("--a", "−(−a)", "−(−a)"),
        ("-a * b", "−a × b", "−a × b"),
        ("a * -b", "a × (−b)", "a × (−b)"),
        ("a + -b", "a + (−b)", "a + (−b)"),
        ("-a + b", "−a + b", "−a + b"),
        ("a - -b * c", "a − (−b × c)", "a − (−b × c)"),
        ("a / b * -c", "{a|b} × (−c)", "a / b × (−c)"),
        ("a / -b", "{a|−b}", "a / (−b)"),
        ("-a / b", "{−a|b}", "−a / b"),
        ("-(a / b)", "−{a|b}", "−(a / b)"),
        ("a - -b / c", "a − {−b|c}", "a − (−b / c)"),
        ("-(a * b)", "−a × b", "−(a × b)"),
        ("-(a + b)", "−(a + b)", "−(a + b)"),
        ("-(-a * b)", "−(−a × b)", "−(−a × b)"),
        ("sum(a, b + c) / d", "{jumlah dari (a; b + c)|d}", "jumlah dari (a; b + c) / d"),
        ("avg(a / b)", "rata-rata dari ({a|b})", "rata-rata dari (a / b)"),
        ("round(a, 2)", "pembulatan dari (a; 2 desimal)", "pembulatan dari (a; 2 desimal)"),
        ("round(a)", "pembulatan dari (a)", "pembulatan dari (a)"),
        (
            "(sehat - previous(sehat)) / previous(sehat)",
            f"{{Jumlah Koperasi Sehat − {LAST_YEAR}|{LAST_YEAR}}}",
            f"(Jumlah Koperasi Sehat − {LAST_YEAR}) / {LAST_YEAR}",
        ),
        ("if_missing(a, 0) / b", "{a (0 bila kosong)|b}", "a (0 bila kosong) / b"),
        ("if_missing(a + b, c)", "(a + b) (c bila kosong)", "(a + b) (c bila kosong)"),
        ("if_missing(a * b, 0)", "(a × b) (0 bila kosong)", "(a × b) (0 bila kosong)"),
        ("if_missing(a / b, 0)", "{a|b} (0 bila kosong)", "(a / b) (0 bila kosong)"),
        ("ukm", "Koperasi/UKM", "Koperasi/UKM"),
        ("ukm / a", "{Koperasi/UKM|a}", "“Koperasi/UKM” / a"),
    ],
)
def test_a_formula_is_drawn_with_stacked_fractions_and_minimal_parentheses(text, drawn, plain):
    assert sketch(text) == drawn
    assert to_text(draw(parse(text), LABELS)) == plain


def test_the_html_is_nested_spans_with_classes():
    assert to_html(draw(parse("sehat / seluruh * 100%"), LABELS)) == (
        '<span class="formula">'
        '<span class="formula-drawing" aria-hidden="true">'
        '<span class="scaled">'
        '<span class="fraction">'
        '<span class="numerator"><span class="label">Jumlah Koperasi Sehat</span></span>'
        '<span class="denominator"><span class="label">Jumlah Seluruh Koperasi</span></span>'
        "</span>"
        ' <span class="factor"><span class="operator">×</span>\u00a0<span class="number">100%</span></span>'
        "</span></span>"
        '<span class="visually-hidden">Jumlah Koperasi Sehat / Jumlah Seluruh Koperasi × 100%</span>'
        "</span>"
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a / b * 100%", 1),
        ("a / b * 2 * 100%", 1),
        ("(a / b * 100) / (c / d * 100)", 2),
        ("a / b * c", 0),
        ("a / b * c / d", 0),
        ("a * 100%", 0),
    ],
)
def test_numbers_stay_beside_the_fraction_they_multiply(text, kept):
    assert to_html(draw(parse(text), {})).count('class="scaled"') == kept


def test_no_line_breaks_behind_a_sign():
    html = to_html(draw(parse("a + b * c - d / e"), {}))
    assert html.count('</span>\u00a0<span class="') == html.count('class="operator"') == 3


def test_the_class_of_the_text_for_screen_readers_is_a_choice():
    assert '<span class="sr-only">a</span>' in to_html(draw(parse("a"), {}), hidden_class="sr-only")


def test_labels_are_escaped():
    html = to_html(draw(parse("a / b"), {"a": "<script>alert('x')</script>", "b": '"&"'}), hidden_class='">')
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;") == 2
    assert html.count("&quot;&amp;&quot;") == 2
    assert 'class="&quot;&gt;"' in html


def test_nested_replacements_are_drawn_once_each():
    # Drawn twice at each of 31 levels, this one would keep a server busy for an hour.
    nested = "if_missing(" * 31 + "a" + ", 1)" * 31
    assert to_html(draw(parse(nested), {})).count("bila kosong") == 2 * 31
