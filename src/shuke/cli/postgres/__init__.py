"""The embedded PostgreSQL: a real server in the data folder for those who bring none of their own."""

from shuke.cli.postgres.cluster import Cluster, cluster_in
from shuke.cli.postgres.lease import running

__all__ = ["Cluster", "cluster_in", "running"]
