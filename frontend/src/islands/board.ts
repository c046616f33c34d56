import htmx from "htmx.org";
import { startDrag } from "./dragging.ts";
import { tellMove } from "./moves.ts";

const CARD = "[data-board] [data-card]";
const ZONE = "[data-zone]";

/**
 * Boards and calendars: putting a card elsewhere edits one field on the server; refused, it goes back and the server's
 * words say why. The focused card is moved with ← → (between days also ↑ ↓); ↑ ↓ walk along a column's cards.
 */
export function startBoard(): void {
  startDrag({ item: CARD, zone: `[data-board] ${ZONE}`, drop: (card, zone, before) => void move(card, zone, before) });
  document.addEventListener("keydown", (event) => {
    const card = event.target instanceof HTMLElement && event.target.matches(CARD) ? event.target : undefined;
    if (!card || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") return card.querySelector("a")?.click();
    const step = ARROWS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const inDays = card.closest("[data-days]") !== null;
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (sideways || inDays) keyMove(card, sideways ? step : step * 7);
    else walk(card, step);
  });
}

const ARROWS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };

function keyMove(card: HTMLElement, step: number): void {
  const zones = [...(card.closest("[data-board]")?.querySelectorAll<HTMLElement>(ZONE) ?? [])];
  const zone = zones[zones.findIndex((one) => one.contains(card)) + step];
  if (zone) void move(card, zone, zone.firstElementChild);
}

function walk(card: HTMLElement, step: number): void {
  const next = step < 0 ? card.previousElementSibling : card.nextElementSibling;
  next?.querySelector<HTMLElement>("button")?.focus();
  if (next instanceof HTMLElement && next.matches(CARD)) next.focus();
}

async function move(card: HTMLElement, zone: HTMLElement, before: Element | null): Promise<void> {
  const from = card.parentElement;
  const board = card.closest<HTMLElement>("[data-board]");
  if (!from || !board || from === zone || card.dataset["moving"]) return;
  const behind = card.nextElementSibling;
  const focused = document.activeElement === card;
  card.dataset["moving"] = "yes";
  put(card, zone, before, focused);
  const said = await tellMove(`${board.dataset["move"]}/${card.dataset["card"]}/move`, {
    field: board.dataset["board"] ?? "",
    value: zone.dataset["zone"] ?? "",
    was: from.dataset["zone"] ?? "",
    version: card.dataset["version"] ?? "",
  });
  delete card.dataset["moving"];
  if (!said) return put(card, from, behind, document.activeElement === card);
  card.dataset["version"] = String(said.version);
  recount(from, -1);
  recount(zone, 1);
  htmx.trigger(document.body, "sk:moved");
}

function put(card: HTMLElement, zone: HTMLElement, before: Element | null, focused: boolean): void {
  zone.insertBefore(card, before?.parentElement === zone ? before : null);
  if (!focused) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** A column's number follows its cards; “1,000+” stays what it is. */
function recount(zone: HTMLElement, step: number): void {
  const shown = zone.closest("section")?.querySelector("[data-count]");
  const number = Number((shown?.textContent ?? "").replace(/,/g, ""));
  if (shown && Number.isInteger(number)) shown.textContent = (number + step).toLocaleString("en");
}
