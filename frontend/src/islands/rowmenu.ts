import htmx from "htmx.org";
import { ask, fragment, hit, text } from "./page.ts";

const EDGE = 8;

/** “⋯” in a list's row: what can be done with that record, in a menu that floats above the table. */
export function startRowMenu(): void {
  document.addEventListener("click", (event) => {
    const button = hit(event, "[data-line-menu]");
    if (!button) return;
    event.stopPropagation();
    void open(button);
  }, true);
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (menu instanceof HTMLDetailsElement && menu.matches(".sk-floating") && !menu.open) leave(menu);
  }, true);
}

const openers = new WeakMap<Element, HTMLElement>();

async function open(button: HTMLElement): Promise<void> {
  const title = button.closest("td")?.querySelector<HTMLAnchorElement>("a");
  if (!title) return;
  const answer = await ask("rowmenu", `${title.pathname}/menu`);
  if (!answer) return;
  const menu = document.createElement("details");
  menu.className = "sk-menu sk-floating";
  menu.innerHTML = "<summary hidden></summary><div class='sk-menu-panel'></div>";
  const panel = menu.lastElementChild as HTMLElement;
  panel.replaceChildren(...(answer.ok ? await fragment(answer) : [text("failed", { status: answer.status })]));
  document.querySelectorAll(".sk-floating").forEach((other) => other.remove());
  (document.querySelector("main") ?? document.body).append(menu);
  openers.set(menu, button);
  menu.open = true;
  htmx.process(panel);
  place(panel, button.getBoundingClientRect());
  panel.querySelector<HTMLElement>(".sk-menu-item")?.focus();
}

function place(panel: HTMLElement, at: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = panel;
  const left = Math.max(EDGE, Math.min(at.left, window.innerWidth - width - EDGE));
  const below = at.bottom + height + EDGE <= window.innerHeight;
  panel.style.left = `${left}px`;
  panel.style.top = `${below ? at.bottom : Math.max(EDGE, at.top - height)}px`;
}

/** Back to the row, unless the menu opened a dialog or the reader went elsewhere. */
function leave(menu: Element): void {
  if (menu.contains(document.activeElement) || document.activeElement === document.body) openers.get(menu)?.focus();
  menu.remove();
}
