import { startDrag } from "./dragging.ts";
import { hit } from "./page.ts";

interface Row {
  field: string;
  op: string;
  values: string[];
}

interface Group {
  join: string;
  parts: (Row | Group)[];
}

/**
 * The condition editor: rows and groups go away by a button, and the tree is sent as one JSON text. The actions of a rule
 * are put in order by their handles; they are sent as they stand.
 */
export function startConditions(): void {
  startDrag({ item: ".sk-deed", handle: ".sk-deed [data-handle]", zone: ".sk-deeds", drop: (deed, zone, before) => zone.insertBefore(deed, before) });
  document.addEventListener("keydown", (event) => {
    const handle = hit(event, ".sk-deed [data-handle]");
    if (handle && (event.key === "ArrowUp" || event.key === "ArrowDown")) move(handle, event);
  });
  document.addEventListener("click", (event) => {
    const drop = hit(event, "[data-drop]");
    const parts = drop?.closest("[data-parts]");
    drop?.closest("[data-condition], [data-group]")?.remove();
    parts?.closest("[data-group]")?.querySelector<HTMLElement>("[data-join]")?.focus();
  });
  document.addEventListener("change", (event) => {
    const period = hit(event, "[data-period]");
    if (period) counted(period as HTMLSelectElement);
  });
  document.body.addEventListener("htmx:load", () => {
    for (const period of document.querySelectorAll<HTMLSelectElement>("[data-period]")) counted(period);
  });
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = (event as CustomEvent<{ elt: Element; parameters: FormData }>).detail;
    const root = elt.matches("form[data-conditions]") ? elt.querySelector("[data-group]") : null;
    if (root) parameters.set("tree", JSON.stringify(read(root)));
  });
}

/** An action goes before the one above it, or behind the one below; the handle keeps the focus. */
function move(handle: HTMLElement, event: KeyboardEvent): void {
  event.preventDefault();
  const deed = handle.closest(".sk-deed");
  const up = event.key === "ArrowUp";
  const other = up ? deed?.previousElementSibling : deed?.nextElementSibling;
  if (!deed || !other) return;
  other[up ? "before" : "after"](deed);
  handle.focus();
}

/** Only periods with a number of days ask for one. */
function counted(period: HTMLSelectElement): void {
  const days = period.parentElement?.querySelector<HTMLInputElement>("[data-days]");
  if (!days) return;
  days.hidden = !period.value.includes("-N-");
  days.disabled = days.hidden;
}

function read(group: Element): Group {
  const parts = group.querySelector(":scope > [data-parts]")?.children ?? [];
  return {
    join: group.querySelector<HTMLSelectElement>(":scope > .sk-condition-head [data-join]")?.value ?? "and",
    parts: [...parts].map((part) => (part.matches("[data-group]") ? read(part) : row(part))),
  };
}

function row(part: Element): Row {
  const fields = [...part.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-value] [name=value]")];
  const values = fields.filter((field) => !field.disabled && (field.type !== "checkbox" || (field as HTMLInputElement).checked)).map((field) => field.value);
  const bounds = part.querySelectorAll("[data-value] > input.form-control").length === 2;
  return {
    field: part.querySelector<HTMLSelectElement>("[name=field]")?.value ?? "",
    op: part.querySelector<HTMLSelectElement>("[name=op]")?.value ?? "",
    values: bounds ? values : values.filter((value) => value !== ""),
  };
}
