import { startDrag } from "./dragging.ts";
import { hit } from "./page.ts";

/**
 * The editor of a form's layout: sections are added, removed, dragged and moved with the arrows on their handle, fields
 * are left out and put back. Fields themselves move as columns do (`columns.ts`); the order on the page is what is sent.
 */
export function startLayout(): void {
  startDrag({ item: "[data-block]", handle: "[data-lift]", zone: "[data-blocks]", drop: (block, zone, before) => zone.insertBefore(block, before ?? out(zone)) });
  document.addEventListener("keydown", (event) => {
    const handle = hit(event, "[data-lift]");
    if (handle && (event.key === "ArrowUp" || event.key === "ArrowDown")) move(handle, event);
  });
  document.addEventListener("click", (event) => {
    const row = hit(event, "[data-leave], [data-put-back]")?.closest("li");
    if (row) leaveOrPutBack(row, hit(event, "[data-leave]") !== undefined);
    if (hit(event, "[data-add-block]")) add();
    const block = hit(event, "[data-drop-block]")?.closest<HTMLElement>("[data-block]");
    if (block) drop(block);
  });
}

function out(zone: Element): Element | null {
  return zone.querySelector("[data-out]");
}

function move(handle: HTMLElement, event: KeyboardEvent): void {
  const block = handle.closest("[data-block]");
  const other = event.key === "ArrowUp" ? block?.previousElementSibling : block?.nextElementSibling;
  if (!block || !other?.matches("[data-block]")) return;
  other[event.key === "ArrowUp" ? "before" : "after"](block);
  handle.focus();
  event.preventDefault();
}

function leaveOrPutBack(row: HTMLElement, leave: boolean): void {
  const zone = row.closest("[data-blocks]");
  const blocks = zone?.querySelectorAll("[data-block] [data-sortable]") ?? [];
  const target = leave ? zone?.querySelector("[data-out] [data-sortable]") : blocks[blocks.length - 1];
  target?.append(row);
  row.querySelector<HTMLElement>(leave ? "[data-put-back]" : "[data-leave]")?.focus();
}

function add(): void {
  const template = document.querySelector<HTMLTemplateElement>("template[data-block-template]");
  const zone = document.querySelector("[data-blocks]");
  const block = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!zone || !block) return;
  zone.insertBefore(block, out(zone));
  block.querySelector<HTMLInputElement>("input[name=title]")?.focus();
}

/** The fields of a section that goes move to the one beside it; the last section stays. */
function drop(block: HTMLElement): void {
  const sides = [block.previousElementSibling, block.nextElementSibling];
  const other = sides.find((side) => side?.matches("[data-block]"));
  const list = other?.querySelector("[data-sortable]");
  if (!list) return;
  list.append(...block.querySelectorAll("[data-sortable] > li"));
  block.remove();
  other?.querySelector<HTMLElement>("input[name=title]")?.focus();
}
