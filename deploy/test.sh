#!/usr/bin/env bash
# Semua pemeriksaan dan uji: pemeriksaan, uji pada PostgreSQL bila menjawab, lalu seluruh uji pada SQLite dengan Chromium.
# Dengan CI=true, PostgreSQL atau Chromium yang tidak ada adalah kegagalan.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
bash deploy/setup.sh --dev --browser

failed=()
# Catat kekurangan: kegagalan di CI, peringatan di mesin sendiri.
lacking() {
  printf '\n!!! %s\n' "$1" >&2
  if [ "${CI:-}" = true ] || [ "${CI:-}" = 1 ]; then failed+=("$2"); fi
}

command -v chromium >/dev/null || lacking "Chromium tidak ada, jadi uji peramban dilewati. Pasang dengan: apt-get install chromium" Chromium

bash deploy/check.sh || failed+=(pemeriksaan)

postgres="${TEST_POSTGRES_URL:-postgres://postgres@127.0.0.1:5432/postgres}"
if POSTGRES="$postgres" "$python" -c 'import os, psycopg2; psycopg2.connect(os.environ["POSTGRES"], connect_timeout=3).close()' 2>/dev/null; then
  printf '\n'
  say "Uji pada PostgreSQL"
  # Rumus, capaian, angka, pembacaan lembar kerja, susunan dokumen, dan tanda tangan tidak bergantung pada basis data;
  # ujinya dijalankan sekali saja, di bawah.
  once=(
    tests/indicators/formula tests/indicators/spreadsheets tests/indicators/test_numbers.py
    tests/indicators/test_achievement.py tests/reports/signing tests/reports/test_pdf.py
    tests/reports/test_iku_document.py tests/reports/test_measurement_document.py tests/reports/test_charts.py
    tests/reports/test_query_counts.py
  )
  TEST_DATABASE_URL="$postgres" "$python" -m pytest --quiet --numprocesses=2 -m "not e2e" \
    "${once[@]/#/--ignore=}" || failed+=(PostgreSQL)
else
  lacking "PostgreSQL tidak menjawab (TEST_POSTGRES_URL), jadi uji hanya pada SQLite." PostgreSQL
fi

printf '\n'
[ ${#failed[@]} -eq 0 ] || printf '✗ Sudah gagal sebelum bagian terakhir: %s\n' "${failed[*]}" >&2
say "Uji pada SQLite, dengan Chromium dan cakupan"
"$python" -m pytest --numprocesses=2 --dist=loadgroup --cov --cov-fail-under=95 || failed+=(SQLite)
[ ${#failed[@]} -eq 0 ]
