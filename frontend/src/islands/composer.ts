import { freshness } from "./freshness.ts";
import { ask, debounce, el, hit, text } from "./page.ts";

interface Person {
  id: number | string;
  text: string;
  hint?: string;
}

/** What stands between the last `@` and the caret: letters of a name, no blank. */
const CALL = /@([^\s@]{0,30})$/u;

let serial = 0;
const answers = freshness();

/**
 * The box for comments (`form[data-composer]`): Ctrl+Enter sends, the text area grows, and `@` offers colleagues by
 * name or pinyin. Whom the text calls goes along as hidden `calls`.
 */
export function startComposer(): void {
  const search = debounce(120, (area: HTMLTextAreaElement) => void offer(area));
  document.addEventListener("input", (event) => {
    const area = hit(event, "[data-composer] textarea") as HTMLTextAreaElement | undefined;
    if (!area) return;
    grow(area);
    answers.outdate();
    if (CALL.test(before(area))) search(area);
    else close(area);
  });
  document.addEventListener("keydown", (event) => {
    const area = hit(event, "[data-composer] textarea") as HTMLTextAreaElement | undefined;
    if (area && !event.isComposing) keys(event, area);
  });
  document.addEventListener("mousedown", (event) => {
    const row = hit(event, ".sk-calls [data-id]");
    const area = row?.closest("form")?.querySelector("textarea");
    if (!row || !area) return;
    event.preventDefault();
    call(area, row);
  });
  document.addEventListener("focusout", (event) => {
    const area = hit(event, "[data-composer] textarea") as HTMLTextAreaElement | undefined;
    if (area) window.setTimeout(() => document.activeElement !== area && close(area), 150);
  });
  document.addEventListener("click", (event) => {
    if (hit(event, "[data-composer-cancel]")) document.body.dispatchEvent(new Event("sk:changed"));
  });
}

const before = (area: HTMLTextAreaElement): string => area.value.slice(0, area.selectionStart);

function grow(area: HTMLTextAreaElement): void {
  area.rows = Math.min(12, Math.max(area.value.split("\n").length, area.value ? 2 : 1));
}

function listOf(area: HTMLTextAreaElement): HTMLElement | null {
  return area.form?.querySelector<HTMLElement>(".sk-calls") ?? null;
}

async function offer(area: HTMLTextAreaElement): Promise<void> {
  const asked = CALL.exec(before(area))?.[1];
  if (asked === undefined || !area.form) return;
  const address = new URL(area.form.dataset["people"] ?? "", location.href);
  address.searchParams.set("q", asked);
  const answer = await ask("people", address).catch(() => undefined);
  if (CALL.exec(before(area))?.[1] !== asked) return;
  if (!answer?.ok || document.activeElement !== area) return answers.settle(false);
  const { choices } = (await answer.json()) as { choices: Person[] };
  show(area, choices.slice(0, 8));
  answers.settle(true);
}

function show(area: HTMLTextAreaElement, people: Person[]): void {
  const list = listOf(area) ?? el("ul", { class: "sk-picker-list sk-calls", role: "listbox", id: `sk-calls-${++serial}`, "aria-label": text("people") });
  if (!people.length) return close(area);
  list.replaceChildren(
    ...people.map((person, index) => {
      const row = el("li", { role: "option", id: `${list.id}-${index}`, "data-id": String(person.id), "data-text": person.text }, person.text);
      if (person.hint) row.append(el("small", {}, person.hint));
      row.setAttribute("aria-selected", String(index === 0));
      return row;
    }),
  );
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  announce(area, list);
}

function announce(area: HTMLTextAreaElement, list: HTMLElement): void {
  const row = list.querySelector<HTMLElement>("[aria-selected=true]");
  row?.scrollIntoView({ block: "nearest" });
  if (row) area.setAttribute("aria-activedescendant", row.id);
}

function close(area: HTMLTextAreaElement): void {
  listOf(area)?.remove();
  answers.settle(false);
  area.removeAttribute("aria-activedescendant");
  area.removeAttribute("aria-controls");
}

function keys(event: KeyboardEvent, area: HTMLTextAreaElement): void {
  const list = listOf(area);
  const rows = [...(list?.querySelectorAll<HTMLElement>("[data-id]") ?? [])];
  const at = rows.findIndex((row) => row.ariaSelected === "true");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form?.requestSubmit();
  else if (!list) {
    if (event.key === "Escape") area.form?.querySelector<HTMLElement>("[data-composer-cancel]")?.click();
    return;
  } else if (event.key === "Escape") close(area);
  else if ((event.key === "Enter" || event.key === "Tab") && rows[at]) answers.take(() => callChosen(area));
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = (at + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === next)));
    announce(area, list);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function callChosen(area: HTMLTextAreaElement): void {
  const row = listOf(area)?.querySelector<HTMLElement>("[aria-selected=true]");
  if (row) call(area, row);
}

function call(area: HTMLTextAreaElement, row: HTMLElement): void {
  const id = row.dataset["id"] ?? "";
  const start = before(area).lastIndexOf("@");
  area.setRangeText(`@${row.dataset["text"] ?? ""} `, start, area.selectionStart, "end");
  const known = [...(area.form?.querySelectorAll<HTMLInputElement>("input[name=calls]") ?? [])];
  if (!known.some((field) => field.value === id)) area.form?.append(el("input", { type: "hidden", name: "calls", value: id }));
  close(area);
  area.focus();
}
