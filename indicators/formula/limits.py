"""Published limits of the formula language: every bound the engine keeps, in one place.

They are generous for any formula a government agency has published and small enough that a hostile
text is refused in a few milliseconds. Each has a test at the limit and at limit + 1.
"""

CHARACTERS = 1_000  # of a formula text
NODES = 300  # numbers, names, signs' chains and functions of one formula
DEPTH = 32  # parentheses, functions and minus signs inside one another
NAME_CHARACTERS = 64  # of one name
NUMBER_DIGITS = 20  # of one number written in a formula
ROUND_DIGITS = 10  # n of round(x, n), and digits a result may be shown with

VALUE_DIGITS = 34  # significant digits, and highest power of ten either way, of one value put in
EXACT_BITS = 4_096  # numerator and denominator of every exact intermediate result (1,233 digits)
RESULT_DIGITS = 18  # before the decimal comma of a result
SMALLEST_POWER = 30  # a result nearer to 0 than 10^-30, and not 0, is refused rather than shown as 0
PRECISION = 50  # significant digits of a result handed out as Decimal
