import { hit } from "./page.ts";

/** Buttons that bring up the browser's own print dialog, which also saves as PDF. */
export function startPrinting(): void {
  document.addEventListener("click", (event) => {
    if (hit(event, "[data-print]")) window.print();
  });
}
