/**
 * Choices that depend on another (`<select data-depends="name of the other input">`): an option with `data-of` is offered
 * while the other holds that value, one without always. What no longer fits is emptied when the other is changed.
 */
export function startDepending(): void {
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement && event.target.form) follow(event.target);
  });
  for (const select of dependents(document)) offer(select);
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof Element) for (const select of dependents(event.target)) offer(select);
  });
  // Rows of a grid are made in the browser.
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLSelectElement && event.target.dataset["depends"]) offer(event.target);
  });
}

const dependents = (root: ParentNode): NodeListOf<HTMLSelectElement> => root.querySelectorAll("select[data-depends]");

/** Offer what fits; what is chosen stays. Without the other input beside it, as in the dialog for many, all is offered. */
function offer(select: HTMLSelectElement): void {
  const other = select.form?.elements.namedItem(select.dataset["depends"] ?? "");
  if (!(other instanceof HTMLSelectElement)) return;
  for (const option of select.options) {
    const away = !option.selected && option.dataset["of"] !== undefined && option.dataset["of"] !== other.value;
    option.hidden = option.disabled = away;
  }
}

/** Let go of what does not belong to the new choice, and of what depends on that in turn. */
function follow(other: HTMLSelectElement): void {
  for (const select of dependents(other.form ?? document)) {
    if (select.dataset["depends"] !== other.name) continue;
    const chosen = select.selectedOptions[0];
    const stays = chosen?.dataset["of"] === undefined || chosen.dataset["of"] === other.value;
    if (!stays) select.value = "";
    offer(select);
    if (!stays) select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
