"""Puts one row of everything into the portal of the browser tests and prints where it is, as JSON.

Run beside the server (`python -m tests.e2e.arrange`): an agency of its own, so that the published ones stay
as they came. It lies in 35.74, whose demo accounts reach it.
"""

import datetime as dt
import json
import os

import django


def arrange() -> dict[str, object]:
    """Return the parameters of addresses by the names that PAGES in test_every_page.py uses."""
    from agencies.models import Region, User
    from indicators import sets
    from reports import entries, evidence, issuing
    from reports.signatures import Signature
    from tests import builders

    region = Region.objects.get(code="35.74")
    agency = builders.agency(region=region, code="dinas-uji", name="Dinas Uji", short_name="Dinas Uji")
    unit, official = builders.unit(agency), builders.official(agency)
    element = builders.element(agency)
    first = builders.indicator_set(agency, first_year=2018, last_year=2019)
    indicator = builders.indicator(builders.goal(first), formula=f"{element.code} * 100%")
    indicator.units.add(unit)
    builders.target(indicator, 2018)
    admin = User.objects.get(username="admin-daerah-35-74")
    sets.put_in_force(first, by=admin)
    draft = sets.revise(first, by=admin, reason="Uji peramban")
    goal = draft.goals.get()
    other_set = builders.set_in_force(agency, first_year=2020)
    today = dt.datetime.now(agency.zone).date()
    opened = entries.open_period(
        region, year=2020, part=1, opens=today, closes=today + dt.timedelta(days=7), by=admin
    )
    entry = opened.reports[0].entries.earliest("pk")
    link = evidence.Link("https://data.example.go.id/rekap", "Rekap data contoh")
    kept = evidence.attach_link(entry, link, by=User.objects.get(username="admin-sistem"), key="bukti-uji")
    messy = "Sasaran;Indikator Kinerja;Satuan;Target 2030\nNaiknya mutu;Angka hal;Orang;1.250\n"
    planned = builders.import_batch(agency, admin, table=messy)
    applied = builders.import_batch(agency, admin, applied=True)
    signed = Signature(today, name="Penanda tangan uji", position="Kepala Dinas").record()
    at = dt.datetime.now(dt.UTC)
    document = issuing.issue_report(opened.reports[0], signed, by=admin, at=at)
    return {
        "document": document.pk,
        "import": planned.pk,
        "applied_import": applied.pk,
        "region": region.code,
        "agency": agency.code,
        "unit": unit.pk,
        "official": official.pk,
        "element": element.pk,
        "set": first.pk,
        "other_set": other_set.pk,
        "indicator": indicator.pk,
        "thread": indicator.thread_id,
        "year": 2018,
        "draft": draft.pk,
        "draft_goal": goal.pk,
        "draft_indicator": goal.indicators.get().pk,
        "period": opened.period.pk,
        "report": opened.reports[0].pk,
        "entry": entry.pk,
        "evidence": kept.evidence.pk,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iku_portal.settings")
    django.setup()
    print(json.dumps(arrange()))
