"""Settings every test needs before Django starts."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "kunci-uji-" + "x" * 50)
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="iku-uji-"))
os.environ.setdefault("HTTPS", "false")
