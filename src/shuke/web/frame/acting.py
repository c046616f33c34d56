"""Who is acting in a request: taken from the session and from nothing else."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.actors import actor_for
from shuke.engine.signing.noting import Visitor
from shuke.kernel.addresses import plain_address

_KEPT = "_shuke_actor"


class PageRequest(HttpRequest):
    """A request as django-htmx leaves it."""

    htmx: HtmxDetails


def actor_of(request: HttpRequest) -> Actor | None:
    """The actor behind a request, or None before signing in; worked out once a request."""
    if not hasattr(request, _KEPT):
        user = getattr(request, "user", None)
        known = user if user is not None and user.is_authenticated else None
        setattr(request, _KEPT, actor_for(known, "web", where_from(request)) if known else None)
    actor: Actor | None = getattr(request, _KEPT)
    return actor


def where_from(request: HttpRequest) -> str:
    """The network address of a request, as far as the proxies in front are trusted."""
    return plain_address(request.META.get("REMOTE_ADDR", ""))


def visitor_of(request: HttpRequest) -> Visitor:
    """Who stands at the door."""
    return Visitor(where_from(request), request.headers.get("User-Agent", ""))


def before_second_factor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view as open to who is signed in but still has to set up the second factor that a role demands."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def owes_second_factor(request: HttpRequest) -> bool:
    """Does a role of the signed-in person demand a second factor that he has not set up?"""
    actor = actor_of(request)
    return bool(actor and actor.demands_second_factor and not getattr(request.user, "has_second_factor", False))


def require_actor(request: HttpRequest) -> Actor:
    """The actor of a page that is closed to strangers (``SignInRequired`` lets nobody else in)."""
    actor = actor_of(request)
    assert actor is not None
    return actor
