"""Where attached files lie: the data folder, or a bucket that speaks S3's language (``shuke[s3]``)."""

from __future__ import annotations

from typing import Any

from shuke.config.environment import Environment


def attachment_storage(environment: Environment) -> dict[str, Any]:
    """Django's description of the storage; a bucket when ``SHUKE_S3_BUCKET`` names one."""
    if not environment.s3_bucket:
        options: dict[str, Any] = {
            "location": environment.data / "files" / "attachments",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        }
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    options = {
        "bucket_name": environment.s3_bucket,
        "endpoint_url": environment.s3_endpoint or None,
        "region_name": environment.s3_region or None,
        "access_key": environment.s3_key or None,
        "secret_key": environment.s3_secret or None,
        "default_acl": None,
        "file_overwrite": False,
        "querystring_auth": True,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
