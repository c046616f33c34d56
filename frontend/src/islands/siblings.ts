import { byId } from "./page.ts";

/**
 * A record opened from a list – here, in a new tab or by a copied link – carries the list in its address: the server
 * finds its neighbours and the way back by it.
 */
export function startSiblings(): void {
  carry();
  document.body.addEventListener("htmx:afterSettle", carry);
}

function carry(): void {
  const tail = `?in=${encodeURIComponent(location.search.slice(1))}`;
  for (const link of byId("list")?.querySelectorAll<HTMLAnchorElement>("a.sk-title") ?? []) {
    link.href = link.pathname + tail;
  }
}
