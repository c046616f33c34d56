import htmx from "htmx.org";
import { el, hit } from "./page.ts";

interface Emptied {
  record: string;
  fields: string[];
}

const before = new WeakMap<HTMLElement, string>();

/**
 * Edit in place: a click on `[data-edit="address"]` (or Enter on its button, or a double click in a table cell)
 * fetches the input. Enter saves, Esc restores, Ctrl+Enter saves long texts, choosing from a list saves at once.
 */
export function startInline(): void {
  document.addEventListener("click", (event) => {
    const cancel = hit(event, "[data-cancel]");
    if (cancel) return restore(cancel);
    if (hit(event, "[data-reload]")) return location.reload();
    const place = hit(event, "[data-edit]");
    if (place && !place.matches("td") && !hit(event, "a, input, select, textarea, form, .sk-picker")) openEditor(place);
  });
  document.addEventListener("dblclick", (event) => {
    const place = hit(event, "td[data-edit]");
    if (place && !hit(event, "form[data-inline]")) openEditor(place);
  });
  document.addEventListener("keydown", (event) => {
    const form = hit(event, "form[data-inline]") as HTMLFormElement | undefined;
    if (!form || event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") restore(form);
    const isLong = event.target instanceof HTMLTextAreaElement;
    if (event.key === "Enter" && isLong && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  document.addEventListener("change", (event) => {
    const field = hit(event, "form[data-inline] select:not([multiple]), form[data-inline] .sk-picker:not([data-multiple])");
    if (field) field.closest("form")?.requestSubmit();
  });
  document.body.addEventListener("sk:emptied", (event) => empty((event as CustomEvent<Emptied>).detail));
  document.body.addEventListener("htmx:oobBeforeSwap", keepTyping);
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const place = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-edit]") : null;
    if (place) afterSwap(place);
  });
}

/** What is being typed in its place stays when the record's values are drawn anew around it. */
function keepTyping(event: Event): void {
  const { detail } = event as CustomEvent<{ target: HTMLElement; shouldSwap: boolean }>;
  if (detail.target.querySelector("form[data-inline]")) detail.shouldSwap = false;
}

/** Fields of a record lost their value together with the change of another: their places show so. */
function empty({ record, fields }: Emptied): void {
  for (const name of fields) {
    const address = `${record}/field/${name}`;
    for (const place of document.querySelectorAll<HTMLElement>(`[data-edit="${address}"], [data-edit="${address}?in=cell"]`)) {
      place.replaceChildren(el("span", { class: "dim" }, "—"), ...place.querySelectorAll(".sk-edit-button"));
    }
  }
}

/** Fetch the input of a place that can be edited. */
export function openEditor(place: HTMLElement): void {
  if (place.querySelector("form")) return;
  before.set(place, place.innerHTML);
  place.classList.add("busy");
  void htmx.ajax("get", place.dataset["edit"] ?? "", { target: place, swap: "innerHTML", source: place }).finally(() => place.classList.remove("busy"));
}

function afterSwap(place: HTMLElement): void {
  const form = place.querySelector("form");
  place.classList.toggle("editing", form !== null);
  if (form) {
    const field = form.querySelector<HTMLElement>(".is-invalid, input:not([type=hidden]), select, textarea, button");
    field?.focus();
    if (field instanceof HTMLInputElement && ["text", "tel", "email", "url", "number"].includes(field.type)) field.select();
  } else {
    place.classList.remove("saved");
    void place.offsetWidth; // restarts the animation when the same place is saved twice
    place.classList.add("saved");
    refocus(place);
  }
}

/** Back to where the keyboard was: the place's button, or the table cell itself. */
function refocus(place: HTMLElement): void {
  const button = place.querySelector<HTMLElement>(".sk-edit-button");
  if (!button && place.matches("td")) place.tabIndex = -1;
  (button ?? place).focus();
}

function restore(inside: HTMLElement): void {
  const place = inside.closest<HTMLElement>("[data-edit]");
  const html = place && before.get(place);
  if (!place || html === undefined || html === null) return;
  place.innerHTML = html; // the very markup that the server sent and that stood here a moment ago
  place.classList.remove("editing");
  htmx.process(place);
  refocus(place);
}
