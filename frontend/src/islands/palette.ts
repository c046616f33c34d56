import { freshness } from "./freshness.ts";
import { ask, byId, debounce, fragment, hit, text } from "./page.ts";
import { openDialog } from "./overlays.ts";

const answers = freshness();

/** Ctrl+K: find any record by name, pinyin or number, go to a page, or start a command – in one box. */
export function startPalette(): void {
  const dialog = byId<HTMLDialogElement>("sk-palette");
  const input = byId<HTMLInputElement>("sk-palette-input");
  const list = byId("sk-palette-list");
  if (!dialog || !input || !list) return;
  const look = debounce(90, () => void load(input, list));
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openDialog("sk-palette");
    }
  });
  input.addEventListener("focus", () => {
    input.select();
    if (!list.childElementCount) look();
  });
  input.addEventListener("input", () => {
    answers.outdate();
    look();
  });
  input.addEventListener("keydown", (event) => keys(event, input, list));
  dialog.addEventListener("close", () => answers.settle(false));
  list.addEventListener("click", (event) => {
    if (hit(event, "[data-open], [data-set]")) dialog.close();
  });
}

async function load(input: HTMLInputElement, list: HTMLElement): Promise<void> {
  const asked = input.value;
  try {
    const answer = await ask("palette", `${list.dataset["address"]}?q=${encodeURIComponent(asked.trim())}`);
    if (!answer) return;
    if (!answer.ok) throw new Error(String(answer.status));
    list.replaceChildren(...(await fragment(answer)));
    select(input, list, 0);
    if (input.value === asked) answers.settle(true);
  } catch {
    list.textContent = text("offline");
    answers.settle(false);
  }
}

const hits = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[role=option]")];

function select(input: HTMLInputElement, list: HTMLElement, wanted: number): void {
  const all = hits(list);
  const index = all.length ? (wanted + all.length) % all.length : -1;
  all.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
  input.setAttribute("aria-activedescendant", all[index]?.id ?? "");
  all[index]?.scrollIntoView({ block: "nearest" });
}

function keys(event: KeyboardEvent, input: HTMLInputElement, list: HTMLElement): void {
  if (event.isComposing) return;
  const at = hits(list).findIndex((option) => option.ariaSelected === "true");
  const { ctrlKey, metaKey } = event;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    select(input, list, at + (event.key === "ArrowDown" ? 1 : -1));
  }
  if (event.key === "Enter") {
    event.preventDefault();
    answers.take(() => {
      const chosen = list.querySelector("[role=option][aria-selected=true]");
      chosen?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey }));
    });
  }
}
