"""The words that scripts need, in the user's language; templates hand them over as a JSON block."""

from __future__ import annotations

from django.utils.translation import gettext as _


def script_strings() -> dict[str, str]:
    """Key → translated string; ``{name}`` places are filled in by ``frontend/src/islands/page.ts``."""
    return {
        "close": _("Close"),
        "undo": _("Undo"),
        "copied": _("Copied"),
        "not_copied": _("The browser did not allow copying. Select the text and copy it by hand."),
        "remove": _("Remove"),
        "offline": _("No connection to the server. What you typed is still here – please try again."),
        "failed": _("That did not work (error {status}). Please try again or tell the administrator."),
        "leave": _("You have unsaved changes. Leave without saving?"),
        "draft_found": _("There is an unsaved draft of this form, from {at}."),
        "draft_take": _("Restore"),
        "draft_drop": _("Discard"),
        "no_choice": _("Nothing found"),
        "people": _("Colleagues"),
        "region": _("Region"),
        "all_of": _("All of {name}"),
        "calendar": _("Choose a day (Alt+↓)"),
        "day_form": _("YYYY-MM-DD"),
        "moment_form": _("YYYY-MM-DD HH:MM"),
        "month_before": _("The month before"),
        "month_after": _("The month after"),
        "year": _("Year"),
        "month": _("Month"),
        "clock": _("Time"),
        "today": _("Today"),
        "clear": _("Clear"),
        "done": _("Done"),
        "selected": _("{count} selected"),
        "selected_all": _("All {count} selected"),
    }
