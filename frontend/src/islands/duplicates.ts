import { debounce, hit } from "./page.ts";

/** While a name or phone is typed into a form with `data-duplicates="address"`, show the records that look the same. */
export function startDuplicates(): void {
  let running: AbortController | undefined;
  const look = debounce(250, async (form: HTMLFormElement, box: HTMLElement) => {
    running?.abort();
    running = new AbortController();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value && name !== "csrfmiddlewaretoken") query.append(name, value);
    }
    try {
      const answer = await fetch(`${form.dataset["duplicates"]}?${query}`, { signal: running.signal });
      if (answer.ok) showMatches(box, await answer.text());
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    }
  });
  document.addEventListener("input", (event) => {
    const form = hit(event, "form[data-duplicates]") as HTMLFormElement | undefined;
    const box = form?.querySelector<HTMLElement>("[data-matches]");
    if (form && box && hit(event, "[data-compared]")) look(form, box);
  });
}

function showMatches(box: HTMLElement, html: string): void {
  // The fragment is our own server's escaped template; parsed inertly, scripts in it would never run.
  const parsed = new DOMParser().parseFromString(html, "text/html");
  box.replaceChildren(...parsed.body.childNodes);
}
