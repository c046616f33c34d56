import { byId, hit, text } from "./page.ts";
import { firstWrong } from "./focus.ts";
import { isDirty } from "./guard.ts";
import { closeMenus } from "./menus.ts";

/**
 * Native dialogs. `data-open="id"` opens one; whatever htmx swaps into a dialog's pane opens it;
 * `data-close`, a click on the veil, Esc, or the server's `sk:close` event close it.
 */
export function startOverlays(): void {
  document.addEventListener("click", (event) => {
    const opener = hit(event, "[data-open]");
    if (opener) openDialog(opener.dataset["open"] ?? "");
    const closer = hit(event, "[data-close]");
    if (closer) closeDialog(closer.closest("dialog"));
    if (event.target instanceof HTMLDialogElement) closeDialog(event.target);
  });
  document.addEventListener("cancel", (event) => {
    if (event.target instanceof HTMLDialogElement && !mayClose(event.target)) event.preventDefault();
  }, true);
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const dialog = event.target instanceof Element ? event.target.closest("dialog") : null;
    // An empty answer is a finished one: its `sk:close` came before this swap.
    if (dialog?.querySelector(".sk-pane > *")) arrived(dialog, event as CustomEvent<{ target: Element }>);
  });
  document.body.addEventListener("sk:close", () => {
    for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) dialog.close();
  });
}

/** Open the dialog of that id as a modal and put the focus where typing starts. */
export function openDialog(id: string): void {
  const dialog = byId<HTMLDialogElement>(id);
  if (dialog) show(dialog);
}

/** What came opens the dialog; a part of one that is open takes the focus from what is gone or was a button, not from a field. */
function arrived(dialog: HTMLDialogElement, event: CustomEvent<{ target: Element }>): void {
  const part = event.target as Element;
  const isPart = dialog.open && part.closest(".sk-pane > *") && !part.matches(".sk-pane > *");
  if (!isPart) return show(dialog);
  // What is put behind others is told by the place that holds them all.
  const come = part === event.detail.target ? part.lastElementChild : part;
  if (come && (document.activeElement === document.body || document.activeElement instanceof HTMLButtonElement)) start(come)?.focus();
}

function show(dialog: HTMLDialogElement): void {
  closeMenus();
  if (!dialog.open) dialog.showModal();
  start(dialog)?.focus();
}

/** What asks to be first, what is wrong or asked; else the first field that is still empty. */
function start(within: Element): HTMLElement | undefined {
  const first = within.querySelector<HTMLElement>("[autofocus]") ?? firstWrong(within);
  const all = [...within.querySelectorAll<HTMLInputElement>("input:not([type=hidden]), select, textarea")];
  const fields = all.filter((field) => field.offsetParent !== null);
  return first ?? fields.find((field) => field.value === "") ?? fields[0];
}

function closeDialog(dialog: HTMLDialogElement | null): void {
  if (dialog && mayClose(dialog)) dialog.close();
}

function mayClose(dialog: HTMLDialogElement): boolean {
  const dirty = [...dialog.querySelectorAll<HTMLFormElement>("form[data-guard]")].some(isDirty);
  return !dirty || window.confirm(text("leave"));
}
