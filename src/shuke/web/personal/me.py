"""One's own profile, password and language (WRK-19)."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from shuke.engine.access.actor import Actor, Reach
from shuke.engine.commands.passwords import set_password
from shuke.engine.commands.write import update
from shuke.engine.organisation.actors import find_user
from shuke.engine.organisation.models import User
from shuke.kernel.errors import Invalid
from shuke.resource.describe import fields_of
from shuke.resource.registry import resource_for
from shuke.web.frame.acting import before_second_factor, require_actor
from shuke.web.frame.addresses import safe_next
from shuke.web.personal.devices import signed_in
from shuke.web.record.editing import save_changes
from shuke.web.values import forms

# What everybody keeps up to date himself, whatever his rights over users.
OWN_FIELDS = ("email", "mobile", "phone")


def oneself(actor: Actor) -> Actor:
    """The actor with the right to see and edit his own user record, and no other beyond what he has."""
    given = dict(actor.grants.get("users", {}))
    for action in ("view", "edit"):
        given[action] = max(given.get(action, Reach.NONE), Reach.OWN)
    return replace(actor, grants={**actor.grants, "users": given}, field_rules={**actor.field_rules, "users": {}})


def _user(actor: Actor) -> User:
    user = find_user(actor.user_id or 0)
    assert user is not None
    return user


@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """The profile: how to reach me."""
    actor = oneself(require_actor(request))
    resource = resource_for("users")
    user = _user(actor)
    infos = {name: fields_of(resource)[name] for name in OWN_FIELDS}
    texts, error = forms.texts_of(infos, user), None
    if request.method == "POST":
        typed = forms.read_posted(infos, request.POST)
        try:
            save_changes(actor, resource, user.pk, infos, forms.Typed(typed.values, texts), None)
        except Invalid as invalid:
            texts, error = typed.values, invalid
        else:
            messages.success(request, _("Saved"))
            return redirect("web:me")
    return _page(request, actor, user, texts=texts, error=error, status=422 if error else 200)


@sensitive_post_parameters()
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """A new password, after the old one; other sessions of the person end."""
    actor = require_actor(request)
    user = _user(actor)
    old, new, again = (request.POST.get(name, "") for name in ("old", "new", "again"))
    wrong = ""
    if not user.check_password(old):
        wrong = _("The present password is not right.")
    elif new != again:
        wrong = _("The two new passwords differ.")
    else:
        try:
            set_password(actor, user, new)
        except Invalid as error:
            wrong = " ".join(str(message) for found in error.fields.values() for message in found)
    if not wrong:
        update_session_auth_hash(request, user)
        messages.success(request, _("Password changed"))
        return redirect("web:me")
    return _page(request, oneself(actor), user, password_error=wrong, status=422)


def _page(
    request: HttpRequest,
    actor: Actor,
    user: User,
    *,
    texts: dict[str, str] | None = None,
    error: Invalid | None = None,
    password_error: str = "",
    status: int = 200,
) -> HttpResponse:
    infos = {name: fields_of(resource_for("users"))[name] for name in OWN_FIELDS}
    texts = texts if texts is not None else forms.texts_of(infos, user)
    errors = error.fields if error else {}
    context = {
        "user": user,
        "fields": [
            forms.draw_field(actor, info, texts.get(name, ""), [str(one) for one in errors.get(name, ())], prefix="me")
            for name, info in infos.items()
        ],
        "password_error": password_error,
        **signed_in(request, user),
    }
    return render(request, "web/personal/me.html", context, status=status)


@before_second_factor
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of all pages, kept with the person and in a cookie."""
    actor = require_actor(request)
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise Invalid(_("This language is not available."))
    assert actor.user_id is not None
    update(oneself(actor), resource_for("users"), actor.user_id, {"language": wanted})
    response = redirect(safe_next(request))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, samesite="Lax", max_age=365 * 24 * 3600)
    return response
