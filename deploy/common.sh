# Dipakai bersama oleh skrip lain di folder ini (dengan `source`): pindah ke akar proyek, berkata, berhenti, memasang.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=.venv/bin/python

say() { printf '• %s\n' "$*"; }

stop() {
  printf '\n✗ %s\n' "$*" >&2
  exit 1
}

# Pasang paket sistem lewat apt, atau berhenti dengan menyebut perintah yang harus dijalankan.
install_packages() {
  local manual="apt-get update && apt-get install --yes $*" root=()
  command -v apt-get >/dev/null ||
    stop "Paket sistem $* belum ada, dan mesin ini tidak memakai apt. Pasang dengan pengelola paketnya, lalu ulangi."
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null ||
      stop "Paket sistem belum ada. Minta administrator menjalankan perintah ini sebagai root, lalu ulangi: $manual"
    root=(sudo -n)
  fi
  say "Memasang paket sistem: $*"
  local install=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "$@")
  if ! "${install[@]}" </dev/null >/dev/null 2>&1; then
    "${root[@]}" apt-get update --quiet=2 </dev/null || true
    "${install[@]}" </dev/null >/dev/null || stop "apt gagal memasang $*. Baca pesan di atas, perbaiki, lalu ulangi: $manual"
  fi
}
