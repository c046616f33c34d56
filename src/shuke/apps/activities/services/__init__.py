"""Rules of contact records, the schedule, tasks and memos."""
