import { ask, debounce, fragment, hit } from "./page.ts";

/** While a name or phone is typed into a form with `data-duplicates="address"`, show the records that look the same. */
export function startDuplicates(): void {
  const look = debounce(250, async (form: HTMLFormElement, box: HTMLElement) => {
    const query = new URLSearchParams();
    for (const field of form.querySelectorAll<HTMLInputElement>("[data-compared], .sk-picker input[type=hidden], [name=record]")) {
      if (field.name && field.value) query.append(field.name, field.value);
    }
    const answer = await ask("duplicates", `${form.dataset["duplicates"]}?${query}`).catch(() => undefined);
    if (answer?.ok) box.replaceChildren(...(await fragment(answer)));
  });
  document.addEventListener("input", (event) => {
    const form = hit(event, "form[data-duplicates]") as HTMLFormElement | undefined;
    const box = form?.querySelector<HTMLElement>("[data-matches]");
    if (form && box && hit(event, "[data-compared]")) void look(form, box);
  });
}
