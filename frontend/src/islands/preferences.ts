import { hit, setCookie } from "./page.ts";

/** Buttons `data-set="theme" data-value="dark"` switch the look at once and keep it in a cookie for the server. */
export function startPreferences(): void {
  document.addEventListener("click", (event) => {
    const button = hit(event, "[data-set]");
    if (!button) return;
    const name = button.dataset["set"] ?? "";
    const value = button.dataset["value"] ?? "";
    document.documentElement.dataset[name] = value;
    setCookie(`sk_${name}`, value);
    for (const other of document.querySelectorAll<HTMLElement>(`[data-set="${name}"]`)) {
      other.setAttribute("aria-pressed", String(other.dataset["value"] === value));
    }
    document.dispatchEvent(new CustomEvent(`sk:${name}`));
  });
}
