"""How fast figures of a file go into reports and out again, against the least that writing them can cost.

Run: python benchmarks/importing.py [sqlite] [postgresql] [rows …]. A flat table of figures of data elements,
20 to a report of ten indicators, four quarters to an agency, goes through reports.imports.values. The limit
is what the database alone takes for the very same rows: their columns, history, computed entries and
summaries, known beforehand, by COPY (executemany on SQLite) into the same tables, triggers and all.
`apply` and `undo` also hold and read the reports, check every row and compute; `plan` compares only.

Limit, apply and undo take turns; a figure is the best of its rounds. Each step is a process of its own.
Ratios compare seconds of CPU, of the process and of what serves it on the server, so that a busy machine
says the same as an idle one. Memory is the peak over what was held before the step; SQL counts COPY and
executemany as one each. The stock way is a resource of django-import-export, which neither computes nor
keeps a history.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
SIZES = (1_000, 10_000, 100_000)
ROUNDS = {1_000: 3, 10_000: 3, 100_000: 1}
STOCK = 1_000  # rows the stock way is given
GOALS = {"plan": 1.0, "apply": 3.0}  # times the limit
MEMORY, STATEMENTS, PER = 150, 12, 5_000  # MiB over idle at most; SQL statements for so many rows
INDICATORS, YEAR = 10, 2026
PER_REPORT, PER_AGENCY = 2 * INDICATORS, 8 * INDICATORS


# Steps: each is run in a process of its own, and prints what it found as JSON


def arrange(rows: int) -> dict[str, Any]:
    """Make agencies with sets in force and open reports for so many figures."""
    from django.db import transaction

    from indicators.models import DataElement
    from tests import builders

    with transaction.atomic():
        template = _template()
        agencies = -(-rows // PER_AGENCY)
        builders.region("64")
        from agencies.models import Agency

        region = template.agency.region
        copies = [
            Agency(region=region, code=f"pd-{n:05}", name=f"Perangkat Daerah {n:05}", short_name=f"PD {n}")
            for n in range(agencies)
        ]
        Agency.objects.bulk_create(copies, 500)
        elements = template.agency.data_elements.all()
        DataElement.objects.bulk_create(
            [DataElement(agency=a, code=e.code, label=e.label) for a in copies for e in elements], 500
        )
        sets_of = _copy_sets(template, copies)
        _copy_reports(template, copies, sets_of)
    return {}


def _template() -> Any:
    from indicators import sets
    from tests import builders

    draft = builders.indicator_set(builders.agency(code="contoh"), first_year=YEAR)
    goal = builders.goal(draft)
    for n in range(INDICATORS):
        for code in (f"bagian_{n}", f"seluruh_{n}"):
            builders.element(draft.agency, code, label=f"Jumlah {code}")
        texts = {"definition": "Penjelasan. " * 20, "formulation": "Cara menghitung. " * 15}
        formula = f"bagian_{n} / seluruh_{n} * 100%"
        builders.target(builders.indicator(goal, code=f"iku_{n}", formula=formula, **texts), YEAR)
    sets.put_in_force(draft, by=builders.user(is_superuser=True))
    for part in (1, 2, 3, 4):
        builders.report(draft, part, year=YEAR)
    return draft


def _clone(row: Any, **changes: Any) -> Any:
    own = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}  # noqa: SLF001
    return type(row)(**{**own, **changes})


def _copy_sets(template: Any, agencies: list[Any]) -> list[Any]:
    from indicators.models import Indicator, IndicatorSet, IndicatorThread, StrategicGoal, Target, YearInForce

    drafts = [
        _clone(template, agency_id=a.pk, status="draft", published=None, published_at=None) for a in agencies
    ]
    IndicatorSet.objects.bulk_create(drafts, 500)
    (goal,) = template.goals.all()
    goals = [_clone(goal, indicator_set_id=draft.pk) for draft in drafts]
    StrategicGoal.objects.bulk_create(goals, 500)
    originals = list(goal.indicators.select_related("thread"))
    threads = [IndicatorThread(agency=a, code=i.code) for a in agencies for i in originals]
    IndicatorThread.objects.bulk_create(threads, 500)
    there = iter(threads)
    rows = [_clone(i, goal_id=g.pk, thread_id=next(there).pk) for g in goals for i in originals]
    Indicator.objects.bulk_create(rows, 500)
    Target.objects.bulk_create([Target(indicator=row, year=YEAR, value=100) for row in rows], 500)
    IndicatorSet.objects.filter(pk__in=[draft.pk for draft in drafts]).update(
        status="in_force",
        published=template.published,
        published_at=template.published_at,
        published_by=template.published_by,
    )
    YearInForce.objects.bulk_create(
        [YearInForce(agency_id=d.agency_id, year=YEAR, indicator_set=d) for d in drafts], 500
    )
    return rows


def _copy_reports(template: Any, agencies: list[Any], indicators: list[Any]) -> None:
    from indicators.models import DataElement
    from reports.models import Entry, Event, Report, Summary, Value

    by_agency = {a.pk: indicators[n * INDICATORS : (n + 1) * INDICATORS] for n, a in enumerate(agencies)}
    sets_of = {a.pk: by_agency[a.pk][0].goal.indicator_set_id for a in agencies}
    elements: dict[int, list[int]] = {}
    for agency, pk in DataElement.objects.order_by("code").values_list("agency", "pk"):
        elements.setdefault(agency, []).append(pk)
    for original in template.reports.order_by("period__part"):
        reports = [
            Report(agency=a, period_id=original.period_id, indicator_set_id=sets_of[a.pk]) for a in agencies
        ]
        Report.objects.bulk_create(reports, 500)
        opened, summed_up = original.events.get(), original.summary
        Event.objects.bulk_create([_clone(opened, report_id=report.pk) for report in reports], 500)
        Summary.objects.bulk_create([_clone(summed_up, report_id=report.pk) for report in reports], 500)
        entries = list(original.entries.all())
        Entry.objects.bulk_create(
            [
                _clone(entry, report_id=report.pk, indicator_id=indicator.pk)
                for report in reports
                for entry, indicator in zip(entries, by_agency[report.agency_id], strict=True)
            ],
            500,
        )
        Value.objects.bulk_create(
            [Value(report=report, element_id=pk) for report in reports for pk in elements[report.agency_id]],
            500,
        )


def understanding(rows: int, step: int) -> Any:
    """Return what the reader gives for a flat table of so many figures; `step` makes others of them."""
    from decimal import Decimal

    from indicators.spreadsheets.captions import Caption
    from indicators.spreadsheets.cells import Value
    from indicators.spreadsheets.grid import Area
    from indicators.spreadsheets.headings import Period
    from indicators.spreadsheets.recognised import SheetReading, Table, Understanding
    from indicators.spreadsheets.records import Figure, Record

    times = {part: Period(year=YEAR, quarter=part) for part in (1, 2, 3, 4)}
    codes = [code for n in range(INDICATORS) for code in (f"bagian_{n}", f"seluruh_{n}")]
    records = []
    for n in range(rows):
        agency, rest = divmod(n, PER_AGENCY)
        part, place = divmod(rest, PER_REPORT)
        number = Decimal((n * 7919 + step * 31) % 90_000 + 10_000) / 100
        texts = {"agency_code": f"pd-{agency:05}", "data_code": codes[place]}
        cells = {"agency_code": f"A{n + 2}", "data_code": f"B{n + 2}"}
        figure = Figure("realization", times[part + 1], f"E{n + 2}", Value(str(number), number))
        records.append(Record(n + 2, texts, cells, [figure], last_row=n + 2))
    table = Table("flat", Area(1, 1, rows + 1, 6), [(1, 1)], {}, Caption(), records, key="Data!A1:F1")
    return Understanding([SheetReading("Data", [table])])


def asked(rows: int, step: int) -> Any:
    """Return the import of such a table by somebody who may fill everything."""
    from agencies.models import User
    from indicators.imports.asking import Asked

    by = User.objects.filter(is_superuser=True).order_by("pk")[0]
    return Asked(understanding(rows, step), None, by)


def plan(rows: int, step: int, folder: str) -> dict[str, Any]:
    """Measure the comparison, then stage its rows in a file."""
    from reports.imports import values

    told = asked(rows, step)
    list(values.plan(asked(1, step)))
    with measured() as found:
        planned = 0
        for row in values.plan(told):
            planned += row.writes
    if planned != rows:
        raise RuntimeError(f"{planned} rows of {rows} would be written")
    with Path(folder, "staged").open("w", encoding="utf-8") as file:
        for row in values.plan(told):
            file.write(json.dumps(row.as_json()) + "\n")
    return found


def apply(rows: int, step: int, folder: str) -> dict[str, Any]:
    """Measure the writing of what was staged; keep what taking it back needs."""
    from django.db import transaction

    from agencies.models import User
    from reports.imports import values

    by = User.objects.filter(is_superuser=True).order_by("pk")[0]
    with measured() as found, transaction.atomic():
        record = values.apply(staged(folder), by=by, note="Impor rekap.xlsx")
    if len(record["fills"]) != rows:
        raise RuntimeError(f"{len(record['fills'])} rows of {rows} were written")
    Path(folder, "record").write_text(json.dumps(record), encoding="utf-8")
    return found


def staged(folder: str) -> Iterator[Any]:
    """Yield the staged rows, as a batch of the portal has them in a table."""
    from indicators.imports.planned import Planned

    with Path(folder, "staged").open(encoding="utf-8") as file:
        for line in file:
            yield Planned.from_json(json.loads(line))


def undo(rows: int, step: int, folder: str) -> dict[str, Any]:
    """Measure the taking back."""
    from django.db import transaction

    from agencies.models import User
    from reports.imports import values

    by = User.objects.filter(is_superuser=True).order_by("pk")[0]
    record = json.loads(Path(folder, "record").read_text(encoding="utf-8"))
    with measured() as found, transaction.atomic():
        values.undo(record, by=by)
    return found


def limit(rows: int, step: int, folder: str) -> dict[str, Any]:
    """Measure the database alone: the columns, history and entries that are there now, written once more."""
    from django.db import transaction

    from reports import outcomes
    from reports.entries.summing import COLUMNS
    from reports.models import Entry, Event, Summary, Value

    written = Value.objects.exclude(changed_at=None).order_by("pk")
    names = ("number", "version", "changed_by", "changed_at")
    values = list(written.values_list(*names, "pk"))
    computed = list(Entry.objects.exclude(result="").order_by("pk").values_list(*outcomes.COMPUTED, "pk"))
    told = ("at", "by", "report", "value", "entry", "kind", "subject", "before", "after", "note")
    events = list(Event.objects.filter(kind="value").order_by("-pk").values_list(*told)[:rows])
    if (len(values), len(computed), len(events)) != (rows, rows // 2, rows):
        raise RuntimeError(
            f"{len(values)} values, {len(computed)} entries, {len(events)} events of {rows} rows"
        )
    summaries = list(Summary.objects.filter(counted__gt=0).values_list(*COLUMNS, "pk"))
    updates = [(Value, names, values), (Entry, outcomes.COMPUTED, computed), (Summary, COLUMNS, summaries)]
    write = _raw(updates, (Event, told, events))
    with measured() as found, transaction.atomic():
        write()
    return found


def _raw(updates: list[tuple[Any, Any, list[Any]]], insert: tuple[Any, Any, list[Any]]) -> Callable[[], None]:
    """Return the writing of rows that were made ready for the database beforehand."""
    from io import StringIO

    from django.db import connection

    from reports.entries import bulk

    ready: list[tuple[str, Any]] = []
    for model, names, rows in updates:
        fields = bulk.fields_of(model, [*names, "pk"])
        table, columns, key = model._meta.db_table, bulk.listed(fields), fields[-1].column  # noqa: SLF001
        if connection.vendor == "postgresql":
            stage, empty = f"limit_{table}", f"SELECT {columns} FROM {table} WITH NO DATA"
            ready.append((f"CREATE TEMP TABLE {stage} ON COMMIT DROP AS {empty}", None))
            ready.append((f"COPY {stage} ({columns}) FROM STDIN", bulk.lines_of(fields, rows)))
            own = ", ".join(f'"{f.column}" = n."{f.column}"' for f in fields[:-1])
            ready.append((f"UPDATE {table} t SET {own} FROM {stage} n WHERE t.{key} = n.{key}", None))
        else:
            own = ", ".join(f'"{f.column}" = %s' for f in fields[:-1])
            ready.append((f"UPDATE {table} SET {own} WHERE {key} = %s", bulk.ready_rows(fields, rows)))
    model, names, rows = insert
    fields = bulk.fields_of(model, names)
    table, columns = model._meta.db_table, bulk.listed(fields)  # noqa: SLF001
    if connection.vendor == "postgresql":
        ready.append((f"COPY {table} ({columns}) FROM STDIN", bulk.lines_of(fields, rows)))
    else:
        places = ", ".join("%s" for _ in fields)
        ready.append((f"INSERT INTO {table} ({columns}) VALUES ({places})", bulk.ready_rows(fields, rows)))

    def write() -> None:
        with connection.cursor() as cursor:
            for sql, data in ready:
                if isinstance(data, StringIO):
                    cursor.copy_expert(sql, data)
                elif data is None:
                    cursor.execute(sql)
                else:
                    cursor.executemany(sql, data)

    return write


def stock(rows: int, step: int, folder: str) -> dict[str, Any]:
    """Measure a stock resource: preview and import of the figures alone."""
    import tablib
    from import_export import fields, resources, widgets

    from indicators.models import DataElement
    from reports.models import Report, Value

    class ReportWidget(widgets.ForeignKeyWidget):
        def get_lookup_kwargs(self, value: Any, row: Any, **kwargs: Any) -> dict[str, Any]:
            period = {"period__year": row["tahun"], "period__part": row["periode"]}
            return {"agency__code": value, **period}

    class ElementWidget(widgets.ForeignKeyWidget):
        def get_lookup_kwargs(self, value: Any, row: Any, **kwargs: Any) -> dict[str, Any]:
            return {"code": value, "agency__code": row["kode_instansi"]}

    class Figures(resources.ModelResource):
        report = fields.Field("report", "kode_instansi", ReportWidget(Report))
        element = fields.Field("element", "kode_data", ElementWidget(DataElement))
        number = fields.Field("number", "nilai", widgets.DecimalWidget())

        class Meta:
            model = Value
            import_id_fields = ("report", "element")
            fields = ("report", "element", "number")

    data = tablib.Dataset(headers=["kode_instansi", "kode_data", "tahun", "periode", "nilai"])
    for record in understanding(rows, step).sheets[0].tables[0].records:
        (figure,) = record.figures
        code = (record.texts["agency_code"], record.texts["data_code"])
        data.append([*code, YEAR, figure.period.quarter, str(figure.value.value)])
    found: dict[str, Any] = {}
    for name, dry in (("preview", True), ("import", False)):
        with measured() as one:
            result = Figures().import_data(data, dry_run=dry, use_transactions=True)
        if result.has_errors() or sum(result.totals[kind] for kind in ("new", "update")) != rows:
            raise RuntimeError(
                f"{result.totals} {[str(e.error) for _, es in result.row_errors()[:1] for e in es]}"
            )
        found[name] = one
    return found


@contextmanager
def measured() -> Iterator[dict[str, Any]]:
    """Yield what is filled in at the end: seconds, MiB over what was held before, SQL statements."""
    import gc

    from django.db import connection

    from reports.entries import bulk

    found: dict[str, Any] = {"statements": 0}
    insert = bulk.insert

    def counted(execute: Any, *arguments: Any) -> Any:
        found["statements"] += 1
        return execute(*arguments)

    def inserted(*arguments: Any) -> None:
        found["statements"] += connection.vendor == "postgresql"  # COPY goes by the wrapper unseen
        insert(*arguments)

    gc.collect()
    _tidy()
    bulk.insert = inserted
    before = _peak(reset=True)
    start, cpu = time.perf_counter(), _cpu()
    with connection.execute_wrapper(counted):
        yield found
    found["cpu"] = _cpu() - cpu
    found["seconds"] = time.perf_counter() - start
    found["mib"] = _peak() - before
    bulk.insert = insert


def _tidy() -> None:
    """Leave nothing of the steps before to be stepped over."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)"
        )


def _cpu() -> float:
    """Return the seconds of CPU of this process and of what serves it on the server."""
    from django.db import connection

    seconds = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        pid = connection.connection.info.backend_pid
        user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
        seconds += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return seconds


def _peak(*, reset: bool = False) -> float:
    """Return the most memory this process held, in MiB; `reset` begins anew with what it holds now."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


# The runs


def run_step(name: str, rows: int, step: int, folder: str, environment: dict[str, str]) -> Any:
    """Run one step in a process; return what it found."""
    command = [sys.executable, __file__, "step", name, str(rows), str(step), folder]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr}")
    return json.loads(done.stdout)


@contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """Make a database of the kind and drop it in the end; yield the environment of its steps."""
    with ExitStack() as stack:
        var = stack.enter_context(tempfile.TemporaryDirectory())
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "iku_portal.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "VAR_DIR": var,
            "HTTPS": "false",
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": "",
            "PYTHONPATH": str(ROOT),
        }
        if kind == "postgresql":
            environment["DATABASE_URL"] = stack.enter_context(postgres_database())
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        yield environment


@contextmanager
def postgres_database() -> Iterator[str]:
    """Make a database and drop it in the end; yield its address."""
    name = f"iku_importing_{os.getpid()}"
    _on_server(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(POSTGRES)._replace(path=f"/{name}").geturl()
    finally:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(statement: str) -> None:
    import psycopg2

    server = psycopg2.connect(POSTGRES)
    server.autocommit = True  # databases are not made in a transaction
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()


def measure(kind: str, rows: int) -> int:
    """Print the figures of one size on one database; return how many goals it missed."""
    best: dict[str, dict[str, float]] = {}
    with database(kind) as environment, tempfile.TemporaryDirectory() as folder:

        def take(name: str, step: int) -> None:
            found = run_step(name, rows, step, folder, environment)
            known = best.get(name, found)
            best[name] = {key: min(known[key], found[key]) for key in found}

        run_step("arrange", rows, 0, folder, environment)
        for step in range(ROUNDS[rows]):
            for name in ("plan", "apply", "limit", "undo"):
                take(name, step)
        if rows == STOCK:
            for name, found in run_step("stock", rows, 1, folder, environment).items():
                best[f"stock {name}"] = found
    return report(kind, rows, best)


def report(kind: str, rows: int, best: dict[str, dict[str, float]]) -> int:
    """Print a line for each step and each goal; return how many goals were missed."""
    base = best["limit"]["cpu"]
    heads = f"{'s':>8}{'CPU s':>8}{'rows/s':>10}{'x limit':>9}{'MiB':>6}{'SQL':>7}"
    print(f"{f'{kind}, {rows:,} figures':<32}{heads}")
    for name, found in best.items():
        cells = f"{found['seconds']:>8.2f}{found['cpu']:>8.2f}{rows / found['seconds']:>10,.0f}"
        print(f"{name:<32}{cells}{found['cpu'] / base:>9.2f}{found['mib']:>6.0f}{found['statements']:>7}")
    goals = [(f"{name} / limit, CPU", best[name]["cpu"] / base, goal) for name, goal in GOALS.items()]
    if rows == max(SIZES):
        ours = ("plan", "apply", "undo")
        goals += [(f"{name}, MiB over idle", best[name]["mib"], MEMORY) for name in ours]
        goals += [
            (f"{name}, SQL per {PER:,} rows", best[name]["statements"] * PER / rows, STATEMENTS)
            for name in ours
        ]
    missed = 0
    for goal, figure, most in goals:
        missed += figure > most
        print(f"{goal:<32}{figure:>8.2f}  <= {most:g}  {'ok' if figure <= most else 'MISSED'}")
    print()
    return missed


STEPS = {step.__name__: step for step in (plan, apply, undo, limit, stock)}


def main() -> int:
    """Measure on both databases, and return 1 if a goal was missed."""
    if sys.argv[1:2] == ["step"]:
        import django

        django.setup()
        name, rows, step, folder = sys.argv[2:]
        found = arrange(int(rows)) if name == "arrange" else STEPS[name](int(rows), int(step), folder)
        print(json.dumps(found))
        return 0
    kinds = [kind for kind in ("sqlite", "postgresql") if kind in sys.argv[1:] or not sys.argv[1:]]
    sizes = [int(size) for size in sys.argv[1:] if size.isdigit()] or SIZES
    missed = sum(measure(kind, size) for kind in kinds for size in sizes)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
