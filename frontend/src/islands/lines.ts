import { chosenIn, setChosen } from "./picker.ts";
import { startDrag } from "./dragging.ts";
import { dressDates } from "./dates.ts";
import { ask, debounce, fragment, hit } from "./page.ts";

/** What the server makes of the lines as they are typed: texts of worked out cells and totals, usual values for empty ones. */
interface Worked {
  cells: Record<string, string>;
  totals: Record<string, string>;
  fills: Record<string, string>;
}

const KEY = "__key__";
const PAUSE_MS = 250;
const FIELDS = "input:not([type=hidden]), select, textarea";

/**
 * The lines of a document (`[data-lines]`): a grid in which Enter and the arrows walk from row to row, rows are added,
 * duplicated, removed and moved by keys, mouse and finger, and a block of a spreadsheet is pasted. The server works out
 * amounts and totals after every pause; nothing is calculated here.
 */
export function startLines(): void {
  startDrag({ item: "[data-rows] > tr", handle: "[data-rows] [data-handle]", zone: "[data-rows]", drop: (row, body, before) => place(row, body, before) });
  document.addEventListener("click", (event) => {
    const grid = gridOf(event);
    const row = hit(event, "tr[data-row]");
    if (grid && hit(event, "[data-line-add]")) focusFirst(add(grid));
    else if (row && hit(event, "[data-line-copy]")) copy(row);
    else if (row && hit(event, "[data-line-drop]")) drop(row);
  });
  document.addEventListener("keydown", keys, true); // ahead of choosers and of the form's own Enter
  document.addEventListener("paste", paste);
  document.addEventListener("input", (event) => work(hit(event, "form.with-lines")));
  document.addEventListener("change", (event) => work(hit(event, "form.with-lines")));
  document.addEventListener("sk:refill", refill);
  // A form that came back with errors: what follows from its new lines is not worked out yet.
  document.querySelectorAll<HTMLElement>("form.with-lines[data-guard=dirty]").forEach((form) => work(form));
}

const gridOf = (event: Event): HTMLElement | undefined => hit(event, "[data-lines]");
const rowsOf = (grid: Element): HTMLElement[] => [...grid.querySelectorAll<HTMLElement>("[data-rows] > tr")];
const fieldsIn = (place: Element): HTMLElement[] => [...place.querySelectorAll<HTMLElement>(FIELDS)];

// ---- rows --------------------------------------------------------------------------------------------------------

/** A new row, made of the template that the server drew; behind `after`, or at the end. */
function add(grid: HTMLElement, after?: Element, key: string = Math.random().toString(36).slice(2, 8)): HTMLElement {
  const template = grid.querySelector("template") as HTMLTemplateElement;
  const row = (template.content.querySelector("tr") as HTMLElement).cloneNode(true) as HTMLElement;
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of element.attributes) attribute.value = attribute.value.replaceAll(KEY, key);
  }
  if (after) after.after(row);
  else grid.querySelector("[data-rows]")?.append(row);
  return row;
}

function copy(row: HTMLElement): void {
  const grid = row.closest<HTMLElement>("[data-lines]");
  if (!grid) return;
  const made = add(grid, row);
  for (const cell of row.querySelectorAll<HTMLElement>("td[data-column]")) {
    const twin = made.querySelector<HTMLElement>(`td[data-column="${cell.dataset["column"]}"]`);
    if (twin) copyCell(cell, twin);
  }
  focusFirst(made);
  touched(made);
}

function copyCell(cell: HTMLElement, twin: HTMLElement): void {
  const [picker, other] = [cell.querySelector<HTMLElement>(".sk-picker"), twin.querySelector<HTMLElement>(".sk-picker")];
  if (picker && other) return setChosen(other, chosenIn(picker));
  const [from, to] = [fieldsIn(cell)[0], fieldsIn(twin)[0]];
  if (from instanceof HTMLInputElement && to instanceof HTMLInputElement && from.type === "checkbox") to.checked = from.checked;
  else if (isField(from) && isField(to)) to.value = from.value;
}

function drop(row: HTMLElement): void {
  const grid = row.closest<HTMLElement>("[data-lines]");
  const near = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  if (!grid) return;
  focusFirst(near instanceof HTMLElement ? near : add(grid));
  touched(grid);
}

function place(row: Element, body: Element, before: Element | null): void {
  if (row.parentElement !== body || row === before) return;
  body.insertBefore(row, before);
  touched(body);
}

function move(row: HTMLElement, up: boolean, field: HTMLElement): void {
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  other?.[up ? "before" : "after"](row);
  field.focus();
  touched(row);
}

/** Guards, drafts and the server's arithmetic hear of it as of typing. */
function touched(place: Element): void {
  place.dispatchEvent(new Event("input", { bubbles: true }));
}

function focusFirst(row: HTMLElement): void {
  fieldsIn(row)[0]?.focus();
}

function isField(element: Element | undefined): element is HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  return element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement;
}

// ---- keys --------------------------------------------------------------------------------------------------------

function keys(event: KeyboardEvent): void {
  const row = hit(event, "[data-rows] > tr");
  const field = event.target;
  if (!row || !isField(field instanceof Element ? field : undefined) || event.isComposing) return;
  const done = command(event, row, field as HTMLElement);
  if (!done) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Does the key mean something to the grid? Then it is done. */
function command(event: KeyboardEvent, row: HTMLElement, field: HTMLElement): boolean {
  const arrow = event.key === "ArrowUp" || event.key === "ArrowDown";
  if (arrow && event.altKey) return move(row, event.key === "ArrowUp", field), true;
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() === "d") return copy(row), true;
    if (event.key === "Delete" || event.key === "Backspace" && event.shiftKey) return drop(row), true;
    return false;
  }
  // An open chooser and a drop-down have their own use for these keys.
  if (event.altKey || field.ariaExpanded === "true") return false;
  if (event.key === "Enter" && !(field instanceof HTMLTextAreaElement)) return walk(row, field, event.shiftKey ? -1 : 1, true), true;
  if (arrow && field instanceof HTMLInputElement && !field.closest(".sk-picker")) return walk(row, field, event.key === "ArrowUp" ? -1 : 1, false), true;
  return false;
}

/** The same column of the row above or below; at the end Enter adds a row, unless the last one is still empty. */
function walk(row: HTMLElement, field: HTMLElement, step: number, adds: boolean): void {
  const grid = row.closest<HTMLElement>("[data-lines]");
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const made = !next && step > 0 && adds && grid && !isBlank(row) ? add(grid) : undefined;
  if (made) return focusFirst(made);
  const column = field.closest<HTMLElement>("td")?.dataset["column"];
  const target = next?.querySelector<HTMLElement>(`td[data-column="${column}"]`);
  const found = target && fieldsIn(target)[0];
  found?.focus();
  if (found instanceof HTMLInputElement) found.select();
}

function isBlank(row: HTMLElement): boolean {
  return fieldsIn(row).every((field) => isField(field) && (field instanceof HTMLSelectElement || !field.value || field.type === "checkbox"));
}

// ---- the server's part -------------------------------------------------------------------------------------------

function sent(form: HTMLFormElement, more: Record<string, string> = {}): FormData {
  const data = new FormData(form);
  for (const [name, value] of Object.entries(more)) data.set(name, value);
  return data;
}

const work = debounce(PAUSE_MS, (form: HTMLElement | undefined) => void workOut(form));

async function workOut(form: HTMLElement | undefined): Promise<void> {
  if (!(form instanceof HTMLFormElement)) return;
  for (const grid of form.querySelectorAll<HTMLElement>("[data-lines]")) {
    const answer = await ask(`lines-${grid.dataset["lines"]}`, grid.dataset["work"] ?? "", sent(form)).catch(() => undefined);
    if (answer?.ok) show(form, (await answer.json()) as Worked);
  }
}

function show(form: HTMLFormElement, worked: Worked): void {
  for (const [name, said] of Object.entries(worked.cells)) put(form.querySelector(`[data-cell="${name}"]`), said);
  for (const [name, said] of Object.entries(worked.totals)) put(form.querySelector(`[data-total="${name}"]`), said);
  for (const [name, value] of Object.entries(worked.fills)) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof Element) || !isField(field) || field.value || field === document.activeElement) continue;
    field.value = value;
    touched(field);
  }
}

function put(place: Element | null, said: string): void {
  if (place && place.textContent !== said) place.textContent = said;
}

/** More than one cell goes to the server, which knows names, dates and numbers, and comes back as rows. */
function paste(event: ClipboardEvent): void {
  const grid = gridOf(event);
  const cell = hit(event, "td[data-column]");
  const form = cell?.closest("form");
  const block = event.clipboardData?.getData("text/plain") ?? "";
  if (!grid || !cell || !form || !/[\t\n]/.test(block.trimEnd())) return;
  event.preventDefault();
  const place = { at: cell.closest<HTMLElement>("tr")?.dataset["row"] ?? "", column: cell.dataset["column"] ?? "" };
  void pasteBlock(grid, form, { paste: block, ...place });
}

async function pasteBlock(grid: HTMLElement, form: HTMLFormElement, block: Record<string, string>): Promise<void> {
  const answer = await ask("paste", grid.dataset["work"] ?? "", sent(form, block)).catch(() => undefined);
  if (!answer?.ok) return;
  // A table row is parsed as one only within a table.
  const rows = await fragment(answer, "table");
  const body = grid.querySelector("[data-rows]");
  body?.replaceChildren(...rows);
  if (body) dressDates(body);
  rowsOf(grid).find((row) => row.dataset["row"] === block["at"])?.querySelector<HTMLElement>(`td[data-column="${block["column"]}"] input`)?.focus();
  touched(grid);
}

/** A draft is about to be put back: let there be the rows that it had, in its order. */
function refill(event: Event): void {
  const form = event.target as HTMLFormElement;
  const entries = (event as CustomEvent<[string, string][]>).detail;
  for (const grid of form.querySelectorAll<HTMLElement>("[data-lines]")) {
    const wanted = entries.filter(([name]) => name === `${grid.dataset["lines"]}.rows`).map(([, key]) => key);
    const present = new Map(rowsOf(grid).map((row) => [row.dataset["row"] ?? "", row]));
    for (const [key, row] of present) if (!wanted.includes(key)) row.remove();
    for (const key of wanted) grid.querySelector("[data-rows]")?.append(present.get(key) ?? add(grid, undefined, key));
  }
}
