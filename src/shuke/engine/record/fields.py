"""Model fields that carry a kind of their own (``resource/describe.Kind``)."""

from __future__ import annotations

from typing import Any

from django.db import models


class PhoneField(models.CharField):  # type: ignore[type-arg]
    """A telephone number as people write it; compared and searched by its digits."""

    shuke_kind = "phone"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount of money in the record's currency, two decimals, up to 16 digits before the point."""

    shuke_kind = "money"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class RichTextField(models.TextField):  # type: ignore[type-arg]
    """Text with simple formatting, kept as clean markup (``engine/record/rich.py``)."""

    shuke_kind = "rich_text"
