"""Apps of outside packages: found by the entry point group ``shuke.app``, left out by ``SHUKE_WITHOUT_APPS``."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points

from shuke.kernel.errors import Invalid, ShukeError

GROUP = "shuke.app"


@dataclass(frozen=True)
class OutsideApp:
    """An app that an installed package brings: its name, its Python module, and whose it is."""

    name: str
    module: str
    package: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} ({self.package} {self.version})"


def outside_apps(without: Collection[str] = ()) -> tuple[OutsideApp, ...]:
    """The apps of all installed packages but those named, in the order of their names.

    Raises Invalid when two packages bring an app of the same name: one of them has to go.
    """
    found: dict[str, OutsideApp] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        assert entry.dist
        app = OutsideApp(entry.name, entry.value, entry.dist.name, entry.dist.version)
        if found.setdefault(app.name, app) != app:
            raise Invalid(f"Two packages bring the app “{app.name}”: {found[app.name]}, {app}. Uninstall one of them.")
    return tuple(app for app in found.values() if app.name not in without)


def load(apps: Collection[OutsideApp]) -> None:
    """Set Django up. Raises ShukeError, naming the package and what to do, when an outside app stops it."""
    import django

    try:
        django.setup()
    except Exception as error:
        guilty = next((app for app in apps if _comes_from(error, app)), None)
        if guilty is None:
            raise
        raise ShukeError(
            f"The app {guilty} cannot be loaded: {type(error).__name__}: {error}. "
            f"Mend or uninstall {guilty.package}, or leave its app out with SHUKE_WITHOUT_APPS={guilty.name}."
        ) from error


def _comes_from(error: BaseException, app: OutsideApp) -> bool:
    """Did code of the app raise the error, or is it about the app's own module?"""
    modules = {*_modules(error)}
    return any(module == app.module or module.startswith(f"{app.module}.") for module in modules)


def _modules(error: BaseException) -> Iterator[str]:
    """The modules that an error went through or is about, those of its causes included."""
    for frame, _line in traceback.walk_tb(error.__traceback__):
        yield str(frame.f_globals.get("__name__", ""))
    if isinstance(error, ImportError) and error.name:
        yield error.name
    if isinstance(error, SyntaxError) and error.filename:
        # What cannot be compiled has no frame; its path ends like its module.
        parts = error.filename.removesuffix(".py").replace("\\", "/").split("/")
        yield from (".".join(parts[at:]) for at in range(len(parts)))
    for cause in (error.__cause__, error.__context__):
        if cause is not None:
            yield from _modules(cause)
