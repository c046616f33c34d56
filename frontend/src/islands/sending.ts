import { byId, hit } from "./page.ts";

/** Nobody clicks twice within this time and means it; also how long it takes that a form answered with a file. */
const MOMENT_MS = 1000;
const DOUBLE_CLICK_MS = 400;
/** For so long an answer is waited for: then it may be sent again, e.g. because the person has stopped the page. */
const PATIENCE_MS = 30_000;

type HtmxEvent = CustomEvent<{ elt: Element; requestConfig?: { verb: string }; xhr: XMLHttpRequest }>;

const timers = new WeakMap<Element, number>();

/**
 * What is sent is sent once, however often it is clicked and however slow the network: a form, and a button that changes
 * something by itself, take nothing more until the answer is there. The button that was pressed shows it (`.sending`).
 */
export function startSendingOnce(): void {
  document.addEventListener("submit", begin, true); // ahead of htmx
  window.addEventListener("submit", (event) => {
    const form = event.target;
    // The browser goes to another page: whatever comes of it ends this one – unless it is a file.
    if (form instanceof HTMLFormElement && !event.defaultPrevented && form.method === "post" && !("download" in form.dataset)) {
      keep(form, PATIENCE_MS);
      byId("sk-busy")?.classList.add("htmx-request");
    }
  });
  document.addEventListener("click", (event) => {
    if (hit(event, "button[data-sent]")) halt(event);
  }, true);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = (event as HtmxEvent).detail;
    if (elt.matches("form[data-sent]:not([data-attach])")) keep(elt, PATIENCE_MS);
    if (elt instanceof HTMLButtonElement && requestConfig?.verb !== "get") {
      keep(elt, PATIENCE_MS);
      elt.classList.add("sending");
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = (event as HtmxEvent).detail;
    // An answer that leads to another page: this one is on its way out.
    if (!elt.matches("[data-sent]") || xhr.getResponseHeader("HX-Redirect") || xhr.getResponseHeader("HX-Refresh")) return;
    release(elt);
    keep(elt, elt instanceof HTMLFormElement ? MOMENT_MS : DOUBLE_CLICK_MS);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[data-sent]").forEach(release);
    byId("sk-busy")?.classList.remove("htmx-request");
  });
}

function begin(event: Event): void {
  const form = event.target;
  // A form for files takes more of them while it sends (`attaching.ts`).
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || form.matches("[data-attach]")) return;
  if (form.dataset["sent"] !== undefined) return halt(event);
  keep(form, MOMENT_MS);
  (event as SubmitEvent).submitter?.classList.add("sending");
}

function halt(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function keep(element: Element, most: number): void {
  element.setAttribute("data-sent", "");
  window.clearTimeout(timers.get(element));
  timers.set(element, window.setTimeout(() => release(element), most));
}

function release(element: Element): void {
  window.clearTimeout(timers.get(element));
  element.removeAttribute("data-sent");
  for (const one of [element, ...element.querySelectorAll(".sending")]) one.classList.remove("sending");
  if (element.id) document.querySelectorAll(`.sending[form="${CSS.escape(element.id)}"]`).forEach((one) => one.classList.remove("sending"));
}
