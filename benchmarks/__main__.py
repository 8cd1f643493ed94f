"""Run every benchmark of this folder and write what it says, with the machine, to RESULTS.md."""

import datetime as dt
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def machine() -> str:
    """Return the processor, its cores, the memory and the system."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {system}, Python {platform.python_version()}"


def main() -> int:
    """Run the benchmarks one after the other; return 1 if one of them missed a goal."""
    today = dt.datetime.now(tz=dt.UTC).date()
    parts = [f"# Results\n\nWritten by `make bench` on {today:%Y-%m-%d}.\nMachine: {machine()}.\n"]
    missed = []
    for script in sorted(HERE.glob("[a-z]*.py")):
        print(f"== {script.stem}", flush=True)
        result = subprocess.run([sys.executable, script], stdout=subprocess.PIPE, text=True, check=False)
        print(result.stdout, flush=True)
        parts.append(f"## {script.stem}\n\n```text\n{result.stdout.rstrip()}\n```\n")
        if result.returncode:
            missed.append(script.stem)
    (HERE / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")
    if missed:
        print(f"A goal was missed: {', '.join(missed)}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
