"""Build the browser side when its sources changed: ``python tools/front_end.py [build|check]``.

Node comes from the machine when it is new enough, else from PyPI into the virtual environment.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "frontend"
BUILD = ROOT / "src/shuke/web/static/build"
OLDEST_NODE = (20, 19)


def main(task: str) -> None:
    """``build`` when anything changed since the last build; ``check`` the types."""
    if not (FRONTEND / "package.json").exists():
        sys.exit("There is no frontend/package.json: this checkout is not complete.")
    if task == "build" and _stamp(BUILD) == _digest(_sources()):
        return
    environment = _environment()
    _install(environment)
    if task == "check":
        _npm(["run", "--silent", "check"], environment)
        return
    print("Building the browser side …", flush=True)
    _npm(["run", "--silent", "build", "--", "--logLevel", "warn"], environment)
    # Packed once here instead of at every request.
    subprocess.run([sys.executable, "-m", "whitenoise.compress", "--quiet", str(BUILD)], check=True)
    _mark(BUILD, _digest(_sources()))


def _install(environment: dict[str, str]) -> None:
    modules = FRONTEND / "node_modules"
    wanted = _digest([FRONTEND / "package-lock.json", FRONTEND / "package.json"])
    if _stamp(modules) == wanted:
        return
    print("Installing the browser side's packages …", flush=True)
    _npm(["ci", "--no-audit", "--no-fund", "--loglevel=error", "--silent"], environment)
    _mark(modules, wanted)


def _environment() -> dict[str, str]:
    """The environment in which ``npm`` finds a Node that is new enough."""
    own = Path(sys.prefix) / "bin"
    if not _is_new_enough(shutil.which("node")) or not shutil.which("npm"):
        if not _is_new_enough(str(own / "node")):
            print("Installing Node.js into the virtual environment …", flush=True)
            locked = str(ROOT / "requirements/node.txt")
            subprocess.run(
                [sys.executable, "-m", "pip", "install", "-qq", "--require-hashes", "-r", locked], check=True
            )
        return {**os.environ, "PATH": f"{own}{os.pathsep}{os.environ.get('PATH', '')}"}
    return dict(os.environ)


def _is_new_enough(node: str | None) -> bool:
    if node is None or not Path(node).exists():
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return found is not None and tuple(map(int, found.groups())) >= OLDEST_NODE


def _npm(arguments: list[str], environment: dict[str, str]) -> None:
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        sys.exit("npm was not found: install Node.js 20 or newer with npm, or remove the node that has none.")
    done = subprocess.run([npm, *arguments], cwd=FRONTEND, env=environment, check=False)
    if done.returncode:
        sys.exit(f"npm {' '.join(arguments)} failed.")


def _sources() -> list[Path]:
    """Everything the build reads: its own files, and the templates and Python in which class and icon names stand."""
    own = [
        path
        for path in FRONTEND.rglob("*")
        if path.is_file() and "node_modules" not in path.relative_to(FRONTEND).parts
    ]
    markup = [path for end in ("*.html", "*.py") for path in (ROOT / "src/shuke").rglob(end)]
    return own + markup


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamp(folder: Path) -> str:
    path = folder / ".stamp"
    return path.read_text(encoding="ascii") if path.exists() else ""


def _mark(folder: Path, digest: str) -> None:
    (folder / ".stamp").write_text(digest, encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "build")
