"""The activities area: contact records, the schedule, tasks, memos."""
