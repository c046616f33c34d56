"""Which features of the catalogue are proved by which tests: ``python tools/features.py [--quiet]``.

Reads the ``@pytest.mark.feature("CUS-07")`` marks without running anything, prints ``ID<TAB>tests``, and fails on an
ID that docs/features.txt does not have.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "docs/features.txt"


def known() -> dict[str, str]:
    """Every feature's title by its ID, in the catalogue's order."""
    lines = CATALOGUE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if line)


def claims() -> dict[str, list[str]]:
    """The tests that claim each ID."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        for feature, test in _claims_in(tree, _module_features(tree), ""):
            found[feature].append(f"{path.relative_to(ROOT)}::{test}")
    return dict(found)


def _claims_in(node: ast.AST, inherited: tuple[str, ...], prefix: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        features = (*inherited, *(feature for mark in child.decorator_list for feature in _features_of(mark)))
        if isinstance(child, ast.ClassDef):
            yield from _claims_in(child, features, f"{prefix}{child.name}::")
        elif child.name.startswith("test"):
            yield from ((feature, prefix + child.name) for feature in dict.fromkeys(features))


def _module_features(tree: ast.Module) -> tuple[str, ...]:
    marks = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)
    ]
    return tuple(feature for value in marks for mark in ast.walk(value) for feature in _features_of(mark))


def _features_of(mark: ast.AST) -> list[str]:
    if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "feature":
        return [argument.value for argument in mark.args if isinstance(argument, ast.Constant)]
    return []


def main(*, quiet: bool) -> int:
    """Print the claims. Returns 1 when an unknown ID is claimed."""
    catalogue, claimed = known(), claims()
    unknown = sorted(set(claimed) - set(catalogue))
    if not quiet:
        for feature in catalogue:
            if feature in claimed:
                print(f"{feature}\t{', '.join(claimed[feature])}")
        print(f"{len(set(claimed) & set(catalogue))} of {len(catalogue)} features are proved.", file=sys.stderr)
    for feature in unknown:
        print(
            f"Not in {CATALOGUE.relative_to(ROOT)}: {feature}, claimed by {', '.join(claimed[feature])}",
            file=sys.stderr,
        )
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(quiet="--quiet" in sys.argv))
