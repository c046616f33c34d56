"""Units, users, roles, pools, API tokens."""

from shuke.engine.organisation.models.company import Company
from shuke.engine.organisation.models.pool import Pool
from shuke.engine.organisation.models.role import Role
from shuke.engine.organisation.models.stamp import AccessStamp
from shuke.engine.organisation.models.token import ApiToken
from shuke.engine.organisation.models.unit import Unit
from shuke.engine.organisation.models.user import Membership, User

__all__ = ["AccessStamp", "ApiToken", "Company", "Membership", "Pool", "Role", "Unit", "User"]
