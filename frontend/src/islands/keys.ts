import { isTyping } from "./page.ts";
import { openDialog } from "./overlays.ts";

/** Single-key commands; they can be switched off in the help sheet (WCAG 2.1.4) and never act while one types. */
const COMMANDS: Record<string, () => void> = {
  "?": () => openDialog("sk-help"),
  "/": () => document.querySelector<HTMLElement>("[data-key-find]")?.focus(),
  n: () => press("[data-key-new]"),
  e: () => press("[data-key-edit]"),
  c: () => press("[data-key-offer]"),
  "[": () => goTo("[data-key-previous]"),
  "]": () => goTo("[data-key-next]"),
  j: () => walk(1),
  k: () => walk(-1),
  x: () => press("tr:focus-within input[data-row]"),
};

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping()) return;
    if (document.documentElement.dataset["keys"] === "off" || document.querySelector("dialog[open]")) return;
    const command = COMMANDS[event.key];
    if (!command) return;
    event.preventDefault();
    command();
  });
}

function press(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.click();
}

/** To a neighbour of the record; where the neighbours are still being looked for, as soon as they are known. */
function goTo(selector: string): void {
  if (document.querySelector("[data-neighbours-coming]")) {
    document.body.addEventListener("htmx:afterSettle", () => goTo(selector), { once: true });
  } else {
    press(selector);
  }
}

/** Walk from row to row of the list by its title links. */
function walk(step: number): void {
  const titles = [...document.querySelectorAll<HTMLElement>(".sk-table .sk-title")];
  const row = document.activeElement?.closest("tr");
  const at = titles.findIndex((title) => title.closest("tr") === row && row !== null);
  titles[Math.min(Math.max(at + step, 0), titles.length - 1)]?.focus();
}
