"""Model fields that carry a kind of their own (``resource/describe.Kind``)."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
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


class FilesField(ArrayField):  # type: ignore[type-arg]
    """The ids of the files that a record holds in this field (``engine/stored/fields.py``), in their order.

    ``most``: how many there may be; ``pictures``: nothing but pictures that can be shown.
    """

    shuke_kind = "files"

    def __init__(self, verbose_name: Any = None, *, most: int = 10, pictures: bool = False, **kwargs: Any) -> None:
        self.most, self.pictures = most, pictures
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        kwargs |= {"verbose_name": verbose_name, "base_field": models.BigIntegerField(), "size": None}
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """What migrations write: the limits are no matter of the database, but clones keep them."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["base_field"], kwargs["size"]
        return name, path, args, {**kwargs, "most": self.most, "pictures": self.pictures}
