import { openEditor } from "./inline.ts";
import { hit } from "./page.ts";

const STEPS: Record<string, [number, number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * A list as a grid: arrows walk from cell to cell – starting at a record's title –, Enter or F2 edits, Esc goes back,
 * Tab in an editor saves and goes on to the next cell that can be edited.
 */
export function startGrid(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const editor = hit(event, "td form[data-inline]") as HTMLFormElement | undefined;
    if (editor && event.key === "Tab") return goOn(editor, event);
    const cell = hit(event, ".sk-table:has(.sk-title) tbody td");
    if (!cell || !(event.target === cell || hit(event, ".sk-title"))) return;
    const step = STEPS[event.key];
    if (step) walk(cell, step, event);
    else if ((event.key === "Enter" || event.key === "F2") && event.target === cell) edit(cell, event);
  });
  document.addEventListener("click", (event) => {
    const cell = hit(event, ".sk-table td[data-edit]");
    if (cell && !hit(event, "a, button, input, select, textarea, form[data-inline]")) focus(cell);
  });
}

function walk(cell: HTMLElement, [down, right]: [number, number], event: KeyboardEvent): void {
  const rows = [...(cell.closest("table")?.querySelectorAll<HTMLTableRowElement>("tbody:not([hidden]) > tr:has(.sk-title)") ?? [])];
  const at = rows.findIndex((row) => row.contains(cell));
  const row = rows[at + down];
  const column = [...(cell.parentElement?.children ?? [])].indexOf(cell) + right;
  const next = row?.children[column];
  if (!(next instanceof HTMLElement) || next.matches(".sk-pick")) return;
  event.preventDefault();
  focus(next);
}

function focus(cell: HTMLElement): void {
  const title = cell.querySelector<HTMLElement>(".sk-title");
  if (!title) cell.tabIndex = -1;
  (title ?? cell).focus();
}

function edit(cell: HTMLElement, event: KeyboardEvent): void {
  if (!cell.dataset["edit"]) return;
  event.preventDefault();
  openEditor(cell);
}

/** Save, then edit the next cell of the row (with Shift the one before). */
function goOn(form: HTMLFormElement, event: KeyboardEvent): void {
  const row = form.closest("tr");
  const cells = [...(row?.querySelectorAll<HTMLElement>("td[data-edit]") ?? [])];
  const next = cells[cells.findIndex((cell) => cell.contains(form)) + (event.shiftKey ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  document.body.addEventListener("htmx:afterSettle", (done) => {
    const place = done.target instanceof Element ? done.target.closest("td") : null;
    if (place && place.closest("tr") === row && !place.querySelector("form")) openEditor(next);
  }, { once: true });
  form.requestSubmit();
}
