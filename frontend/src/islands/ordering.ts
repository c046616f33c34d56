import htmx from "htmx.org";
import { startDrag } from "./dragging.ts";
import { debounce, hit } from "./page.ts";

const PAUSE_MS = 700;

/** Rows that people put in order, by their handle: dragged, or moved with ↑ ↓ – several steps are kept as one change. */
export function startOrdering(): void {
  startDrag({
    item: "[data-ordered] > tr",
    handle: "[data-handle]",
    zone: "[data-ordered]",
    drop: (row, body, before) => {
      if (row.parentElement !== body || row.nextElementSibling === before) return;
      body.insertBefore(row, before);
      keep(body);
    },
  });
  document.addEventListener("keydown", (event) => {
    const handle = hit(event, "[data-ordered] [data-handle]");
    const row = handle?.closest("tr");
    if (!handle || !row || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    event.stopPropagation();
    const up = event.key === "ArrowUp";
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    const body = row.closest<HTMLElement>("[data-ordered]");
    if (!other || !body) return;
    other[up ? "before" : "after"](row);
    handle.focus();
    keepSoon(body);
  });
}

const keepSoon = debounce(PAUSE_MS, keep);

function keep(body: HTMLElement): void {
  const ids = [...body.querySelectorAll<HTMLElement>("[data-handle]")].map((handle) => handle.dataset["handle"] ?? "");
  void htmx.ajax("post", body.dataset["ordered"] ?? "", { swap: "none", values: { ids: ids.join(",") } });
}
