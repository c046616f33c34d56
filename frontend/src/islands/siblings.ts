import { byId, text } from "./page.ts";

const KEY = "sk-siblings:";

interface Siblings {
  address: string;
  ids: string[];
}

/** A record opened from a list knows its neighbours and the way back to the list as it was filtered; in this tab only. */
export function startSiblings(): void {
  remember();
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target instanceof Element && event.target.id === "list") remember();
  });
  offer();
}

function remember(): void {
  const rows = byId("rows");
  const ids = [...(rows?.querySelectorAll<HTMLInputElement>("input[data-row]") ?? [])].map((box) => box.value);
  if (ids.length) {
    const kept: Siblings = { address: location.pathname + location.search, ids };
    sessionStorage.setItem(KEY + location.pathname, JSON.stringify(kept));
  }
}

function offer(): void {
  const bar = document.querySelector<HTMLElement>("[data-siblings]");
  const list = bar?.dataset["list"];
  const kept = list ? sessionStorage.getItem(KEY + list) : null;
  if (!bar || !kept) return;
  const { address, ids } = JSON.parse(kept) as Siblings;
  const at = ids.indexOf(bar.dataset["siblings"] ?? "");
  if (at < 0) return;
  const back = document.querySelector<HTMLAnchorElement>("a[data-back]");
  if (back) back.href = address;
  bar.hidden = false;
  link(bar, "previous", list, ids[at - 1]);
  link(bar, "next", list, ids[at + 1]);
  const place = bar.querySelector("[data-place]");
  if (place) place.textContent = text("place", { at: at + 1, count: ids.length });
}

function link(bar: Element, which: string, list: string | undefined, id: string | undefined): void {
  const anchor = bar.querySelector<HTMLAnchorElement>(`[data-sibling=${which}]`);
  if (!anchor) return;
  if (id) {
    anchor.href = `${list}/${id}`;
  } else {
    anchor.setAttribute("role", "link");
    anchor.setAttribute("aria-disabled", "true");
  }
}
