"""What was typed into the actions of a rule, read back as the engine takes it."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from shuke.kernel.digits import whole_number, whole_numbers


def read_steps(data: QueryDict) -> list[dict[str, Any]]:
    """Every action of the form, in the order in which they stand there."""
    return [read_step(data, key) for key in data.getlist("step")]


def read_step(data: QueryDict, key: str) -> dict[str, Any]:
    """One action; what is wrong in it is told by whoever checks it."""
    do = data.get(f"{key}.do", "set")
    match do:
        case "set":
            return {"do": do, "values": _values(data, key)}
        case "tag":
            given = {name: _ids(data, f"{key}.{name}") for name in ("add", "remove")}
            return {"do": do, "field": data.get(f"{key}.field", ""), **given}
        case "create":
            return {"do": do, "object": data.get(f"{key}.object", ""), "values": _values(data, key)}
        case "assign":
            return {"do": do, **_handing(data, key)}
        case "pool":
            return {"do": do, "pool": next(iter(_ids(data, f"{key}.pool")), 0)}
        case "notify":
            return {"do": do, **_people(data, key), "text": _text(data, f"{key}.text")}
        case "mail":
            return {"do": do, **_people(data, key), **_letter(data, key)}
        case "call":
            return {"do": do, "url": data.get(f"{key}.url", "").strip(), "fields": data.getlist(f"{key}.fields")}
    return {"do": "wait", **_wait(data, key)}


def _values(data: QueryDict, key: str) -> list[dict[str, Any]]:
    found = []
    for row in data.getlist(f"{key}.rows"):
        name = f"{key}.{row}"
        one: dict[str, Any] = {"field": data.get(f"{name}.field", ""), "source": data.get(f"{name}.source", "value")}
        if one["source"] != "record":
            one["value"] = _value(data, f"{name}.value")
        found.append(one)
    return found


def _value(data: QueryDict, name: str) -> str:
    """A choice of several sends an empty value first, then each that was chosen."""
    sent = data.getlist(name)
    return ",".join(sent[1:]) if sent[:1] == [""] else _text(data, name)


def _handing(data: QueryDict, key: str) -> dict[str, Any]:
    way = data.get(f"{key}.way", "turn")
    if way != "territory":
        return {"way": way, **_lists(data, key)}
    territories = [
        {"region": next(iter(_ids(data, f"{key}.{row}.region")), 0), **_lists(data, f"{key}.{row}")}
        for row in data.getlist(f"{key}.rows")
    ]
    return {"way": way, "territories": territories}


def _people(data: QueryDict, key: str) -> dict[str, Any]:
    return {**{name: True for name in ("owner", "manager") if name in data.getlist(f"{key}.also")}, **_lists(data, key)}


def _lists(data: QueryDict, key: str) -> dict[str, list[int]]:
    found = {name: _ids(data, f"{key}.{name}") for name in ("people", "units", "roles")}
    return {name: ids for name, ids in found.items() if ids}


def _letter(data: QueryDict, key: str) -> dict[str, Any]:
    addresses = data.get(f"{key}.addresses", "").replace("，", ",").replace("、", ",").split(",")
    found: dict[str, Any] = {"subject": _text(data, f"{key}.subject"), "text": _text(data, f"{key}.text")}
    if listed := [address.strip() for address in addresses if address.strip()]:
        found["addresses"] = listed
    if name := data.get(f"{key}.field", ""):
        found["field"] = name
    return found


def _wait(data: QueryDict, key: str) -> dict[str, Any]:
    number = whole_number(data.get(f"{key}.number", ""), 5) or 0
    unit = "hours" if data.get(f"{key}.unit") == "hours" else "days"
    name = data.get(f"{key}.field", "")
    before = bool(name) and data.get(f"{key}.side") == "before"
    return {unit: -number if before else number, **({"field": name} if name else {})}


def _ids(data: QueryDict, name: str) -> list[int]:
    return whole_numbers(data.getlist(name))


def _text(data: QueryDict, name: str) -> str:
    """The last one: a box to tick sends its empty value first."""
    return next(reversed(data.getlist(name)), "").replace("\r\n", "\n")
