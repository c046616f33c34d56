import { hit } from "./page.ts";

const POSITION = "sk-scroll:";

const SIDE = "sk-side-scroll";

/** The phone's navigation drawer, the navigation where one left it, the open tab in sight, and lists where one comes Back. */
export function startNavigation(): void {
  document.addEventListener("click", (event) => {
    if (hit(event, "[data-drawer-open]")) drawer(true);
    else if (hit(event, "[data-drawer-close]") || (isDrawerOpen() && !hit(event, ".sk-side"))) drawer(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isDrawerOpen()) drawer(false);
  });
  window.addEventListener("pagehide", keepScroll);
  document.addEventListener("htmx:load", showTab);
  restoreSide();
  restoreScroll();
  showTab();
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

/** The navigation stays where it was from page to page; where one is, is seen. */
function restoreSide(): void {
  const side = document.querySelector<HTMLElement>(".sk-side");
  if (!side) return;
  side.scrollTop = Number(sessionStorage.getItem(SIDE) ?? 0);
  const here = side.querySelector<HTMLElement>("[aria-current]");
  if (here && (here.offsetTop < side.scrollTop || here.offsetTop + here.offsetHeight > side.scrollTop + side.clientHeight)) side.scrollTop = here.offsetTop - side.clientHeight / 2;
}

/** Where the tabs of a list are more than fit – on a phone – the one that is open is seen. */
function showTab(): void {
  for (const here of document.querySelectorAll<HTMLElement>(".sk-views > [aria-current], .sk-views > [aria-selected='true']")) {
    const tabs = here.parentElement;
    if (!tabs) continue;
    const [outer, inner] = [tabs.getBoundingClientRect(), here.getBoundingClientRect()];
    if (inner.left < outer.left || inner.right > outer.right) tabs.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  }
}

function keepScroll(): void {
  sessionStorage.setItem(SIDE, String(document.querySelector(".sk-side")?.scrollTop ?? 0));
  const region = document.querySelector(".sk-scroll[data-keep]");
  if (region) sessionStorage.setItem(POSITION + location.pathname + location.search, String(region.scrollTop));
}

function restoreScroll(): void {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const region = document.querySelector(".sk-scroll[data-keep]");
  if (!region || entry?.type !== "back_forward") return;
  region.scrollTop = Number(sessionStorage.getItem(POSITION + location.pathname + location.search) ?? 0);
}
