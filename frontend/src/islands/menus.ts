import { hit } from "./page.ts";

const OPEN = "details.sk-menu[open]";

/** Menus are <details>: close by Esc or a click outside, one at a time, arrows walk through the items. */
export function startMenus(): void {
  document.addEventListener("click", (event) => {
    const inside = hit(event, "details.sk-menu");
    closeMenus((menu) => menu === inside || (inside !== undefined && menu.contains(inside)));
    if (hit(event, "[data-menu-close]")) inside?.removeAttribute("open");
  });
  document.addEventListener("keydown", (event) => {
    const menu = hit(event, OPEN) ?? document.querySelector<HTMLElement>(OPEN) ?? undefined;
    if (!menu) return;
    if (event.key === "Escape") leave(menu, event);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(menu, event);
  });
  document.addEventListener("toggle", (event) => {
    turn(event.target);
    focusInside(event);
  }, true);
  // What comes late makes a panel larger.
  document.addEventListener("htmx:afterSettle", (event) => turn(hit(event, OPEN)));
}

/** Close every open menu that `keep` does not want to stay. */
export function closeMenus(keep: (menu: Element) => boolean = () => false): void {
  for (const menu of document.querySelectorAll(OPEN)) if (!keep(menu)) menu.removeAttribute("open");
}

function leave(menu: HTMLElement, event: KeyboardEvent): void {
  menu.removeAttribute("open");
  menu.querySelector<HTMLElement>("summary")?.focus();
  event.stopPropagation();
}

function walk(menu: HTMLElement, event: KeyboardEvent): void {
  const items = [...menu.querySelectorAll<HTMLElement>(".sk-menu-item")].filter((item) => item.offsetParent !== null);
  if (!items.length || (event.target instanceof Element && event.target.matches("input, select, textarea"))) return;
  const at = items.indexOf(document.activeElement as HTMLElement);
  const step = event.key === "ArrowDown" ? 1 : -1;
  items[(at + step + items.length) % items.length]?.focus();
  event.preventDefault();
}

/** Where there is no room below, a panel opens upward. */
function turn(menu: EventTarget | null | undefined): void {
  if (!(menu instanceof HTMLElement) || !menu.matches(`${OPEN}:not(.sk-floating)`)) return;
  menu.classList.remove("up");
  const panel = menu.querySelector(":scope > .sk-menu-panel")?.getBoundingClientRect();
  const isCut = panel !== undefined && panel.bottom > window.innerHeight;
  menu.classList.toggle("up", isCut && panel.height < menu.getBoundingClientRect().top);
}

/** A menu that holds a form starts in its first field, so that one can type at once. */
function focusInside(event: Event): void {
  const menu = event.target;
  if (menu instanceof HTMLDetailsElement && menu.open && menu.matches(".sk-menu")) {
    menu.querySelector<HTMLElement>("[data-first], input:not([type=hidden]):not([type=checkbox])")?.focus();
  }
}
