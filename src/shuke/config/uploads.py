"""The first look at what is sent to us: a body that is too large is refused before any of it is kept."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Names of fields and boundaries around the file itself.
_AROUND = 1024**2


class SizeLimit(FileUploadHandler):
    """Refuses requests beyond what any upload may hold; keeps nothing itself."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raises ``RequestDataTooBig`` by the length that the request announces (the server reads no further)."""
        if content_length > settings.SHUKE_LARGEST_UPLOAD + _AROUND:
            raise RequestDataTooBig("larger than any file that is taken here")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the piece on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing was kept here."""
