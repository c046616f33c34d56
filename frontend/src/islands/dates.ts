import { el, hit, icon, text } from "./page.ts";
import { toast } from "./toasts.ts";

const NATIVE = "input[type=date], input[type=datetime-local]";
const MORNING = "09:00";
// A year has four digits; written without separators, a day has eight.
const [YEAR, DAY] = [4, 8];

/**
 * Days are typed as 2026-11-22 and times as 18:30, in every browser and language, with a calendar beside the input.
 * The server sends the browser's own inputs, which follow the browser's language instead of the person's; here they become text.
 * Alt+↓ opens the calendar; also 20261122, 2026/11/22 and 11-22 are understood.
 * Under a finger they stay the browser's own: its wheel or calendar is better than any keyboard on a screen.
 */
export function startDates(): void {
  dressDates(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof HTMLElement) dressDates(event.target);
  });
  document.addEventListener("click", (event) => {
    const button = hit(event, "[data-calendar]");
    if (button && !button.getAttribute("aria-controls")) void open(button);
  });
  document.addEventListener("keydown", (event) => {
    const box = hit(event, ".sk-date");
    if (!box || event.key !== "ArrowDown" || !event.altKey || box.closest("[data-rows]")) return;
    event.preventDefault();
    box.querySelector<HTMLElement>("[data-calendar]")?.click();
  });
  // Ahead of everyone else who reads what was typed.
  document.addEventListener("change", (event) => {
    const input = hit(event, "input[data-moment]");
    if (input instanceof HTMLInputElement) input.value = understood(input.value, hasTime(input)) ?? input.value;
  }, true);
}

/** Turn the browser's date inputs within into text with a calendar; rows kept in templates too. */
export function dressDates(within: ParentNode): void {
  if (matchMedia("(pointer: coarse)").matches) return;
  for (const input of within.querySelectorAll<HTMLInputElement>(NATIVE)) dress(input);
  for (const template of within.querySelectorAll("template")) dressDates(template.content);
}

function dress(input: HTMLInputElement): void {
  const time = input.type !== "date";
  const [sent, present, isFocused] = [input.defaultValue, input.value, document.activeElement === input];
  input.dataset["moment"] = time ? "time" : "day";
  input.type = "text";
  input.defaultValue = understood(sent, time) ?? sent;
  if (present !== sent) input.value = understood(present, time) ?? present;
  input.placeholder = text(time ? "moment_form" : "day_form");
  const button = el("button", { type: "button", class: "sk-icon-button", "data-calendar": "", "aria-label": text("calendar"), title: text("calendar"), tabindex: "-1" }, icon("calendar"));
  const box = el("span", { class: "sk-date" });
  input.replaceWith(box);
  box.append(input, button);
  if (isFocused) input.focus();
}

function hasTime(input: HTMLInputElement): boolean {
  return input.dataset["moment"] === "time";
}

/** What was typed, as it is stored: 2026-11-22, or 2026-11-22 18:30; undefined when it is no day. */
function understood(typed: string, time: boolean): string | undefined {
  const digits = typed.match(/\d+/g) ?? [];
  const first = digits[0] ?? "";
  const rest = digits.slice(1);
  const parts = first.length === DAY ? [first.slice(0, 4), first.slice(4, 6), first.slice(6), ...rest] : first.length === YEAR ? digits : [String(new Date().getFullYear()), ...digits];
  const [year = 0, month = 0, day = 0, hour = 9, minute = 0] = parts.map(Number);
  const found = new Date(year, month - 1, day, hour, minute);
  if (parts.length < 3 || found.getMonth() !== month - 1 || found.getDate() !== day || found.getHours() !== hour || found.getMinutes() !== minute) return undefined;
  return time ? `${isoDay(found)} ${two(hour)}:${two(minute)}` : isoDay(found);
}

function isoDay(day: Date): string {
  return `${String(day.getFullYear()).padStart(YEAR, "0")}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

// ---- the calendar ------------------------------------------------------------------------------------------------

interface Calendar extends HTMLElement {
  value: string;
  focusedDate: string | undefined;
  updated: Promise<void>;
}

let serial = 0;

/** Make the calendar at its first use; from then on the browser opens and closes it. */
async function open(button: HTMLElement): Promise<void> {
  const input = button.parentElement?.querySelector<HTMLInputElement>("input[data-moment]");
  if (!input || !(button instanceof HTMLButtonElement)) return;
  const id = `sk-calendar-${++serial}`;
  button.setAttribute("aria-controls", id);
  try {
    await import("cally");
  } catch {
    button.removeAttribute("aria-controls");
    return toast({ text: text("offline"), tone: "bad" });
  }
  const panel = el("div", { class: "sk-date-panel", id, popover: "auto", role: "dialog", "aria-label": text("calendar") });
  const calendar = month();
  const times = hasTime(input) ? [timeOf(input, calendar)] : [];
  panel.append(calendar, el("div", { class: "sk-date-foot" }, ...times, ...shortcuts(input, panel)));
  button.after(panel);
  button.popoverTargetElement = panel;
  listen(panel, calendar, input);
  panel.showPopover();
}

function month(): Calendar {
  const attributes = { "first-day-of-week": "1", locale: document.documentElement.lang, "show-outside-days": "" };
  const step = (slot: string, key: string, name: string): HTMLElement => el("span", { slot }, icon(name), el("span", { class: "sk-hidden-text" }, text(key)));
  const made = document.createElement("calendar-date") as Calendar;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(step("previous", "month_before", "chevron-left"), heading(), step("next", "month_after", "chevron-right"), document.createElement("calendar-month"));
  return made;
}

/** Year and month as drop-downs, in the order of the language: a birthday is years away. */
function heading(): HTMLElement {
  const select = (name: string): HTMLElement => {
    const made = document.createElement(`calendar-select-${name}`);
    if (name === "year") made.setAttribute("max-years", "120");
    made.append(el("span", { slot: "label", class: "sk-hidden-text" }, text(name)));
    return made;
  };
  const names = document.documentElement.lang.startsWith("zh") ? ["year", "month"] : ["month", "year"];
  return el("span", { slot: "heading", class: "sk-date-heading" }, ...names.map(select));
}

function listen(panel: HTMLElement, calendar: Calendar, input: HTMLInputElement): void {
  // What is chosen here is told once, by the input itself.
  for (const name of ["input", "change"]) panel.addEventListener(name, (event) => event.stopPropagation());
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    panel.hidePopover();
  });
  calendar.addEventListener("change", () => {
    put(input, calendar.value, timePart(panel));
    if (!hasTime(input)) panel.hidePopover();
  });
  panel.addEventListener("toggle", (event) => {
    // Who clicked elsewhere goes on there.
    if ((event as ToggleEvent).newState !== "open") return document.activeElement === document.body || input.parentElement?.contains(document.activeElement) ? input.focus() : undefined;
    const [day = "", time = MORNING] = (understood(input.value, hasTime(input)) ?? "").split(" ");
    calendar.value = day;
    calendar.focusedDate = day || isoDay(new Date());
    const clock = panel.querySelector<HTMLInputElement>("[data-clock]");
    if (clock) clock.value = time;
    settle(panel, input);
    void drawn(calendar).then(() => calendar.focus());
  });
}

/** The month of the day is drawn a moment after it is told. */
async function drawn(calendar: Calendar): Promise<void> {
  await calendar.updated;
  await calendar.querySelector<Calendar>("calendar-month")?.updated;
}

/** Below the input, or above where there is no room; within the window. */
function settle(panel: HTMLElement, input: HTMLInputElement): void {
  const [at, own] = [input.getBoundingClientRect(), panel.getBoundingClientRect()];
  const below = at.bottom + 4;
  const top = below + own.height > window.innerHeight ? at.top - own.height - 4 : below;
  panel.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - own.width - 8))}px`;
  panel.style.top = `${Math.max(8, Math.min(top, window.innerHeight - own.height - 8))}px`;
}

function put(input: HTMLInputElement, day: string, time: string): void {
  input.value = day && hasTime(input) ? `${day} ${time}` : day;
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
}

function timePart(panel: HTMLElement): string {
  const typed = panel.querySelector<HTMLInputElement>("[data-clock]")?.value ?? MORNING;
  return understood(`2000-01-01 ${typed}`, true)?.slice(-5) ?? MORNING;
}

function timeOf(input: HTMLInputElement, calendar: Calendar): HTMLElement {
  const clock = el("input", { class: "form-control", "data-clock": "", inputmode: "numeric", maxlength: "5", autocomplete: "off", "aria-label": text("clock") });
  clock.addEventListener("change", () => {
    const panel = clock.closest<HTMLElement>(".sk-date-panel");
    if (!panel) return;
    clock.value = timePart(panel);
    put(input, calendar.value || isoDay(new Date()), clock.value);
  });
  clock.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    clock.blur();
    clock.closest<HTMLElement>(".sk-date-panel")?.hidePopover();
  });
  return clock;
}

function shortcuts(input: HTMLInputElement, panel: HTMLElement): HTMLElement[] {
  const offer = (key: string, action: () => void): HTMLElement => {
    const button = el("button", { type: "button", class: "btn btn-plain btn-small" }, text(key));
    button.addEventListener("click", () => {
      action();
      panel.hidePopover();
    });
    return button;
  };
  const now = new Date();
  const today = offer("today", () => put(input, isoDay(now), hasTime(input) ? timePart(panel) : ""));
  const clear = offer("clear", () => put(input, "", ""));
  return [today, ...(input.required ? [] : [clear]), ...(hasTime(input) ? [offer("done", () => undefined)] : [])];
}
