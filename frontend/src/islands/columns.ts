import htmx from "htmx.org";
import { startDrag } from "./dragging.ts";
import { hit } from "./page.ts";

const STEP = 20;

/** Lists whose entries move by drag or with the arrows on their handle: columns, files, options. Heads take a width by drag. */
export function startColumns(): void {
  startDrag({ item: "[data-sortable] > li", handle: "[data-handle]", zone: "[data-sortable]", drop });
  document.addEventListener("keydown", (event) => {
    const handle = hit(event, "[data-handle]");
    if (handle && (event.key === "ArrowUp" || event.key === "ArrowDown")) move(handle, event);
  });
  document.addEventListener("pointerdown", (event) => {
    const grip = hit(event, "[data-grip]");
    if (grip) stretch(grip, event);
  });
  document.addEventListener("dblclick", (event) => {
    const head = hit(event, "[data-grip]")?.closest<HTMLElement>("th");
    if (head) keep(head, undefined);
  });
}

/** What is put elsewhere. A field's files stay in their field; the form learns of the new order. */
function drop(row: HTMLElement, list: Element, before: Element | null): void {
  if (row.closest("[data-held]") !== list.closest("[data-held]")) return;
  list.insertBefore(row, before);
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

function move(handle: HTMLElement, event: KeyboardEvent): void {
  const row = handle.closest("li");
  const up = event.key === "ArrowUp";
  const other = up ? row?.previousElementSibling : row?.nextElementSibling;
  const list = other ? undefined : nextList(row, up);
  if (!row || !(other || list)) return;
  if (other) other[up ? "before" : "after"](row);
  else list?.[up ? "append" : "prepend"](row);
  handle.focus();
  row.parentElement?.dispatchEvent(new Event("input", { bubbles: true }));
  event.preventDefault();
  event.stopPropagation();
}

/** At the end of a list one goes on in the next one, where several belong together (`data-sortables`). */
function nextList(row: HTMLElement | null, up: boolean): Element | undefined {
  const lists = [...(row?.closest("[data-sortables]")?.querySelectorAll("[data-sortable]") ?? [])];
  const at = lists.findIndex((list) => list.contains(row));
  return at < 0 ? undefined : lists[up ? at - 1 : at + 1];
}

/** Follow the pointer, then send the new width; the server knows the columns' order and the other widths. */
function stretch(grip: HTMLElement, start: PointerEvent): void {
  const head = grip.closest<HTMLElement>("th");
  if (!head) return;
  start.preventDefault();
  const [from, width] = [start.clientX, head.getBoundingClientRect().width];
  const wide = (event: PointerEvent): number => Math.max(3 * STEP, Math.round((width + event.clientX - from) / STEP) * STEP);
  const follow = (event: PointerEvent): void => {
    head.style.minWidth = head.style.maxWidth = head.style.width = `${wide(event)}px`;
  };
  grip.setPointerCapture(start.pointerId);
  grip.addEventListener("pointermove", follow);
  const end = (event: PointerEvent): void => {
    grip.removeEventListener("pointermove", follow);
    if (Math.abs(event.clientX - from) > 3) keep(head, wide(event));
  };
  grip.addEventListener("pointerup", end, { once: true });
}

function keep(head: HTMLElement, width: number | undefined): void {
  const list = head.closest<HTMLElement>("[data-columns]");
  const heads = [...(head.parentElement?.querySelectorAll<HTMLElement>("th[data-column]") ?? [])];
  const names = heads.map((one) => {
    const own = one === head ? width : /\bsk-w(\d+)/.exec(one.className)?.[1];
    return own ? `${one.dataset["column"]}:${own}` : (one.dataset["column"] ?? "");
  });
  if (!list) return;
  const values = { query: list.dataset["query"] ?? "", columns: names.join(",") };
  void htmx.ajax("post", list.dataset["columns"] ?? "", { target: "#list", values });
}
