"""How people work with users."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.people.services import builtin, leaving, rights, signing
from shuke.apps.people.services import user as rules
from shuke.engine.logs.sight import LOGS
from shuke.engine.organisation.models import User
from shuke.kernel.criteria import where
from shuke.resource.registry import register
from shuke.resource.spec import (
    Field,
    Match,
    Menu,
    Parameter,
    Resource,
    Right,
    Scope,
    Search,
    Section,
    Table,
    Verb,
    View,
)

users = register(
    Resource(
        model=User,
        name="users",
        title="name",
        subtitle="login",
        icon="user",
        menu=Menu("settings", 20),
        about=_("Everybody who signs in. A person’s rights are those of all roles and the personal ones together."),
        scope=Scope(owner="id", unit="unit_id"),
        fields=(
            Field("name", search=Search.A, sort=True, quick=True),
            Field("login", search=Search.B, sort=True, quick=True),
            Field("unit", filter=True, quick=True, asked=True),
            Field("title"),
            Field("gender", filter=True, quick=True, asked=True),
            Field("email", search=Search.B, quick=True, asked=True),
            Field("mobile", search=Search.B, mask="phone"),
            Field("phone", search=Search.B),
            Field("roles", filter=True),
            Field("grants", sensitive=True),
            Field("is_active", filter=True, readonly=True),
            Field("is_administrator", filter=True, sensitive=True, readonly=True),
            Field("position", sort=True),
            Field("language"),
        ),
        form=(
            Section(_("Person"), ("name", "login", "unit", "title", "gender")),
            Section(_("Contact details"), ("email", "mobile", "phone")),
            Section(_("Rights"), ("roles", "grants")),
        ),
        table=Table(
            columns=("name", "login", "unit", "title", "mobile", "email", "is_active"),
            sort="name",
            views=(
                View("all", _("All")),
                View("active", _("May sign in"), where(is_active=True)),
                View("left", _("Locked"), where(is_active=False)),
            ),
        ),
        facts=("unit", "title", "mobile", "email"),
        duplicates=(Match(("email",)),),
        verbs=(
            Verb(
                "handover",
                _("Hand everything over"),
                leaving.hand_everything_over,
                grant="edit",
                icon="user-share",
                parameters=(Parameter("to", _("who takes over"), kind="link", resource="users"),),
                hint=leaving.what_they_own,
            ),
            Verb(
                "lock",
                _("Lock"),
                leaving.lock,
                grant="edit",
                icon="user-x",
                parameters=(
                    Parameter("to", _("hand everything over to"), kind="link", resource="users", required=False),
                ),
                danger=True,
                when=where(is_active=True),
                hint=leaving.what_they_own,
            ),
            Verb(
                "unlock",
                _("Let in again"),
                leaving.unlock,
                grant="edit",
                icon="user-check",
                when=where(is_active=False),
            ),
            Verb(
                "password",
                _("Set password"),
                rules.set_passwords,
                grant="edit",
                icon="key",
                parameters=(Parameter("password", _("new password"), kind="password"),),
                bulk=False,
            ),
            Verb("sign-out", _("End all sessions"), signing.end_their_sessions, grant="sign-out", icon="logout"),
            Verb(
                "reset-second-factor",
                _("Reset the second factor"),
                signing.reset_second_factors,
                grant="reset-second-factor",
                icon="shield-off",
                bulk=False,
            ),
        ),
        rights=(Right(LOGS, _("look into the logs")),),
        rules=(rules.login_is_plain, rights.grants_are_known, rules.only_administrators_change_administrators),
        reactions=(
            builtin.administrators_are_members,
            rights.people_get_only_what_one_has,
            rules.carry_unit_to_owned_records,
            signing.new_people_speak_the_companys_language,
        ),
        keep=(rules.user_owns_nothing, rules.only_administrators_delete_administrators),
    )
)
