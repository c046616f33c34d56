"""Text with simple formatting – bold, lists, links: cleaned before it is stored and shown, and as plain text."""

from __future__ import annotations

import re
from html import escape, unescape

import nh3

from shuke.kernel.text import INVISIBLE

# What the editor makes (``islands/rich.ts``); everything else is taken out of what comes in, its text stays.
TAGS = frozenset({"p", "br", "b", "strong", "i", "em", "u", "s", "ul", "ol", "li", "a", "blockquote"})
# A link says where it leads: no address within the product, no script.
_ADDRESS = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z!]")
_EMPTY_LINE = re.compile(r"<br>\s*</(p|li|blockquote)>")
_LINE_END = re.compile(r"<br>|</(p|li|blockquote)>")


def clean(html: str) -> str:
    """The markup without what could run, load or disguise anything."""
    return nh3.clean(
        html, tags=set(TAGS), attributes={"a": {"href"}}, attribute_filter=_address, link_rel="noopener noreferrer"
    )


def _address(_tag: str, _attribute: str, value: str) -> str | None:
    return value if _ADDRESS.match(value) else None


def formed(text: str) -> str:
    """What somebody sent as clean markup: plain text, which knows no tags, becomes a paragraph a line."""
    if _MARKUP.search(text):
        return clean(text)
    return clean("".join(f"<p>{escape(line)}</p>" if line else "<p><br></p>" for line in text.splitlines()))


def plain(html: str) -> str:
    """The text alone, as lists, spreadsheets, search and the history have it."""
    lines = _LINE_END.sub("\n", _EMPTY_LINE.sub(r"</\1>", clean(html)))
    return INVISIBLE.sub("", unescape(nh3.clean(lines, tags=set()))).strip()
