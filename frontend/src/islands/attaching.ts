import { hit, isTyping } from "./page.ts";

/** Files that came while others were on their way. */
let waiting: File[] = [];

/**
 * Files for a record (`form[data-attach]`): `upload.ts` takes what is dropped or chosen; here a pasted picture or file
 * goes the same way, a bar shows how far the upload is, and what comes meanwhile goes after it.
 */
export function startAttaching(): void {
  document.addEventListener("paste", (event) => {
    const form = document.querySelector<HTMLFormElement>("form[data-attach]");
    const input = form && fileInput(form);
    const files = event.clipboardData?.files;
    if (!form || !input || !files?.length || (isTyping() && !hit(event, "[data-composer]"))) return;
    event.preventDefault();
    input.files = files;
    form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = hit(event, "form[data-attach]") as HTMLFormElement | undefined;
    if (!form) return;
    if (form.dataset["uploading"] === undefined) {
      form.dataset["uploading"] = "";
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push(...(fileInput(form)?.files ?? []));
  }, true);
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = hit(event, "form[data-attach]")?.querySelector("progress");
    const { loaded, total } = (event as CustomEvent<{ loaded: number; total: number }>).detail;
    if (!bar || !total) return;
    bar.hidden = false;
    bar.value = (100 * loaded) / total;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = hit(event, "form[data-attach]") as HTMLFormElement | undefined;
    const bar = form?.querySelector("progress");
    if (!form || !bar) return;
    bar.hidden = true;
    form.reset();
    delete form.dataset["uploading"];
    sendWaiting(form);
  });
}

function sendWaiting(form: HTMLFormElement): void {
  const input = fileInput(form);
  if (!input || !waiting.length) return;
  const files = new DataTransfer();
  waiting.forEach((file) => files.items.add(file));
  waiting = [];
  input.files = files.files;
  form.requestSubmit();
}

function fileInput(form: HTMLFormElement): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>("input[type=file]");
}
