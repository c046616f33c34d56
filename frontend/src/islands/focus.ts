type Swap = CustomEvent<{ target: Element }>;

/**
 * A part of the page that is drawn anew keeps the focus: it goes to the same field or button of the new part, so
 * that whoever works by keyboard goes on where he was.
 */
export function startKeepingFocus(): void {
  let sought = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = (event as Swap).detail;
    const active = document.activeElement;
    if (!active || active === document.body || !target.contains(active)) return;
    sought = selectorOf(active);
  });
  document.addEventListener("htmx:afterSettle", () => {
    const selector = sought;
    sought = "";
    // Behind whoever has a better place for it: dialogs, drawers, the next cell.
    window.setTimeout(() => {
      if (selector && document.activeElement === document.body) document.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
    });
  });
}

/** A page that comes back with something wrong or a question starts there. */
export function startAtWhatIsWrong(): void {
  if (document.activeElement !== document.body) return;
  for (const form of document.querySelectorAll<HTMLElement>("main form")) {
    const wrong = firstWrong(form);
    if (wrong) return wrong.focus();
  }
}

/** The first field that is wrong; before it a question about the whole, which bears a `tabindex` of its own. */
export function firstWrong(within: Element): HTMLElement | null {
  return within.querySelector<HTMLElement>("[role=alert][tabindex], .is-invalid:not([hidden])");
}

/** By what an element is known again: its id, else its form and name, else what it does; "" when by nothing. */
function selectorOf(element: Element): string {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const tag = element.tagName.toLowerCase();
  const action = element.closest("form")?.getAttribute("action");
  const form = action ? `form[action="${CSS.escape(action)}"] ` : "";
  for (const name of ["name", "hx-post", "hx-get", "href"]) {
    const value = element.getAttribute(name);
    if (value) return `${form}${tag}[${name}="${CSS.escape(value)}"]:not([type=hidden])`;
  }
  return "";
}
