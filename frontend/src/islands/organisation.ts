import htmx from "htmx.org";
import { startDrag } from "./dragging.ts";
import { tellMove } from "./moves.ts";
import { hit } from "./page.ts";

const NODE = "[data-tree] [data-node]";

interface Move {
  object: string;
  id: string;
  into: string;
  before: string;
}

/**
 * The tree of units and people: dragged by their grips onto a unit, or ahead of a neighbour; with the focus on the grip
 * ↑ ↓ change the order and Enter asks where to. Ticked people move together. After each change the tree is read again.
 */
export function startOrganisation(): void {
  startDrag({ item: NODE, handle: "[data-handle]", zone: "[data-tree] [data-row]", drop: (item, row, _before, y) => drop(item, row, y) });
  document.addEventListener("keydown", (event) => {
    const node = hit(event, "[data-tree] [data-handle]")?.closest<HTMLElement>(NODE);
    if (node && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      step(node, event.key === "ArrowUp" ? -1 : 1);
    }
  });
  document.addEventListener("click", (event) => {
    const node = hit(event, "[data-tree] [data-handle]")?.closest<HTMLElement>(NODE);
    if (node) ask([[node.dataset["node"] ?? "", node.dataset["id"] ?? ""]]);
    if (hit(event, "[data-tree-transfer]")) ask(ticked().map((one) => ["users", one.value]));
  });
  document.addEventListener("change", (event) => {
    if (hit(event, "[data-tree] input[type=checkbox]")) offer();
  });
  document.body.addEventListener("sk:changed", () => void reload());
}

function tree(): HTMLElement | undefined {
  return document.querySelector<HTMLElement>("[data-tree]") ?? undefined;
}

function ticked(): HTMLInputElement[] {
  return [...(tree()?.querySelectorAll<HTMLInputElement>("input[name=users]:checked") ?? [])];
}

function offer(): void {
  const button = document.querySelector<HTMLElement>("[data-tree-transfer]");
  if (button) button.hidden = ticked().length === 0;
}

/** The server's dialog: where to? */
function ask(what: string[][]): void {
  const query = new URLSearchParams(what.map(([name, id]) => [name ?? "", id ?? ""]));
  void htmx.ajax("get", `${tree()?.dataset["transfer"]}?${query}`, "#sk-dialog-pane");
}

/** Onto a unit: into it. Near its upper edge, or onto one of the same kind among people: ahead of it. */
function drop(item: HTMLElement, row: HTMLElement, y: number): void {
  const target = row.closest<HTMLElement>(NODE);
  if (!target || item.contains(target)) return;
  const box = row.getBoundingClientRect();
  const ahead = target.dataset["node"] === item.dataset["node"] && (item.dataset["node"] === "users" || y < box.top + box.height / 3);
  if (ahead) return void send({ ...named(item), into: unitOf(target), before: target.dataset["id"] ?? "" });
  void send({ ...named(item), into: target.dataset["node"] === "units" ? (target.dataset["id"] ?? "") : unitOf(target), before: "" });
}

function step(node: HTMLElement, way: number): void {
  const siblings = [...(node.parentElement?.children ?? [])].filter((one): one is HTMLElement => one instanceof HTMLElement && one.dataset["node"] === node.dataset["node"]);
  const at = siblings.indexOf(node);
  if (at + way < 0 || at + way >= siblings.length) return;
  const before = way < 0 ? siblings[at - 1] : siblings[at + 2];
  void send({ ...named(node), into: unitOf(node), before: before?.dataset["id"] ?? "" });
}

function named(node: HTMLElement): { object: string; id: string } {
  return { object: node.dataset["node"] ?? "", id: node.dataset["id"] ?? "" };
}

function unitOf(node: HTMLElement): string {
  return node.parentElement?.closest<HTMLElement>("[data-node=units]")?.dataset["id"] ?? "";
}

async function send(move: Move): Promise<void> {
  const values = { object: move.object, ids: move.id, into: move.into, before: move.before };
  if (!(await tellMove(tree()?.dataset["move"] ?? "", values))) return;
  await reload();
  document.querySelector<HTMLElement>(`[data-node=${move.object}][data-id="${move.id}"] > .sk-tree-do [data-handle]`)?.focus();
}

/** Read the tree again, with the branches that are open. */
async function reload(): Promise<void> {
  const shown = tree();
  if (!shown) return;
  const open = [...shown.querySelectorAll<HTMLElement>("details[open][data-unit]")].map((one) => one.dataset["unit"]).join(",");
  await htmx.ajax("get", `${shown.dataset["tree"]}?open=${open}`, "#organisation-tree");
  offer();
}
