"""What people do for customers: contact records, the schedule, tasks, memos."""
