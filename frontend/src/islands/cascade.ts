import { ask, el, icon, text } from "./page.ts";

interface Part {
  id: number;
  text: string;
  name: string;
  more: boolean;
}

interface Level {
  above: Pick<Part, "id" | "text" | "name"> | null;
  chosen: number | null;
  choices: Part[];
}

/** The levels below a chooser's input; `key` says whether a pressed key was meant for them. */
export interface Cascade {
  show(at: string): Promise<void>;
  hide(): void;
  key(event: KeyboardEvent): boolean;
}

/**
 * Choose level by level – province, city, district – beside typing a name: `data-levels="address"` on a chooser.
 * Each level opens with “all of” what it lies in. ↑ ↓ walk, → opens, ← goes back, Enter chooses; on a phone one level at a time.
 */
export function startCascade(picker: HTMLElement, input: HTMLInputElement, choose: (id: string, label: string) => void): Cascade {
  const panel = el("div", { class: "sk-cascade" });
  panel.hidden = true;
  picker.append(panel);

  async function show(at: string): Promise<void> {
    const address = new URL(picker.dataset["levels"] ?? "", location.href);
    address.searchParams.set("at", at);
    const typed = input.value;
    const answer = await ask("picker", address).catch(() => undefined);
    if (!answer?.ok || input.value !== typed || document.activeElement !== input) return;
    const { levels } = (await answer.json()) as { levels: Level[] };
    panel.replaceChildren(...levels.map((level, index) => column(input.id, level, index)));
    panel.hidden = false;
    settle();
    input.setAttribute("aria-expanded", "true");
    // The last level has just been opened; what is chosen already is where the keyboard goes on.
    light(panel.querySelector<HTMLElement>(".sk-cascade-level:last-child .chosen") ?? panel.querySelector<HTMLElement>(".sk-cascade-level:last-child [data-id]"));
  }

  function hide(): void {
    panel.hidden = true;
  }

  /** Where there is no room to the right of the input's left edge, or below it, the levels open to the other side. */
  function settle(): void {
    panel.classList.remove("end", "up");
    const box = panel.getBoundingClientRect();
    panel.classList.toggle("end", box.right > document.documentElement.clientWidth);
    panel.classList.toggle("up", box.bottom > window.innerHeight && input.getBoundingClientRect().top > box.height);
  }

  function light(row: HTMLElement | null | undefined): void {
    if (!row) return;
    for (const other of panel.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
    row.setAttribute("aria-selected", "true");
    for (const shown of panel.querySelectorAll<HTMLElement>(".chosen, [aria-selected=true]")) reveal(shown);
    input.setAttribute("aria-controls", row.parentElement?.id ?? "");
    input.setAttribute("aria-activedescendant", row.id);
  }

  function take(row: HTMLElement, whole: boolean): void {
    const id = row.dataset["id"] ?? "";
    if (row.dataset["more"] !== undefined && !whole) void show(id);
    else choose(id, row.dataset["text"] ?? "");
  }

  function key(event: KeyboardEvent): boolean {
    if (panel.hidden) return false;
    const row = panel.querySelector<HTMLElement>("[aria-selected=true]");
    const rows = [...(row?.parentElement?.querySelectorAll<HTMLElement>("[data-id]") ?? [])];
    const at = row ? rows.indexOf(row) : 0;
    if (event.key === "ArrowDown") light(rows[(at + 1) % rows.length]);
    else if (event.key === "ArrowUp") light(rows[(at - 1 + rows.length) % rows.length]);
    else if (event.key === "ArrowRight" && row?.dataset["more"] !== undefined) take(row, false);
    else if (event.key === "ArrowLeft" && row) back(row);
    else if (event.key === "Enter" && row) take(row, true);
    else return false;
    return true;
  }

  function back(row: HTMLElement): void {
    const level = row.closest(".sk-cascade-level");
    const before = level?.previousElementSibling;
    if (!before) return;
    const chosen = before.querySelector<HTMLElement>(".chosen");
    level.remove();
    light(chosen ?? before.querySelector<HTMLElement>("[data-id]"));
  }

  // The input keeps the focus, so that typing goes on at any moment.
  panel.addEventListener("mousedown", (event) => event.preventDefault());
  panel.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest<HTMLElement>("[data-id]");
    const level = target?.closest<HTMLElement>("[data-back]")?.closest(".sk-cascade-level");
    if (row) take(row, false);
    else if (level) back(level.querySelector<HTMLElement>("[data-id]") ?? panel);
  });
  return { show, hide, key };
}

/** Scroll a level, and nothing around it, so far that the row is seen. */
function reveal(row: HTMLElement): void {
  const list = row.parentElement;
  if (!list) return;
  const [box, around] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
  if (box.top < around.top) list.scrollTop -= around.top - box.top + box.height;
  if (box.bottom > around.bottom) list.scrollTop += box.bottom - around.bottom + box.height;
}

function column(prefix: string, level: Level, index: number): HTMLElement {
  const label = level.above?.text ?? text("region");
  const list = el("ul", { role: "listbox", id: `${prefix}-level-${index}`, "aria-label": label });
  if (level.above) list.append(option(list.id, { ...level.above, name: text("all_of", { name: level.above.name }), more: false }, "all", false));
  list.append(...level.choices.map((part) => option(list.id, part, String(part.id), part.id === level.chosen)));
  const head = level.above ? [el("button", { type: "button", class: "btn-plain", "data-back": "", tabindex: "-1" }, icon("chevron-left"), level.above.text)] : [];
  return el("div", { class: "sk-cascade-level" }, ...head, list);
}

function option(prefix: string, part: Part, key: string, chosen: boolean): HTMLElement {
  const row = el("li", { role: "option", id: `${prefix}-${key}`, "data-id": String(part.id), "data-text": part.text, "aria-selected": "false" }, el("span", {}, part.name));
  if (part.more) row.append(icon("chevron-right"));
  if (part.more) row.dataset["more"] = "";
  row.classList.toggle("chosen", chosen);
  return row;
}
