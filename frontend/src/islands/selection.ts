import { hit, text } from "./page.ts";

let last: HTMLInputElement | undefined;

/** Ticking rows: single, shift-click for a run, the page, or the whole result; the bar with the verbs follows. */
export function startSelection(): void {
  document.addEventListener("click", (event) => {
    const box = hit(event, "input[data-row]") as HTMLInputElement | undefined;
    if (box) tick(box, event.shiftKey);
    const page = hit(event, "input[data-page]") as HTMLInputElement | undefined;
    if (page) for (const row of rows(page)) row.checked = page.checked;
    if (box || page) refresh(box ?? page!);
    if (hit(event, "[data-select-all]")) whole(hit(event, "[data-select-all]")!, true);
    if (hit(event, "[data-select-none]")) clear(hit(event, "[data-select-none]")!);
  });
}

function rows(inside: Element): HTMLInputElement[] {
  return [...(inside.closest("form")?.querySelectorAll<HTMLInputElement>("input[data-row]") ?? [])];
}

function tick(box: HTMLInputElement, run: boolean): void {
  const all = rows(box);
  const [from, to] = [all.indexOf(last ?? box), all.indexOf(box)].sort((a, b) => a - b);
  if (run && from !== undefined && to !== undefined && from >= 0) {
    for (const row of all.slice(from, to + 1)) row.checked = box.checked;
  }
  last = box;
}

function refresh(inside: Element): void {
  const form = inside.closest("form");
  const bar = form?.querySelector<HTMLElement>(".sk-selection");
  if (!form || !bar) return;
  const all = rows(inside);
  const chosen = all.filter((row) => row.checked);
  for (const row of all) row.closest("tr")?.classList.toggle("on", row.checked);
  const page = form.querySelector<HTMLInputElement>("input[data-page]");
  if (page) {
    page.checked = chosen.length === all.length && all.length > 0;
    page.indeterminate = chosen.length > 0 && !page.checked;
  }
  bar.hidden = chosen.length === 0;
  count(bar, text("selected", { count: chosen.length }));
  const more = bar.querySelector<HTMLElement>("[data-select-all]");
  if (more) more.hidden = !page?.checked || more.dataset["more"] !== "yes";
  whole(bar, false);
}

function count(bar: Element, words: string): void {
  const box = bar.querySelector("[data-count]");
  if (box) box.textContent = words;
}

/** How many records the list has, where that was counted after the page was shown. */
function found(): string {
  return document.querySelector<HTMLElement>("[data-found]")?.dataset["found"] ?? "…";
}

/** The whole result, not just the page: the server repeats the list's query, the browser only says so. */
function whole(inside: Element, on: boolean): void {
  const bar = inside.closest(".sk-selection");
  const field = bar?.querySelector<HTMLInputElement>("input[name=whole]");
  if (!bar || !field) return;
  field.value = on ? "1" : "";
  const more = bar.querySelector<HTMLElement>("[data-select-all]");
  if (on && more) {
    more.hidden = true;
    count(bar, text("selected_all", { count: more.dataset["total"] ?? found() }));
  }
}

function clear(inside: Element): void {
  for (const row of rows(inside)) row.checked = false;
  refresh(inside);
}
