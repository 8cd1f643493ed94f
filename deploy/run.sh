#!/usr/bin/env bash
# Menyiapkan dan menjalankan portal di mesin ini: http://127.0.0.1:8000, atau PORT lain.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
bash deploy/setup.sh

export VAR_DIR="${VAR_DIR:-$PWD/var}" PORT="${PORT:-8000}"
"$python" - <<'PYTHON' || exit 1
import os, socket, sys

port = os.environ["PORT"]
if not port.isascii() or not port.isdigit() or not 1024 <= int(port) <= 65535:
    sys.exit(f"\n✗ PORT={port} bukan nomor port. Isi angka dari 1024 sampai 65535, misalnya: make run PORT=8080")
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(port)))
    except OSError:
        other = int(port) + 1 if int(port) < 65535 else 8000
        sys.exit(f"\n✗ Port {port} sedang dipakai program lain. Hentikan program itu, atau jalankan: make run PORT={other}")
PYTHON

umask 077 # basis data, kunci, dan kata sandi hanya untuk pemiliknya
mkdir -p "$VAR_DIR"
if [ ! -e "$VAR_DIR/env" ]; then
  # Tanpa sertifikat di mesin sendiri; di server produksi ganti dengan HTTPS=true (README).
  printf 'SECRET_KEY=%s\nHTTPS=false\n' "$("$python" -c 'import secrets; print(secrets.token_urlsafe(50))')" >"$VAR_DIR/env"
  say "Menulis pengaturan dengan kunci acak ke $VAR_DIR/env"
fi
"$python" manage.py prepare --demo

# Server web dan pekerja antrean hidup dan berhenti bersama: dihentikan, dimatikan, atau gagal salah satunya.
# Yang ditinggal mati oleh skrip ini (kill -9) ikut berhenti karena setpriv.
bound=()
if command -v setpriv >/dev/null; then bound=(setpriv --pdeathsig TERM); fi
"${bound[@]}" "$python" manage.py run_jobs &
worker=$!
"${bound[@]}" "$python" -m gunicorn --config deploy/gunicorn.conf.py iku_portal.wsgi &
web=$!

halt() {
  trap - EXIT INT TERM
  kill -TERM "$web" "$worker" 2>/dev/null || true
  # Pekerjaan yang sedang berjalan boleh selesai; yang terputus diulang pada kali berikutnya.
  for _ in {1..300}; do
    kill -0 "$web" 2>/dev/null || kill -0 "$worker" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$web" "$worker" 2>/dev/null || true
  wait || true
}
trap halt EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

status=0
wait -n -p ended "$web" "$worker" || status=$?
[ "$status" -ne 0 ] || exit 0 # diminta berhenti, misalnya dengan Ctrl+C
name="Server web"
[ "$ended" != "$worker" ] || name="Pekerja antrean"
stop "$name berhenti sendiri (status $status), jadi portal dihentikan. Jalankan lagi: make run"
