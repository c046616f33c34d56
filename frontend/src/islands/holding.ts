import { ask, fragment, hit } from "./page.ts";

/** How many files are on their way, so that each upload has a lane of its own. */
let uploads = 0;

/**
 * Files in fields (`[data-hold="address"]`): what is dropped, pasted or chosen is uploaded at once and stands in the
 * list with its id, which the form sends; the record owns it when the form is saved. The zone takes its own events ahead
 * of the record's zone around it.
 */
export function startHolding(): void {
  const zone = (event: Event) => hit(event, "[data-hold]");
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"] as const) {
    document.addEventListener(kind, (event) => {
      const place = zone(event);
      if (!place) return;
      event.preventDefault();
      event.stopPropagation();
      place.classList.toggle("over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") void send(place, event.dataTransfer?.files);
    }, true);
  }
  document.addEventListener("change", (event) => {
    const place = zone(event);
    if (!place || !(event.target instanceof HTMLInputElement) || event.target.type !== "file") return;
    event.stopPropagation();
    void send(place, event.target.files).then(() => event.target instanceof HTMLInputElement && (event.target.value = ""));
  }, true);
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    // Cells of a spreadsheet come as text and as a picture of it: the text is what is meant.
    const place = files?.length && !event.clipboardData?.types.includes("text/plain") ? meant(event) : undefined;
    if (!place) return;
    event.preventDefault();
    event.stopPropagation();
    void send(place, files);
  }, true);
  document.addEventListener("click", (event) => {
    const button = hit(event, "[data-unhold]");
    const place = zone(event);
    if (!button || !place) return;
    const next = button.closest("li")?.nextElementSibling ?? button.closest("li")?.previousElementSibling;
    button.closest("li")?.remove();
    settle(place);
    (next?.querySelector<HTMLElement>("[data-unhold]") ?? place.querySelector<HTMLElement>("input[type=file]"))?.focus();
  });
  document.addEventListener("sk:refill", (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    for (const place of event.target.querySelectorAll<HTMLElement>("[data-hold]")) void restore(place, (event as CustomEvent<[string, string][]>).detail);
  });
}

/** The field that a paste is for: the one with the focus, or the only one of the form in which one works. */
function meant(event: Event): HTMLElement | undefined {
  const own = hit(event, "[data-hold]");
  if (own) return own;
  const all = hit(event, "form")?.querySelectorAll<HTMLElement>("[data-hold]");
  return all?.length === 1 ? all[0] : undefined;
}

async function send(place: HTMLElement, files: FileList | null | undefined): Promise<void> {
  if (!files?.length) return;
  const body = new FormData();
  for (const file of files) body.append("file", file);
  place.querySelectorAll("[data-refused]").forEach((line) => line.remove());
  await fetchLines(place, place.dataset["hold"] ?? "", body);
}

/** A draft that is taken up again: the files that it names, drawn by the server, which gives only what is one's own. */
async function restore(place: HTMLElement, entries: [string, string][]): Promise<void> {
  const name = place.querySelector<HTMLElement>("[data-held]")?.dataset["held"];
  const ids = entries.filter(([key, value]) => key === name && value).map(([, value]) => value);
  place.querySelector("[data-held]")?.replaceChildren();
  if (ids.length) await fetchLines(place, `${place.dataset["hold"]}?ids=${ids.join(",")}`);
  else settle(place);
}

async function fetchLines(place: HTMLElement, address: string, body?: FormData): Promise<void> {
  place.classList.add("busy");
  try {
    const answer = await ask(`hold-${uploads++}`, address, body);
    if (answer?.ok) place.querySelector("[data-held]")?.append(...(await fragment(answer)));
  } finally {
    place.classList.remove("busy");
    settle(place);
  }
}

/** No more than the field takes: of a single file the new one takes the place of the old. Forms learn of the change. */
function settle(place: HTMLElement): void {
  const most = Number(place.dataset["most"]);
  const lines = [...place.querySelectorAll<HTMLElement>("[data-held] > li:not([data-refused])")];
  if (most === 1) lines.slice(0, -1).forEach((line) => line.remove());
  place.querySelector<HTMLElement>(".sk-drop-line")?.classList.toggle("full", most > 1 && lines.length >= most);
  place.dispatchEvent(new Event("input", { bubbles: true }));
}
