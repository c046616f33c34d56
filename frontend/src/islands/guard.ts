import htmx from "htmx.org";
import { hit } from "./page.ts";

const started = new WeakMap<HTMLFormElement, string>();
const leaving = new WeakSet<HTMLFormElement>();

/** Has the user typed something into this form that is not sent yet? */
export function isDirty(form: HTMLFormElement): boolean {
  const before = started.get(form);
  return before !== undefined && !leaving.has(form) && (form.dataset["guard"] === "dirty" || serialise(form) !== before);
}

/** Nothing typed is ever lost: forms `data-guard` ask before the page is left; `drafts.ts` keeps what was typed. */
export function startGuard(): void {
  htmx.onLoad((root) => {
    const forms = (root as Element).matches?.("form[data-guard]") ? [root as HTMLFormElement] : [];
    for (const form of [...forms, ...(root as Element).querySelectorAll<HTMLFormElement>("form[data-guard]")]) watch(form);
  });
  document.addEventListener("click", (event) => keepAll(hit(event, "[data-keep-all]")));
  window.addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll<HTMLFormElement>("form[data-guard]")].some(isDirty)) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    if (event.target.dataset["guard"] !== undefined) sent(event.target);
  });
}

/** After a conflict: one's own version of every field, or everywhere the other one. */
function keepAll(button: HTMLElement | undefined): void {
  const chosen = button?.closest("[data-clashes]")?.querySelectorAll<HTMLInputElement>(`input[value="${button.dataset["keepAll"]}"]`) ?? [];
  for (const radio of chosen) radio.checked = true;
}

function watch(form: HTMLFormElement): void {
  if (!started.has(form)) started.set(form, serialise(form));
}

/** All that the form would send, as text to compare. */
export function serialise(form: HTMLFormElement): string {
  const entries = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  return JSON.stringify(entries);
}

/** A form on its way to the server may be left; if nothing comes of it, it is guarded again. */
function sent(form: HTMLFormElement): void {
  leaving.add(form);
  window.setTimeout(() => leaving.delete(form), 3000);
}
