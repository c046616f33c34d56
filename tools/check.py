"""``make check``: everything about the code that can be known without running the product's tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PYTHON = sys.executable

CHECKS: dict[str, list[str]] = {
    "style": [str(BIN / "ruff"), "check", "--quiet", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "types": [str(BIN / "mypy"), "--no-error-summary"],
    "layers": [str(BIN / "lint-imports"), "--no-logo"],
    "translations": [PYTHON, "tools/messages.py", "check"],
    "product": [str(BIN / "shuke"), "manage", "check", "--fail-level", "WARNING"],
    "migrations": [str(BIN / "shuke"), "manage", "makemigrations", "--check", "--dry-run"],
    "TypeScript": [PYTHON, "tools/front_end.py", "check"],
    "links": [PYTHON, "tools/links.py"],
    "features": [PYTHON, "tools/features.py", "--quiet"],
    "locks": [PYTHON, "tools/check.py", "locks"],
}


def main() -> int:
    """Run every check, print what the failing ones say. Returns 1 when any fails."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="shuke-check-", ignore_cleanup_errors=True) as data:
        environment = {**os.environ, "SHUKE_DATA": data, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
        environment.pop("DATABASE_URL", None)
        for name, command in CHECKS.items():
            started = time.monotonic()
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            print(
                f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name:<14}{time.monotonic() - started:5.1f} s",
                flush=True,
            )
            if done.returncode:
                failed.append(name)
                print((done.stdout + done.stderr).rstrip(), flush=True)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def lock_problems() -> list[str]:
    """Locks name versions and hashes, never the place that somebody downloaded from."""
    found = []
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"://|^\s*--(?!hash)|file:", line):
                found.append(f"{path.relative_to(ROOT)}:{number}: an address or an option: {line.strip()}")
    lock = ROOT / "frontend/package-lock.json"
    if '"resolved"' in lock.read_text(encoding="utf-8"):
        found.append(
            "frontend/package-lock.json: download addresses: set omit-lockfile-registry-resolved, run make lock"
        )
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["locks"]:
        lines = lock_problems()
        sys.exit("\n".join(lines) if lines else 0)
    sys.exit(main())
