/**
 * A form of a new record (`data-suggest`, the address) asks what its empty fields would be filled with whenever one of
 * `data-follows` changes. What a person typed or chose stands; what was only suggested is suggested anew.
 */

import { ask, hit } from "./page.ts";

const suggested = new WeakMap<HTMLFormElement, Map<string, string>>();

function valueOf(form: HTMLFormElement, name: string): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | null {
  const found = form.elements.namedItem(name);
  return found instanceof HTMLInputElement || found instanceof HTMLSelectElement || found instanceof HTMLTextAreaElement
    ? found
    : null;
}

/** What the form holds by a person's will: everything but what was suggested and left as it was. */
function chosen(form: HTMLFormElement, known: Map<string, string>): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const isOurs = known.get(name) === value;
    if (typeof value === "string" && value && !name.startsWith("_") && name !== "csrfmiddlewaretoken" && !isOurs) {
      params.append(name, value.slice(0, 200));
    }
  }
  return params;
}

/** Rejects when a later question overtakes this one, also while its answer is being read. */
async function asked(address: string): Promise<Record<string, string> | undefined> {
  const answer = await ask("suggestions", address);
  return answer?.ok ? ((await answer.json()) as Record<string, string>) : undefined;
}

async function refresh(form: HTMLFormElement): Promise<void> {
  const known = suggested.get(form) ?? new Map<string, string>();
  const found = await asked(`${form.dataset["suggest"]}?${chosen(form, known)}`).catch(() => undefined);
  if (!found) return;
  const texts = Object.fromEntries(Object.entries(found).map(([name, text]) => [name, spelled(valueOf(form, name), text)]));
  for (const [name, old] of known) {
    const place = valueOf(form, name);
    if (place && place.value === old && !(name in texts)) write(place, "");
  }
  for (const [name, text] of Object.entries(texts)) {
    const place = valueOf(form, name);
    if (place && (place.value === "" || place.value === known.get(name))) write(place, text);
  }
  suggested.set(form, new Map(Object.entries(texts)));
}

/** A moment as its field tells it: the browser's own inputs want a T, ours (`dates.ts`) have a space. */
function spelled(place: HTMLElement | null, text: string): string {
  return place?.dataset["moment"] === "time" ? text.replace("T", " ") : text;
}

function write(place: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, text: string): void {
  if (place.type === "hidden" || place.value === text) return;
  place.value = text;
  place.dispatchEvent(new Event("input", { bubbles: true }));
}

export function startSuggestions(): void {
  document.addEventListener("change", (event) => {
    const form = hit(event, "form[data-suggest]") as HTMLFormElement | undefined;
    const field = event.target as HTMLInputElement | HTMLSelectElement;
    // A chooser tells of its hidden input.
    const name = field.name || (field.dataset["name"] ?? "");
    if (form?.dataset["follows"]?.split(" ").includes(name)) void refresh(form);
  });
}
