import { hit } from "./page.ts";

/** In a filter's little form: preset buttons fill the range, and typing in its search box narrows long option lists. */
export function startFilters(): void {
  document.addEventListener("click", (event) => {
    const preset = hit(event, "[data-preset]") as HTMLButtonElement | undefined;
    const field = preset?.closest("form")?.querySelector<HTMLInputElement>("[data-range]");
    if (!preset?.form || !field) return;
    field.value = preset.dataset["preset"] ?? "";
    preset.form.requestSubmit();
  });
  document.addEventListener("input", (event) => {
    const box = hit(event, "[data-narrow]") as HTMLInputElement | undefined;
    if (box) narrow(box);
    const bound = hit(event, "[data-bound]");
    if (bound) joinRange(bound);
  });
}

function narrow(box: HTMLInputElement): void {
  const wanted = box.value.trim().toLowerCase();
  for (const option of box.closest("form, .sk-menu-panel")?.querySelectorAll<HTMLElement>("[data-option]") ?? []) {
    option.hidden = wanted !== "" && !(option.dataset["option"] ?? "").toLowerCase().includes(wanted);
  }
}

/** Two bounds make one value, "from..to", so that the address stays short and readable. */
function joinRange(bound: HTMLElement): void {
  const form = bound.closest("form");
  const field = form?.querySelector<HTMLInputElement>("[data-range]");
  const [low, high] = [...(form?.querySelectorAll<HTMLInputElement>("[data-bound]") ?? [])].map((input) => input.value);
  if (field) field.value = low || high ? `${low}..${high}` : "";
}
