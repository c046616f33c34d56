/** The few things every island needs: strings, cookies, typed look-ups, icons. */

const strings: Record<string, string> = JSON.parse(document.getElementById("sk-strings")?.textContent ?? "{}");

/** A UI string of `web/frame/strings.py` in the user's language, with `{name}` places filled in. */
export function text(key: string, places: Record<string, string | number> = {}): string {
  return (strings[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
}

/** What the server wants with every request that writes, against forged ones. */
export function csrf(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
}

/** Remember a display preference for a year; the server reads it to render the next page right at once. */
export function setCookie(name: string, value: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

/** The element of that id, or undefined; typed by the caller. */
export function byId<T extends HTMLElement>(id: string): T | undefined {
  return (document.getElementById(id) as T | null) ?? undefined;
}

/** The closest ancestor of an event's target that meets the selector. */
export function hit(event: Event, selector: string): HTMLElement | undefined {
  return event.target instanceof Element ? (event.target.closest<HTMLElement>(selector) ?? undefined) : undefined;
}

/** Is the user typing somewhere, so that letters are text and no commands? */
export function isTyping(): boolean {
  const active = document.activeElement;
  return active instanceof HTMLElement && (active.isContentEditable || active.matches("input:not([type=checkbox]), textarea, select"));
}

/** An icon of the sprite, ready to append. */
export function icon(name: string): SVGSVGElement {
  const sprite = document.documentElement.dataset["icons"] ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "sk-icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** Build an element: `el("button", { class: "btn" }, "Save")`. Attributes only, never markup from strings. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Run `action` once the calls have paused for `wait` milliseconds. */
export function debounce<A extends unknown[]>(wait: number, action: (...args: A) => void): (...args: A) => void {
  let timer = 0;
  return (...args) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => action(...args), wait);
  };
}

/**
 * Ask our own server for a fragment or a list – with a `body`, as a form would –; the latest question of a `lane` wins. Undefined when it was overtaken.
 * A session that has ended leads to the sign-in page, as it does for htmx.
 */
export async function ask(lane: string, address: string | URL, body?: FormData): Promise<Response | undefined> {
  lanes.get(lane)?.abort();
  const controller = new AbortController();
  lanes.set(lane, controller);
  const post: RequestInit = body ? { method: "POST", body } : {};
  try {
    const answer = await fetch(address, { ...post, signal: controller.signal, headers: { "HX-Request": "true", "X-CSRFToken": csrf() } });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) location.assign(elsewhere);
    return elsewhere ? undefined : answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
}

const lanes = new Map<string, AbortController>();

/** The nodes of a fragment that our own server escaped, rows of a `table` perhaps; parsed inertly, scripts never run. */
export async function fragment(answer: Response, within: "" | "table" = ""): Promise<Node[]> {
  const said = await answer.text();
  const parsed = new DOMParser().parseFromString(within ? `<table>${said}</table>` : said, "text/html");
  return [...(parsed.querySelector(within ? "tbody" : "body")?.childNodes ?? [])];
}
