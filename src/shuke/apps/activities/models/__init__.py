"""Contact records, schedule entries, tasks and memos."""

from shuke.apps.activities.models.contact_record import ContactRecord
from shuke.apps.activities.models.memo import Memo
from shuke.apps.activities.models.schedule import ScheduleEntry
from shuke.apps.activities.models.task import Task

__all__ = ["ContactRecord", "Memo", "ScheduleEntry", "Task"]
