import { hit } from "./page.ts";

/** What can be dragged, onto what, and what happens then; `before` is the sibling that it was dropped ahead of, `y` the height. */
export interface Drag {
  item: string;
  handle?: string;
  zone: string;
  drop: (item: HTMLElement, zone: HTMLElement, before: Element | null, y: number) => void;
}

const HOLD_MS = 300;
const SLACK = 6;

/** Drag with mouse, pen or finger alike: a finger first rests on the item, so that a swipe still scrolls. */
export function startDrag(drag: Drag): void {
  document.addEventListener("pointerdown", (event) => {
    const grip = hit(event, drag.handle ?? drag.item);
    const item = grip?.closest<HTMLElement>(drag.item);
    if (!item || event.button !== 0 || hit(event, "button:not([data-handle]), input, summary")) return;
    pick(drag, item, event, drag.handle !== undefined);
  });
}

function pick(drag: Drag, item: HTMLElement, start: PointerEvent, atOnce: boolean): void {
  let ghost: HTMLElement | undefined;
  const held = start.pointerType === "touch" && !atOnce ? window.setTimeout(lift, HOLD_MS) : 0;

  function lift(): void {
    const box = item.getBoundingClientRect();
    ghost = item.cloneNode(true) as HTMLElement;
    ghost.removeAttribute("id");
    ghost.classList.add("sk-ghost");
    ghost.setAttribute("aria-hidden", "true");
    Object.assign(ghost.style, { width: `${box.width}px`, left: `${box.left}px`, top: `${box.top}px` });
    document.body.append(ghost);
    item.classList.add("lifted");
  }
  function move(event: PointerEvent): void {
    const way = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY);
    if (!ghost && way > SLACK) {
      if (held) return end(); // a swipe: the page scrolls
      lift();
    }
    if (!ghost) return;
    ghost.style.transform = `translate(${event.clientX - start.clientX}px, ${event.clientY - start.clientY}px)`;
    mark(zoneAt(drag, event));
    scroll(event);
  }
  function release(event: PointerEvent): void {
    const zone = ghost ? zoneAt(drag, event) : undefined;
    const dragged = ghost !== undefined;
    end();
    if (dragged) suppressClick();
    if (zone) drag.drop(item, zone, zone.contains(item) || atOnce ? below(drag, zone, item, event.clientY) : zone.firstElementChild, event.clientY);
  }
  const still = (event: Event): void => {
    if (ghost) event.preventDefault();
  };
  const escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape") end();
  };
  function end(): void {
    window.clearTimeout(held);
    ghost?.remove();
    item.classList.remove("lifted");
    mark(undefined);
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", release);
    document.removeEventListener("pointercancel", end);
    document.removeEventListener("touchmove", still);
    document.removeEventListener("keydown", escape);
    document.removeEventListener("selectstart", still);
  }
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", release);
  document.addEventListener("pointercancel", end);
  document.addEventListener("touchmove", still, { passive: false });
  document.addEventListener("keydown", escape);
  document.addEventListener("selectstart", still);
}

/** The place under the pointer; all of a column or day counts, not only its list. */
function zoneAt(drag: Drag, event: PointerEvent): HTMLElement | undefined {
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const zone = under?.closest<HTMLElement>(drag.zone) ?? under?.closest("section")?.querySelector<HTMLElement>(drag.zone);
  return zone ?? undefined;
}

function below(drag: Drag, zone: HTMLElement, item: HTMLElement, y: number): Element | null {
  const others = [...zone.querySelectorAll<HTMLElement>(drag.item)].filter((other) => other !== item);
  return others.find((other) => { const box = other.getBoundingClientRect(); return y < box.top + box.height / 2; }) ?? null;
}

function mark(zone: HTMLElement | undefined): void {
  for (const old of document.querySelectorAll(".sk-target")) if (old !== zone) old.classList.remove("sk-target");
  zone?.classList.add("sk-target");
}

/** Near an edge of what scrolls – a wide board, the page – it scrolls along. */
function scroll(event: PointerEvent): void {
  const board = document.querySelector(".sk-board");
  if (board) board.scrollLeft += edge(event.clientX, window.innerWidth);
  window.scrollBy(0, edge(event.clientY, window.innerHeight));
}

function edge(at: number, size: number): number {
  return at < 40 ? -14 : at > size - 40 ? 14 : 0;
}

/** The click that follows a drag would open the record. */
function suppressClick(): void {
  const stop = (event: Event): void => { event.preventDefault(); event.stopPropagation(); };
  document.addEventListener("click", stop, { capture: true, once: true });
  window.setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 0);
}
