import { hit } from "./page.ts";

/**
 * Rows of an import template: added from `template[data-row-template]`, removed by their button; a column takes the name
 * of its field until it is given a title of its own. `columns.ts` puts the rows in order; they are sent as they stand.
 */
export function startRows(): void {
  document.addEventListener("click", (event) => {
    const add = hit(event, "[data-add-row]")?.closest("section");
    if (add) grow(add);
    const row = hit(event, "[data-drop-row]")?.closest("li");
    if (row) shrink(row);
  });
  document.addEventListener("focusin", (event) => {
    const select = hit(event, "[data-names-title]") as HTMLSelectElement | undefined;
    if (select) select.dataset["was"] = named(select);
  });
  document.addEventListener("change", (event) => {
    const select = hit(event, "[data-names-title]") as HTMLSelectElement | undefined;
    if (select) entitle(select);
  });
}

function grow(section: Element): void {
  const row = section.querySelector<HTMLTemplateElement>("template[data-row-template]")?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!row) return;
  section.querySelector("[data-sortable]")?.append(row);
  row.querySelector<HTMLSelectElement>("select")?.focus();
}

function shrink(row: Element): void {
  const add = row.closest("section")?.querySelector<HTMLElement>("[data-add-row]");
  const next = row.nextElementSibling?.querySelector<HTMLElement>("[data-drop-row]");
  row.remove();
  (next ?? add)?.focus();
}

function entitle(select: HTMLSelectElement): void {
  const title = select.closest("li")?.querySelector<HTMLInputElement>("input[name=title]");
  if (title && (title.value === "" || title.value === select.dataset["was"])) title.value = named(select);
  select.dataset["was"] = named(select);
}

function named(select: HTMLSelectElement): string {
  return select.selectedOptions[0]?.dataset["title"] ?? "";
}
