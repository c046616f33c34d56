"""The one small family of errors: mapped once to pages, to problem details (RFC 9457) and to exit codes.

A message says what happened, to which record, and what to do next. Messages may be lazy translations:
anything with a ``__str__``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class ShukeError(Exception):
    """Something a user did or met that has a clear answer. ``status`` is the HTTP status, ``code`` a stable word."""

    status = 500
    code = "error"
    exit_code = 1

    def __init__(self, detail: object = "", **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra

    def __str__(self) -> str:
        return str(self.detail)


class NotAllowed(ShukeError):
    """The actor is known, the record may be known, but the action is not granted."""

    status = 403
    code = "not-allowed"
    exit_code = 3


class NotFound(ShukeError):
    """There is no such record – or none that the actor may know of: the two must look alike."""

    status = 404
    code = "not-found"
    exit_code = 4


class Invalid(ShukeError):
    """The input breaks a rule. ``fields`` maps a field name (or ``""`` for the whole record) to its messages."""

    status = 422
    code = "invalid"
    exit_code = 2

    def __init__(
        self,
        detail: object = "",
        *,
        fields: Mapping[str, object | Sequence[object]] | None = None,
        **extra: Any,
    ) -> None:
        self.fields: dict[str, list[object]] = {
            name: list(messages) if isinstance(messages, (list, tuple)) else [messages]
            for name, messages in (fields or {}).items()
        }
        if not detail and self.fields:
            detail = next(iter(self.fields.values()))[0]
        super().__init__(detail, **extra)


class Duplicate(Invalid):
    """The record looks like existing ones; ``matches`` lists those the actor may see. He may save it nevertheless."""

    code = "duplicate"

    def __init__(self, detail: object, matches: Sequence[Any], **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.matches = list(matches)


class Conflict(ShukeError):
    """Someone else changed the record meanwhile, or its state does not allow the action now.

    ``theirs`` holds the current values of the fields that were to be written, ``version`` the current version.
    """

    status = 409
    code = "conflict"
    exit_code = 5

    def __init__(
        self,
        detail: object,
        *,
        version: int | None = None,
        theirs: Mapping[str, Any] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail, **extra)
        self.version = version
        self.theirs = dict(theirs or {})


class Busy(ShukeError):
    """The work takes too long or a part is not reachable now; the message says what to narrow or when to retry."""

    status = 503
    code = "busy"
    exit_code = 6
