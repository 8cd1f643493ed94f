"""Formulas as documents print them, and as one line of text."""

import re

import pytest

from indicators.formula import draw, parse, to_html, to_text

LABELS = {
    "sehat": "Jumlah Koperasi Sehat",
    "seluruh": "Jumlah Seluruh Koperasi",
    "ukm": "Koperasi/UKM",
}
LAST_YEAR = "Jumlah Koperasi Sehat (tahun sebelumnya)"


def sketch(text: str) -> str:
    """Return the drawn HTML with {a|b} for a fraction and nothing for the other spans."""
    html = to_html(draw(parse(text), LABELS))
    drawn = re.fullmatch(
        r'<span class="formula"><span class="formula-drawing" aria-hidden="true">(.*)</span>'
        r'<span class="visually-hidden">.*</span></span>',
        html,
    )
    assert drawn
    pairs = {
        '<span class="fraction"><span class="numerator">': "{",
        '</span><span class="denominator">': "|",
        "</span></span>": "}",
    }
    inner = re.sub(r'<span class="(?:label|number|operator|function)">([^<]*)</span>', r"\1", drawn[1])
    for span, sign in pairs.items():
        inner = inner.replace(span, sign)
    assert "<" not in inner
    return inner


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
        '<span class="fraction">'
        '<span class="numerator"><span class="label">Jumlah Koperasi Sehat</span></span>'
        '<span class="denominator"><span class="label">Jumlah Seluruh Koperasi</span></span>'
        "</span>"
        ' <span class="operator">×</span> '
        '<span class="number">100%</span>'
        "</span>"
        '<span class="visually-hidden">Jumlah Koperasi Sehat / Jumlah Seluruh Koperasi × 100%</span>'
        "</span>"
    )


def test_the_class_of_the_text_for_screen_readers_is_a_choice():
    assert '<span class="sr-only">a</span>' in to_html(draw(parse("a"), {}), hidden_class="sr-only")


def test_labels_are_escaped():
    html = to_html(draw(parse("a / b"), {"a": "<script>alert('x')</script>", "b": '"&"'}), hidden_class='">')
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;") == 2
    assert html.count("&quot;&amp;&quot;") == 2
    assert 'class="&quot;&gt;"' in html
