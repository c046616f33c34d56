import htmx from "htmx.org";
import { el } from "./page.ts";

let depth = 0;

/**
 * A form in a drawer of its own above whatever is being filled in, for a record that is missing there. `made` gets the
 * new record's id and title; nothing that was typed below is touched. Drawers may stand on drawers.
 */
export function openMaker(address: string, made: (id: string, title: string) => void): void {
  const from = document.activeElement;
  const pane = el("div", { class: "sk-pane" });
  const dialog = el("dialog", { class: "sk-drawer", "aria-labelledby": `sk-maker-${++depth}` }, pane);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    depth -= 1;
    dialog.remove();
    if (from instanceof HTMLElement) from.focus();
  });
  dialog.addEventListener("sk:made", (event) => {
    const { id, title } = (event as CustomEvent<{ id: number; title: string }>).detail;
    dialog.close();
    made(String(id), title);
  });
  const whole = new URL(address, location.href);
  whole.searchParams.set("level", String(depth));
  void htmx.ajax("get", whole.pathname + whole.search, { target: pane, swap: "innerHTML", source: pane }).then(() => {
    if (!pane.hasChildNodes()) dialog.remove();
  });
}
