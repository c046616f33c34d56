import htmx from "htmx.org";
import { isDirty, serialise } from "./guard.ts";
import { chosenIn, setChosen } from "./picker.ts";
import { debounce, el, hit, icon, text } from "./page.ts";

/** What was typed into a form: its entries, and by name what its choosers hold – ids with their texts. */
interface Draft {
  at: number;
  entries: [string, string][];
  chosen: Record<string, [string, string][]>;
}

const DAYS = 14;
const MOST = 30;
// Where the form started from: a restored draft is compared with that, so that what others changed since is noticed.
const STARTS = new Set(["_was", "version"]);

const prefix = (): string => `sk-draft:${document.body.dataset["user"] ?? ""}:`;

/**
 * What is typed into `form[data-draft="key"]` is kept in this browser, under the id of who typed it, until the server
 * says that it is stored (the cookie `sk_saved`). It outlives a closed tab, a sign-out and a failing server; the form
 * offers it when it is opened again. Passwords and files are never kept, and nothing longer than two weeks.
 */
export function startDrafts(): void {
  if (!document.body.dataset["user"]) return;
  forget();
  finish();
  htmx.onLoad((root) => {
    const forms = (root as Element).matches?.("form[data-draft]") ? [root as HTMLFormElement] : [];
    for (const form of [...forms, ...(root as Element).querySelectorAll<HTMLFormElement>("form[data-draft]")]) open(form);
  });
  document.addEventListener("input", debounce(400, (event) => keep(hit(event, "form[data-draft]"))));
  document.addEventListener("submit", (event) => keep(hit(event, "form[data-draft]")), true); // ahead of the guard
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") document.querySelectorAll<HTMLFormElement>("form[data-draft]").forEach(keep);
  });
  document.addEventListener("htmx:afterRequest", finish);
}

function keep(form: Element | undefined): void {
  if (!(form instanceof HTMLFormElement) || !isDirty(form)) return;
  const secret = new Set([...form.querySelectorAll<HTMLInputElement>("input[type=password]")].map((field) => field.name));
  const entries = (JSON.parse(serialise(form)) as [string, string][]).filter(([name]) => !secret.has(name));
  const draft: Draft = { at: Date.now(), entries, chosen: {} };
  for (const picker of form.querySelectorAll<HTMLElement>(".sk-picker")) draft.chosen[picker.dataset["name"] ?? ""] = chosenIn(picker);
  try {
    localStorage.setItem(prefix() + form.dataset["draft"], JSON.stringify(draft));
  } catch {
    // The browser's storage is full or closed: the form itself still guards what was typed.
  }
}

function open(form: HTMLFormElement): void {
  const key = prefix() + form.dataset["draft"];
  const kept = localStorage.getItem(key);
  // A form that came back refused has everything in it already.
  if (!kept || form.dataset["guard"] === "dirty") return;
  const draft = JSON.parse(kept) as Draft;
  if (JSON.stringify(draft.entries) !== serialise(form)) offer(form, key, draft);
}

function offer(form: HTMLFormElement, key: string, draft: Draft): void {
  const take = el("button", { type: "button", class: "btn btn-small btn-ghost" }, text("draft_take"));
  const drop = el("button", { type: "button", class: "btn btn-small btn-plain" }, text("draft_drop"));
  const at = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  const words = el("span", {}, text("draft_found", { at }));
  const note = el("div", { class: "sk-note sk-draft", role: "status" }, icon("info-circle"), words, take, drop);
  take.addEventListener("click", () => {
    fill(form, draft);
    note.remove();
  });
  drop.addEventListener("click", () => {
    localStorage.removeItem(key);
    note.remove();
  });
  (form.querySelector(".sk-pane-body") ?? form).prepend(note);
}

function fill(form: HTMLFormElement, draft: Draft): void {
  form.dispatchEvent(new CustomEvent("sk:refill", { bubbles: true, detail: draft.entries }));
  const values = new Map<string, string[]>();
  for (const [name, value] of draft.entries) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement)) continue;
    const given = values.get(field.name);
    if (!given || ["file", "password"].includes(field.type) || (field.type === "hidden" && !STARTS.has(field.name))) continue;
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) field.checked = given.includes(field.value);
    else field.value = given[0] ?? "";
  }
  for (const picker of form.querySelectorAll<HTMLElement>(".sk-picker")) setChosen(picker, draft.chosen[picker.dataset["name"] ?? ""] ?? []);
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The server stored what was sent from a form: its draft is done. */
function finish(): void {
  const saved = document.cookie.split("; ").find((one) => one.startsWith("sk_saved="));
  if (!saved) return;
  localStorage.removeItem(prefix() + decodeURIComponent(saved.slice("sk_saved=".length)));
  document.cookie = "sk_saved=; Path=/; Max-Age=0; SameSite=Lax";
}

/** Old drafts go, and the oldest of very many – those of everybody who uses this browser. */
function forget(): void {
  const found = Object.keys(localStorage).filter((key) => key.startsWith("sk-draft:"));
  const aged = found.map((key) => ({ key, at: (JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Draft>).at ?? 0 })).sort((a, b) => b.at - a.at);
  const oldest = Date.now() - DAYS * 86_400_000;
  aged.forEach(({ key, at }, index) => (at < oldest || index >= MOST) && localStorage.removeItem(key));
}
