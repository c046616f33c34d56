"""What the pages that import have in common: the file that comes in, the template that goes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.exchange.uploads import keep
from shuke.engine.exchange.workbook import written
from shuke.kernel.errors import Invalid

# More of a file's name does not go into an address.
LONGEST_NAME = 200


def take_in(actor: Actor, request: HttpRequest) -> tuple[str, str]:
    """Keep the file that a form brought; its token and its name. Raises ``Invalid`` when none was chosen."""
    file = request.FILES.get("file")
    if file is None or not file.name:
        raise Invalid(_("Choose a file first."))
    return keep(actor, file.name, file.chunks()), file.name


def workbook(write: Callable[[Path], object], filename: str) -> FileResponse:
    """What ``write`` puts into a file, as a workbook to be saved under that name."""
    return FileResponse(written(write), as_attachment=True, filename=filename)
