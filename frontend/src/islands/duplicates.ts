import { ask, debounce, fragment, hit } from "./page.ts";

/** While a name or phone is typed into a form with `data-duplicates="address"`, show the records that look the same. */
export function startDuplicates(): void {
  const look = debounce(250, async (form: HTMLFormElement, box: HTMLElement, typed: HTMLElement) => {
    const query = new URLSearchParams();
    for (const field of form.querySelectorAll<HTMLInputElement>("[data-compared], .sk-picker input[type=hidden], [name=record]")) {
      if (field.name && field.value) query.append(field.name, field.value);
    }
    const answer = await ask("duplicates", `${form.dataset["duplicates"]}?${query}`).catch(() => undefined);
    if (!answer?.ok) return;
    box.replaceChildren(...(await fragment(answer)));
    if (typed.isConnected) placeBelow(box, typed);
  });
  document.addEventListener("input", (event) => {
    const form = hit(event, "form[data-duplicates]") as HTMLFormElement | undefined;
    const box = form?.querySelector<HTMLElement>("[data-matches]");
    const typed = hit(event, "[data-compared]")?.closest<HTMLElement>(".sk-grid > *");
    if (form && box && typed) void look(form, box, typed);
  });
}

/** Put the box below the row of fields in which one types, where it is seen. */
function placeBelow(box: HTMLElement, typed: HTMLElement): void {
  box.hidden = true;
  let last = typed;
  for (let next = typed.nextElementSibling; next instanceof HTMLElement; next = next.nextElementSibling) {
    if (next.offsetParent && next.offsetTop !== typed.offsetTop) break;
    last = next;
  }
  if (last !== box) last.after(box);
  box.hidden = false;
}
