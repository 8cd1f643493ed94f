"""Production server: two processes of four threads, behind a proxy or on the own machine. PORT moves it."""

import os
import sys
from typing import Any

_port = os.environ.get("PORT", "8000")

bind = f"127.0.0.1:{_port}"
workers = 2
threads = 4
worker_class = "gthread"
preload_app = True  # loaded once, shared by both processes
timeout = 60  # the largest PDF takes far less
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Say where the portal is, once it answers."""
    from django.conf import settings

    lines = [f"Portal IKU siap di http://127.0.0.1:{_port} – tekan Ctrl+C untuk berhenti."]
    accounts = settings.VAR_DIR / "akun-demo.txt"
    if accounts.exists():
        lines.append(f"Nama pengguna dan kata sandi akun contoh ada di {accounts}")
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    sys.stdout.flush()
