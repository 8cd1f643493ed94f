#!/usr/bin/env bash
# Semua pemeriksaan tanpa menjalankan uji; menyebut yang gagal di akhir.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
bash deploy/setup.sh --dev

# Pengaturan produksi, di folder sekali pakai.
VAR_DIR=$(mktemp -d)
trap 'rm -rf "$VAR_DIR"' EXIT
SECRET_KEY=$("$python" -c 'import secrets; print(secrets.token_urlsafe(50))')
export VAR_DIR SECRET_KEY HTTPS=true
unset DATABASE_URL DEBUG ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS EMAIL_BACKEND EMAIL_HOST PORTAL_URL TRUST_PROXY

failed=()
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    printf '  ok     %s\n' "$name"
  else
    printf '  GAGAL  %s\n%s\n' "$name" "$output"
    failed+=("$name")
  fi
}

mapfile -d '' templates < <(find templates -name '*.html' -print0 | sort -z)
say "Memeriksa"
check "ruff check" "$python" -m ruff check .
check "ruff format" "$python" -m ruff format --check .
check "mypy" "$python" -m mypy .
check "lint-imports" .venv/bin/lint-imports
check "djade" .venv/bin/djade --check "${templates[@]}"
check "djhtml" "$python" -m djhtml --check "${templates[@]}"
check "djlint" "$python" -m djlint --lint --quiet "${templates[@]}"
check "makemigrations" "$python" manage.py makemigrations --check --dry-run
check "check --deploy" "$python" manage.py check --deploy --fail-level WARNING
[ ${#failed[@]} -eq 0 ] || stop "Pemeriksaan gagal: ${failed[*]}"
