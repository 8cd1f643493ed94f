"""Makes the agencies of years.py in the portal of the browser tests, and fills what no browser has filled.

Run beside the server: `python -m tests.e2e.arrange_years` makes them and prints the keys of their reports as
JSON; with the code of an agency and a number of quarters it fills these.
"""

import datetime as dt
import json
import os
import sys

import django

from tests.e2e.years import OFFICES, YEAR, Office

ABOUT = "Data contoh"
REGIONS = [
    {"code": "36", "name": "Banten", "level": "province"},
    {"code": "36.71", "name": "Tangerang", "level": "city", "parent": "36"},
]


def arrange() -> dict[str, list[int]]:
    """Return the keys of the reports by code of the agency: four quarters and the year.

    The heads have looked at each an hour before, so that everything since then is a change.
    """
    from django.core.management import call_command
    from django.utils import timezone

    from agencies.models import Region, User
    from reports import entries, looks
    from reports.models import Period, Report

    for office in OFFICES:
        _agency(office)
    call_command("demo_accounts", stdout=sys.stderr)
    today = timezone.localdate()
    by = User.objects.get(username="admin-sistem")
    found: dict[str, list[int]] = {}
    for office in OFFICES:
        region = Region.objects.get(code=office.region)
        for part in Period.Part.values:
            days = dt.timedelta(days=7 + part)  # the most urgent stands first
            entries.open_period(region, year=YEAR, part=part, opens=today, closes=today + days, by=by)
        reports = Report.objects.filter(agency__code=office.code).order_by("period__part")
        head = User.objects.get(username=f"kepala-{office.code}")
        for report in reports:
            looks.visit(report, head, timezone.now() - dt.timedelta(hours=1))
        found[office.code] = [report.pk for report in reports]
    return found


def _agency(office: Office) -> None:
    from django.conf import settings

    from agencies.models import User
    from indicators import published, sets
    from indicators.models import Indicator, Target

    by = User.objects.get(username="admin-sistem")
    path = settings.BASE_DIR / "fixtures/published" / office.document
    data = json.loads(path.read_text(encoding="utf-8"))
    data["regions"] = REGIONS
    data["agency"] |= {"region": office.region, "code": office.code, "requires_explanation": True}
    data["agency"]["short_name"] += " (uji)"
    original = published.load(data, by=by)
    assert original is not None
    draft = sets.revise(original, by=by, reason=ABOUT)
    for indicator in Indicator.objects.filter(goal__indicator_set=draft).select_related("thread"):
        Target.objects.create(indicator=indicator, year=YEAR, value=office.targets[indicator.code])
    sets.put_in_force(draft, by=by)


def fill(office: Office, quarters: int) -> None:
    """Fill what is still empty in the first quarters of an office, without its steps."""
    from agencies.models import User
    from indicators.numbers import read_number
    from reports import entries, outcomes
    from reports.models import Entry, Report, Value
    from reports.status import EDITABLE

    by = User.objects.get(username=f"operator-{office.code}")
    reports = Report.objects.filter(agency__code=office.code, period__part__lte=quarters)
    for report in reports.filter(status__in=EDITABLE).order_by("period__part"):
        told = office.quarters[report.period.part - 1]
        values = {value.element.code: value for value in report.values.select_related("element")}
        rows: list[Value | Entry] = []
        for entry in report.entries.all():
            used = [values.pop(name) for name in outcomes.names(entry.definition) if name in values]
            rows += used or [entry]
        for row, text in zip(rows, told.typed, strict=True):
            number = read_number(text).value if text else None
            change = entries.Change(row, {"number": number}, row.version, f"{type(row).__name__}-{row.pk}")
            entries.fill_many(report, [change], by=by)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iku_portal.settings")
    django.setup()
    if sys.argv[1:]:
        code, number = sys.argv[1:]
        fill(next(office for office in OFFICES if office.code == code), int(number))
    else:
        print(json.dumps(arrange()))
