import htmx from "htmx.org";
import { debounce, el, hit, icon, text } from "./page.ts";

const DRAFT = "sk-draft:";
const started = new WeakMap<HTMLFormElement, string>();
const leaving = new WeakSet<HTMLFormElement>();

/** Has the user typed something into this form that is not sent yet? */
export function isDirty(form: HTMLFormElement): boolean {
  const before = started.get(form);
  return before !== undefined && !leaving.has(form) && (form.dataset["guard"] === "dirty" || serialise(form) !== before);
}

/**
 * Nothing typed is ever lost: forms `data-guard` ask before the page is left, and forms `data-draft="key"` keep a
 * draft in this tab's storage (gone with the tab: it holds customers' data) which is offered after a crash or reload.
 */
export function startGuard(): void {
  htmx.onLoad((root) => {
    const forms = (root as Element).matches?.("form[data-guard]") ? [root as HTMLFormElement] : [];
    for (const form of [...forms, ...(root as Element).querySelectorAll<HTMLFormElement>("form[data-guard]")]) watch(form);
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll<HTMLFormElement>("form[data-guard]")].some(isDirty)) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    if (event.target.matches("[data-sign-out]")) dropDrafts();
    if (event.target.dataset["guard"] !== undefined) sent(event.target);
  });
  document.addEventListener("input", debounce(400, keep));
  document.addEventListener("click", (event) => {
    if (hit(event, "[data-draft-drop]")) hit(event, ".sk-note")?.remove();
  });
}

function watch(form: HTMLFormElement): void {
  if (started.has(form)) return;
  started.set(form, serialise(form));
  const key = form.dataset["draft"];
  if (!key) return;
  const draft = sessionStorage.getItem(DRAFT + key);
  if (form.dataset["guard"] !== "dirty" && draft && draft !== serialise(form)) offer(form, key, draft);
}

function serialise(form: HTMLFormElement): string {
  const entries = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  return JSON.stringify(entries);
}

function keep(event: Event): void {
  const form = hit(event, "form[data-draft]") as HTMLFormElement | undefined;
  if (form && isDirty(form)) sessionStorage.setItem(DRAFT + form.dataset["draft"], serialise(form));
}

/** The draft goes when the form is sent; a refused form comes back with everything typed in it anyway. */
function sent(form: HTMLFormElement): void {
  leaving.add(form);
  if (form.dataset["draft"]) sessionStorage.removeItem(DRAFT + form.dataset["draft"]);
  window.setTimeout(() => leaving.delete(form), 3000);
}

function dropDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
}

function offer(form: HTMLFormElement, key: string, draft: string): void {
  const take = el("button", { type: "button", class: "btn btn-small btn-ghost" }, text("draft_take"));
  const drop = el("button", { type: "button", class: "btn btn-small btn-plain", "data-draft-drop": "" }, text("draft_drop"));
  const note = el("div", { class: "sk-note", role: "status" }, icon("info-circle"), el("span", {}, text("draft_found")), take, drop);
  take.addEventListener("click", () => {
    fill(form, JSON.parse(draft) as [string, string][]);
    note.remove();
  });
  drop.addEventListener("click", () => sessionStorage.removeItem(DRAFT + key));
  form.prepend(note);
}

function fill(form: HTMLFormElement, entries: [string, string][]): void {
  const values = new Map<string, string[]>();
  for (const [name, value] of entries) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement)) continue;
    if (!field.name || field.name === "csrfmiddlewaretoken" || field.name === "version" || field.type === "file") continue;
    const given = values.get(field.name) ?? [];
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) field.checked = given.includes(field.value);
    else if (field.type !== "hidden" && given[0] !== undefined) field.value = given[0];
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}
