#!/usr/bin/env bash
# Memasang yang dibutuhkan portal: Python di .venv, pustaka sistem lewat apt. Panggilan berikutnya hanya memeriksa.
# Pemakaian: deploy/setup.sh [--dev [--browser]]   (--dev juga memasang alat uji, --browser juga Chromium)
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

blocked=$(find . .venv var -maxdepth 1 ! -type l ! -writable -print -quit 2>/dev/null || true)
[ -z "$blocked" ] || stop "Pengguna $(id -un) tidak boleh menulis di $PWD/${blocked#./}. Jalankan sebagai $(stat -c %U "$blocked"), atau alihkan kepemilikannya dengan chown."

is_usable() { "$1" -c 'import ensurepip, sqlite3, ssl, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
    if is_usable "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

requirements=requirements.txt
[ "${1:-}" != --dev ] || requirements=requirements-dev.txt
# Isi cap: daftar paket yang terpasang dan letak proyek (skrip di .venv memuat letaknya).
stamp=.venv/$requirements.stamp
wanted="$(cat requirements.txt "$requirements" | sha256sum) $PWD"

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  if [ "$(cat .venv/location 2>/dev/null)" != "$PWD" ] || ! "$python" -m pip --version >/dev/null 2>&1; then
    base=$(find_python) || {
      install_packages python3 python3-venv
      base=$(find_python) || stop "Portal membutuhkan Python 3.11 atau lebih baru, sedangkan sistem ini menyediakan $(python3 --version 2>&1). Pasang Python yang lebih baru (Debian 12 dan Ubuntu 24.04 sudah memilikinya), lalu ulangi."
    }
    say "Membuat lingkungan Python di .venv ($("$base" --version))"
    "$base" -m venv --clear .venv
    printf '%s\n' "$PWD" >.venv/location
  fi
  say "Memasang paket Python dari $requirements (sekali saja, beberapa menit)"
  "$python" -m pip install --quiet --disable-pip-version-check --no-input --requirement "$requirements" ||
    stop "Paket Python gagal dipasang. Periksa sambungan internet (di balik proksi: isi HTTPS_PROXY) dan pesan di atas, lalu ulangi."
  printf '%s\n' "$wanted" >"$stamp"
fi

missing=$("$python" - <<'PYTHON'
import ctypes
from pathlib import Path

for line in Path("deploy/packages.txt").read_text(encoding="utf-8").splitlines():
    package, library = [*line.partition("#")[0].split(), "", ""][:2]
    try:
        library and ctypes.CDLL(library)
    except OSError:
        print(package)
PYTHON
)
# shellcheck disable=SC2086 # satu argumen per paket
[ -z "$missing" ] || install_packages $missing

# Tanpa Chromium sebagian uji dan tolok ukur tetap berjalan; yang memerlukannya akan berkata sendiri.
if [ "${2:-}" = --browser ] && ! command -v chromium >/dev/null; then
  (install_packages chromium) || true
fi
# Pendapat kedua tentang tanda tangan dalam uji.
if [ "${2:-}" = --browser ] && ! command -v pdfsig >/dev/null; then
  (install_packages poppler-utils) || true
fi
