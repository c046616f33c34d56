import htmx from "htmx.org";
import { byId, csrf, text } from "./page.ts";
import { startSendingOnce } from "./sending.ts";
import { toast } from "./toasts.ts";

/** One of the events htmx fires, with the parts of its detail that we read. */
type HtmxEvent = CustomEvent<{ headers: Record<string, string>; xhr: XMLHttpRequest; target: Element }>;

/** Configure htmx for a strict content security policy and map every failed request to a message. */
export function startHtmx(): void {
  htmx.config.allowEval = false;
  htmx.config.allowScriptTags = false;
  htmx.config.includeIndicatorStyles = false;
  htmx.config.selfRequestsOnly = true;
  // Pages hold customers' data: keep no copies in the browser's storage; Back asks the server again.
  htmx.config.historyCacheSize = 0;
  htmx.config.refreshOnHistoryMiss = true;
  // What is swapped in must answer at once; a form that is sent within the usual 20 ms would leave the page.
  htmx.config.defaultSettleDelay = 0;
  // Nor does it bear the classes of what it replaces for a moment: what is wrong is looked for by its class.
  htmx.config.attributesToSettle = [];
  // 409 and 422 answer with the form again (both versions, or the errors): they are swapped in like a success.
  htmx.config.responseHandling = [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409|422", swap: true, error: false },
    { code: "[45]..", swap: false, error: true },
  ];
  document.addEventListener("htmx:configRequest", (event) => {
    if (csrf()) (event as HtmxEvent).detail.headers["X-CSRFToken"] = csrf();
  });
  document.addEventListener("htmx:responseError", (event) => report((event as HtmxEvent).detail.xhr));
  document.addEventListener("htmx:sendError", () => toast({ text: text("offline"), tone: "bad" }));
  startSendingOnce();
  document.addEventListener("htmx:timeout", () => toast({ text: text("offline"), tone: "bad" }));
}

/** Say what went wrong: the server's own words where it has some. */
function report(xhr: XMLHttpRequest): void {
  if (xhr.status === 401) {
    location.assign(byId<HTMLAnchorElement>("sk-sign-in")?.href ?? "/");
    return;
  }
  const said = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") ? xhr.responseText : "";
  toast({ text: said || text("failed", { status: xhr.status }), tone: "bad" });
}
