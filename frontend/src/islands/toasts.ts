import { byId, csrf, el, hit, icon, text } from "./page.ts";

/** What the server may say in an `sk:toast` event: a sentence, its tone, and where to post to take it back. */
export interface Toast {
  text: string;
  tone?: "good" | "bad" | "warn" | "";
  undo?: string;
  link?: { href: string; text: string };
}

const ICONS: Record<string, string> = { good: "check", bad: "alert-triangle", warn: "alert-triangle" };
const SECONDS = { plain: 6, undo: 12, bad: 10 };

/** Show a message above the page. It never blocks a click and stays while the pointer or the focus is on it. */
export function toast(message: Toast): void {
  const tone = message.tone ?? "good";
  const box = el("div", { class: `sk-toast ${tone}` }, icon(ICONS[tone] ?? "info-circle"), el("span", {}, message.text));
  if (message.link) box.append(el("a", { href: message.link.href }, message.link.text));
  if (message.undo) box.append(undoForm(message.undo));
  box.append(el("button", { type: "button", class: "sk-toast-close", "aria-label": text("close") }, "✕"));
  region().append(box);
  raise();
  expire(box, message.undo ? SECONDS.undo : tone === "bad" ? SECONDS.bad : SECONDS.plain);
}

/** Take over the messages that came with the page, and listen for those of later answers. */
export function startToasts(): void {
  document.body.addEventListener("sk:toast", (event) => toast((event as CustomEvent<Toast>).detail));
  document.addEventListener("click", (event) => hit(event, ".sk-toast-close")?.closest(".sk-toast")?.remove());
  for (const box of region().querySelectorAll<HTMLElement>(".sk-toast")) expire(box, SECONDS.undo);
  if (region().childElementCount) raise();
}

function region(): HTMLElement {
  return byId("sk-toasts") ?? document.body.appendChild(el("div", { id: "sk-toasts", class: "sk-toasts", role: "status" }));
}

/** Popovers lie above open dialogs: re-open so that the newest message is on top of whatever is shown. */
function raise(): void {
  const box = region();
  if (!box.popover) return;
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
}

function undoForm(address: string): HTMLFormElement {
  return el(
    "form",
    { method: "post", action: address },
    el("input", { type: "hidden", name: "csrfmiddlewaretoken", value: csrf() }),
    el("input", { type: "hidden", name: "next", value: location.pathname + location.search }),
    el("button", {}, text("undo")),
  );
}

function expire(box: HTMLElement, seconds: number): void {
  window.setTimeout(() => {
    if (box.matches(":hover, :focus-within")) expire(box, 2);
    else box.remove();
  }, seconds * 1000);
}
