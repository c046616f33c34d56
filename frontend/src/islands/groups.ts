import { hit } from "./page.ts";

/** Groups of a list fold open to the rows that htmx brings into the body behind their head. */
export function startGroups(): void {
  document.addEventListener("click", (event) => {
    const fold = hit(event, "[data-fold]");
    const body = fold?.closest("tbody")?.nextElementSibling;
    if (!fold || !(body instanceof HTMLElement)) return;
    const open = fold.getAttribute("aria-expanded") !== "true";
    fold.setAttribute("aria-expanded", String(open));
    body.hidden = !open;
  });
}
