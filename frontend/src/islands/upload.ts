import { hit } from "./page.ts";

/** Drop zones around a file input: dropping or choosing a file shows its name and sends the form. */
export function startUpload(): void {
  document.addEventListener("dragover", (event) => {
    const zone = hit(event, "[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => hit(event, "[data-drop]")?.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    const zone = hit(event, "[data-drop]");
    const input = zone?.querySelector<HTMLInputElement>("input[type=file]");
    if (!zone || !input || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    zone.classList.remove("over");
    input.files = event.dataTransfer.files;
    input.form?.requestSubmit();
  });
  document.addEventListener("change", (event) => {
    const input = hit(event, "[data-drop] input[type=file]") as HTMLInputElement | undefined;
    if (input?.files?.length) input.form?.requestSubmit();
  });
}
