import { hit, isTyping } from "./page.ts";

/**
 * Files for a record (`form[data-attach]`): `upload.ts` takes what is dropped or chosen; here a pasted picture or file
 * goes the same way, and a bar shows how far the upload is.
 */
export function startAttaching(): void {
  document.addEventListener("paste", (event) => {
    const form = document.querySelector<HTMLFormElement>("form[data-attach]");
    const input = form?.querySelector<HTMLInputElement>("input[type=file]");
    const files = event.clipboardData?.files;
    if (!form || !input || !files?.length || (isTyping() && !hit(event, "[data-composer]"))) return;
    event.preventDefault();
    input.files = files;
    form.requestSubmit();
  });
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
  });
}
