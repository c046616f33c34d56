import { startCascade, type Cascade } from "./cascade.ts";
import { freshness, type Freshness } from "./freshness.ts";
import { openMaker } from "./maker.ts";
import { ask, debounce, el, hit, icon, text } from "./page.ts";

interface Choice {
  id: number | string;
  text: string;
  hint?: string;
}

/** Where a record that is missing can be made, and what that is called. */
interface Maker {
  text: string;
  address: string;
}

const OPTION = "[data-id], [data-make]";
let serial = 0;
const cascades = new WeakMap<HTMLElement, Cascade>();
const freshnesses = new WeakMap<HTMLElement, Freshness>();

/**
 * Search-as-you-type choosers: `<div class="sk-picker" data-picker="address" data-name="owner">` with a text input.
 * At most 20 rows come from the server; choice lists are never shipped with the page.
 */
export function startPickers(): void {
  document.addEventListener("focusin", (event) => {
    const input = hit(event, ".sk-picker input[role=combobox]") as HTMLInputElement | undefined;
    if (input && !input.dataset["ready"]) prepare(input);
  });
  document.addEventListener("click", (event) => {
    const chip = hit(event, ".sk-picker [data-unpick]");
    if (chip) unpick(chip);
  });
}

function prepare(input: HTMLInputElement): void {
  input.dataset["ready"] = "yes";
  const picker = input.closest<HTMLElement>(".sk-picker");
  if (!picker) return;
  const list = el("ul", { class: "sk-picker-list", role: "listbox", id: `sk-choices-${++serial}`, "aria-label": input.getAttribute("aria-label") ?? "" });
  list.hidden = true;
  picker.append(list);
  const answers = freshness();
  freshnesses.set(list, answers);
  input.setAttribute("aria-controls", list.id);
  if (picker.dataset["levels"]) cascades.set(picker, startCascade(picker, input, (id, label) => choose(picker, input, list, id, label)));
  const search = debounce(120, () => void load(picker, input, list));
  input.addEventListener("input", () => {
    if (!isMultiple(picker)) forget(picker);
    if (input.value.trim()) cascades.get(picker)?.hide();
    answers.outdate();
    search();
  });
  input.addEventListener("focus", search);
  input.addEventListener("keydown", (event) => keys(event, picker, input, list));
  input.addEventListener("blur", () => window.setTimeout(() => settle(picker, input, list), 150));
  list.addEventListener("mousedown", (event) => {
    const option = hit(event, OPTION);
    event.preventDefault();
    if (option) chooseOption(picker, input, list, option);
  });
  search();
}

const isMultiple = (picker: HTMLElement): boolean => picker.dataset["multiple"] !== undefined;

async function load(picker: HTMLElement, input: HTMLInputElement, list: HTMLElement): Promise<void> {
  const asked = input.value;
  const chosen = picker.querySelector<HTMLInputElement>("input[type=hidden]")?.value;
  const query = chosen && !isMultiple(picker) ? "" : asked.trim();
  const cascade = cascades.get(picker);
  const answers = freshnesses.get(list);
  if (cascade && !query) {
    list.hidden = true;
    answers?.settle(false);
    return cascade.show(isMultiple(picker) ? "" : (chosen ?? ""));
  }
  cascade?.hide();
  const address = new URL(picker.dataset["picker"] ?? "", location.href);
  address.searchParams.set("q", query);
  if (picker.dataset["makes"] !== undefined) address.searchParams.set("makes", "1");
  const parent = input.form?.elements.namedItem(picker.dataset["within"] || " ");
  if (parent instanceof HTMLInputElement && parent.value) address.searchParams.set("within", parent.value);
  const answer = await ask("picker", address).catch(() => undefined);
  if (input.value !== asked) return;
  if (!answer?.ok || document.activeElement !== input) return answers?.settle(false);
  const { choices, maker } = (await answer.json()) as { choices: Choice[]; maker?: Maker };
  render(list, choices, maker);
  open(input, list);
  answers?.settle(true);
}

function render(list: HTMLElement, choices: Choice[], maker?: Maker): void {
  const rows = choices.map((choice, index) => {
    const row = el("li", { role: "option", id: `${list.id}-${index}`, "data-id": String(choice.id), "data-text": choice.text }, choice.text);
    if (choice.hint) row.append(el("small", {}, choice.hint));
    row.setAttribute("aria-selected", String(index === 0));
    return row;
  });
  const found = rows.length ? rows : [el("li", { class: "none", role: "option", "aria-disabled": "true" }, text("no_choice"))];
  const make = maker && el("li", { class: "make", role: "option", id: `${list.id}-make`, "data-make": maker.address, "aria-selected": String(!rows.length) }, icon("plus"), maker.text);
  list.replaceChildren(...found, ...(make ? [make] : []));
}

function open(input: HTMLInputElement, list: HTMLElement): void {
  list.hidden = false;
  if (input.closest("[data-lines]")) float(input, list);
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "true");
  announce(input, list);
}

/** A grid that scrolls sideways would cut the list off: it stands above the page, below its input. */
function float(input: HTMLElement, list: HTMLElement): void {
  const box = input.getBoundingClientRect();
  const width = Math.max(box.width, 220);
  const left = Math.min(box.left, window.innerWidth - width - 8);
  Object.assign(list.style, { position: "fixed", inset: `${box.bottom + 4}px auto auto ${left}px`, width: `${width}px` });
}

function close(picker: HTMLElement, input: HTMLInputElement, list: HTMLElement): void {
  list.hidden = true;
  freshnesses.get(list)?.settle(false);
  cascades.get(picker)?.hide();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function keys(event: KeyboardEvent, picker: HTMLElement, input: HTMLInputElement, list: HTMLElement): void {
  if (event.isComposing) return;
  if (cascades.get(picker)?.key(event)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (event.key === "Escape" && input.ariaExpanded === "true") {
    close(picker, input, list);
    event.preventDefault();
    event.stopPropagation();
  }
  const answers = freshnesses.get(list);
  if (event.key === "Enter" && (answers?.isOld() || !list.hidden)) {
    answers?.take(() => {
      const option = list.querySelector<HTMLElement>("[role=option][aria-selected=true]");
      if (option) chooseOption(picker, input, list, option);
    });
    event.preventDefault();
    event.stopPropagation();
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) void load(picker, input, list);
    else move(input, list, event.key === "ArrowDown" ? 1 : -1);
  }
  if (event.key === "Backspace" && !input.value && isMultiple(picker)) {
    const last = [...picker.querySelectorAll<HTMLElement>("[data-unpick]")].at(-1);
    if (last) unpick(last);
  }
}

function move(input: HTMLInputElement, list: HTMLElement, step: number): void {
  const options = [...list.querySelectorAll<HTMLElement>(OPTION)];
  const at = options.findIndex((option) => option.ariaSelected === "true");
  options.forEach((option, index) => option.setAttribute("aria-selected", String(index === (at + step + options.length) % options.length)));
  announce(input, list);
}

function announce(input: HTMLInputElement, list: HTMLElement): void {
  const option = list.querySelector<HTMLElement>("[aria-selected=true]");
  option?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option?.id ?? "");
}

function chooseOption(picker: HTMLElement, input: HTMLInputElement, list: HTMLElement, option: HTMLElement): void {
  const address = option.dataset["make"];
  if (!address) return choose(picker, input, list, option.dataset["id"] ?? "", option.dataset["text"] ?? "");
  close(picker, input, list);
  openMaker(address, (id, title) => choose(picker, input, list, id, title));
}

function choose(picker: HTMLElement, input: HTMLInputElement, list: HTMLElement, id: string, label: string): void {
  if (isMultiple(picker)) {
    if (![...picker.querySelectorAll<HTMLInputElement>("input[type=hidden]")].some((field) => field.value === id)) pick(picker, id, label);
    input.value = "";
  } else {
    hidden(picker).value = id;
    input.value = label;
  }
  close(picker, input, list);
  picker.dispatchEvent(new Event("input", { bubbles: true }));
  picker.dispatchEvent(new Event("change", { bubbles: true }));
}

/** What a chooser holds: ids with their texts. */
export function chosenIn(picker: HTMLElement): [string, string][] {
  if (isMultiple(picker)) return [...picker.querySelectorAll<HTMLElement>(".sk-chip")].map((chip) => [chip.querySelector("input")?.value ?? "", chip.querySelector("span")?.textContent ?? ""]);
  const id = picker.querySelector<HTMLInputElement>("input[type=hidden]")?.value;
  return id ? [[id, picker.querySelector<HTMLInputElement>("input[role=combobox]")?.value ?? ""]] : [];
}

/** Let a chooser hold exactly this. */
export function setChosen(picker: HTMLElement, chosen: [string, string][]): void {
  if (isMultiple(picker)) {
    picker.querySelector(".sk-picker-chosen")?.replaceChildren();
    for (const [id, label] of chosen) pick(picker, id, label);
    return;
  }
  const [id, label] = chosen[0] ?? ["", ""];
  const input = picker.querySelector<HTMLInputElement>("input[role=combobox]");
  hidden(picker).value = id;
  if (input) input.value = label;
}

function hidden(picker: HTMLElement): HTMLInputElement {
  const found = picker.querySelector<HTMLInputElement>("input[type=hidden]");
  return found ?? picker.appendChild(el("input", { type: "hidden", name: picker.dataset["name"] ?? "" }));
}

function pick(picker: HTMLElement, id: string, label: string): void {
  const remove = el("button", { type: "button", class: "sk-chip-remove btn-plain", "data-unpick": "", "aria-label": `${text("remove")} ${label}` }, "✕");
  const field = el("input", { type: "hidden", name: picker.dataset["name"] ?? "", value: id });
  picker.querySelector(".sk-picker-chosen")?.append(el("span", { class: "sk-chip" }, el("span", {}, label), field, remove));
}

function unpick(chip: HTMLElement): void {
  const picker = chip.closest<HTMLElement>(".sk-picker");
  chip.closest(".sk-chip")?.remove();
  picker?.dispatchEvent(new Event("input", { bubbles: true }));
  picker?.querySelector<HTMLInputElement>("input[role=combobox]")?.focus();
}

function forget(picker: HTMLElement): void {
  const field = picker.querySelector<HTMLInputElement>("input[type=hidden]");
  if (field) field.value = "";
}

/** Text that chose nothing must not look like a choice. */
function settle(picker: HTMLElement, input: HTMLInputElement, list: HTMLElement): void {
  if (document.activeElement === input) return;
  close(picker, input, list);
  if (isMultiple(picker)) input.value = "";
  else if (input.value && !hidden(picker).value) input.value = "";
}
