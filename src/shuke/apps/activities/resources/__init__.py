"""Contact records, the schedule, tasks, memos."""

from shuke.apps.activities.resources import contact_record, memo, schedule, task

__all__ = ["contact_record", "memo", "schedule", "task"]
