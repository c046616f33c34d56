"""The worker's tasks for jobs: run one; bring back those whose worker was killed."""

from __future__ import annotations

import datetime
import logging
from typing import Any

from django.conf import settings
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from shuke.engine.jobs.runner import RUN, clear_files, run

# A worker that has not sent a heartbeat for this long is dead.
_SILENT = 30
_log = logging.getLogger(__name__)


@app.task(name=RUN, pass_context=True)
def run_job(context: JobContext, job_id: int) -> None:
    """Do the work of one ``Job``."""
    run(job_id, context.should_abort)


@app.periodic(cron="17 * * * *")
@app.task(name="shuke.clear", queueing_lock="shuke.clear")
def clear(timestamp: int) -> None:
    """Remove the files of imports and exports that have been kept long enough."""
    clear_files(timezone.now() - datetime.timedelta(days=settings.SHUKE_JOB_DAYS))


@app.periodic(cron="* * * * *")
@app.task(name="shuke.revive", queueing_lock="shuke.revive", pass_context=True)
async def revive(context: JobContext, timestamp: int) -> None:
    """Put the jobs of killed workers back into the queue; handlers go on behind their last stored batch."""
    manager: Any = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT):
        try:
            await manager.retry_job(job)
        except ConnectorException:
            # It came to an end meanwhile, or its like waits already: no reason to leave the others where they are.
            _log.info("job %s need not be brought back", job.id)
