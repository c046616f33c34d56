import { hit } from "./page.ts";

const POSITION = "sk-scroll:";

/** The phone's navigation drawer, and lists that stand where one left them when one comes Back. */
export function startNavigation(): void {
  document.addEventListener("click", (event) => {
    if (hit(event, "[data-drawer-open]")) drawer(true);
    else if (hit(event, "[data-drawer-close]") || (isDrawerOpen() && !hit(event, ".sk-side"))) drawer(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isDrawerOpen()) drawer(false);
  });
  window.addEventListener("pagehide", keepScroll);
  restoreScroll();
}

function isDrawerOpen(): boolean {
  return document.body.dataset["drawer"] === "open";
}

function drawer(open: boolean): void {
  document.body.dataset["drawer"] = open ? "open" : "";
  for (const button of document.querySelectorAll("[data-drawer-open]")) button.setAttribute("aria-expanded", String(open));
  const focus = open ? ".sk-side-close" : "[data-drawer-open]";
  [...document.querySelectorAll<HTMLElement>(focus)].find((button) => button.offsetParent !== null)?.focus();
}

function keepScroll(): void {
  const region = document.querySelector(".sk-scroll[data-keep]");
  if (region) sessionStorage.setItem(POSITION + location.pathname + location.search, String(region.scrollTop));
}

function restoreScroll(): void {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const region = document.querySelector(".sk-scroll[data-keep]");
  if (!region || entry?.type !== "back_forward") return;
  region.scrollTop = Number(sessionStorage.getItem(POSITION + location.pathname + location.search) ?? 0);
}
