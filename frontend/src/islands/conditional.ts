/**
 * Fields that a form has only while others hold certain values (`data-show`), and that must be filled only then
 * (`data-need`). The criteria are those of the server (`kernel/criteria.py`), which decides in the end.
 */

type Criteria =
  | { field: string; op: string; value: unknown }
  | { and: Criteria[] }
  | { or: Criteria[] }
  | { not: Criteria };

/** What a form holds for a field, in every spelling by which criteria may call it: a choice's value and its words. */
function spellings(form: HTMLFormElement, name: string): string[] {
  const found = form.elements.namedItem(name);
  const element = found instanceof RadioNodeList ? found[found.length - 1] : found;
  if (element instanceof HTMLInputElement && element.type === "checkbox") return [element.checked ? "true" : "false"];
  if (element instanceof HTMLSelectElement) {
    return element.value ? [element.value, element.selectedOptions[0]?.textContent?.trim() ?? ""] : [];
  }
  const text = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.value.trim() : "";
  return text ? [text] : [];
}

function compares(op: string, present: string[], value: unknown): boolean {
  const same = (wanted: unknown) => present.includes(String(wanted));
  const wanted = Array.isArray(value) ? value : [value];
  switch (op) {
    case "eq":
      return same(value);
    case "ne":
      return !same(value);
    case "in":
      return wanted.some(same);
    case "not_in":
      return !wanted.some(same);
    case "empty":
      return present.length === 0;
    case "not_empty":
      return present.length > 0;
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return present.length > 0 && ordered(op, Number(present[0]) - Number(value));
    default:
      return true;
  }
}

function ordered(op: string, difference: number): boolean {
  if (difference === 0) return op.endsWith("e");
  return op.startsWith("g") ? difference > 0 : difference < 0;
}

function holds(criteria: Criteria, form: HTMLFormElement): boolean {
  if ("and" in criteria) return criteria.and.every((part) => holds(part, form));
  if ("or" in criteria) return criteria.or.some((part) => holds(part, form));
  if ("not" in criteria) return !holds(criteria.not, form);
  return compares(criteria.op, spellings(form, criteria.field), criteria.value);
}

function refresh(form: HTMLFormElement): void {
  for (const place of form.querySelectorAll<HTMLElement>("[data-show]")) {
    place.hidden = !holds(JSON.parse(place.dataset["show"] ?? "{}") as Criteria, form);
  }
  for (const place of form.querySelectorAll<HTMLElement>("[data-need]")) {
    const mark = place.querySelector<HTMLElement>("[data-must]");
    if (mark) mark.hidden = !holds(JSON.parse(place.dataset["need"] ?? "{}") as Criteria, form);
  }
}

function formOf(target: EventTarget | null): HTMLFormElement | null {
  const form = target instanceof Element ? target.closest("form") : null;
  return form?.querySelector("[data-show], [data-need]") ? form : null;
}

function refreshOf(event: Event): void {
  const form = formOf(event.target);
  if (form) refresh(form);
}

export function startConditional(): void {
  document.addEventListener("input", refreshOf);
  document.addEventListener("change", refreshOf);
  const all = (root: ParentNode) => {
    for (const place of root.querySelectorAll("[data-show], [data-need]")) {
      const form = formOf(place);
      if (form) refresh(form);
    }
  };
  all(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof Element) all(event.target.parentElement ?? document);
  });
}
