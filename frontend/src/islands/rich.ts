import type Squire from "squire-rte";

/** What is kept of a pasted text; the server keeps no more (`engine/record/rich.py`). */
const KEPT = { ALLOWED_TAGS: ["p", "br", "b", "strong", "i", "em", "u", "s", "ul", "ol", "li", "a", "blockquote"], ALLOWED_ATTR: ["href"] };

/** Blocks of other programs, which become paragraphs; what merely holds blocks is dropped around them. */
const BLOCKS = ["h1", "h2", "h3", "h4", "h5", "h6", "pre", "tr", "div", "section", "article", "table", "tbody", "thead", "td", "th"];
const BLOCK = [...BLOCKS, "p", "ul", "ol", "li", "blockquote"].join();

/** Text with formatting: makes an editor of each `[data-rich]`, whose text area holds the markup that is sent. */
export function startRich(): void {
  const all = (root: ParentNode) => root.querySelectorAll<HTMLElement>("[data-rich]:not([data-ready])").forEach((place) => void make(place));
  all(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof Element) all(event.target.parentElement ?? document);
  });
}

/** The editor is a script of its own, for pages that have such a field. */
async function make(place: HTMLElement): Promise<void> {
  place.dataset["ready"] = "yes";
  const [{ default: Editor }, { default: purify }] = await Promise.all([import("squire-rte"), import("dompurify")]);
  const area = place.querySelector("textarea");
  const bar = place.querySelector<HTMLElement>("[role=toolbar]");
  if (!area || !bar) return;
  const page = document.createElement("div");
  page.className = "sk-rich form-control";
  for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"], ["aria-label", place.dataset["label"] ?? ""]] as const) page.setAttribute(name, value);
  for (const name of ["aria-invalid", "aria-describedby"]) if (area.hasAttribute(name)) page.setAttribute(name, area.getAttribute(name) ?? "");
  area.after(page);
  const editor = new Editor(page, {
    blockTag: "P",
    sanitizeToDOMFragment: (html: string) => {
      const tags = [...KEPT.ALLOWED_TAGS, ...BLOCKS];
      return document.importNode(paragraphs(purify.sanitize(html, { ...KEPT, ALLOWED_TAGS: tags, RETURN_DOM_FRAGMENT: true })), true);
    },
  });
  editor.setHTML(area.value);
  area.hidden = true;
  bar.hidden = false;
  editor.addEventListener("input", () => {
    area.value = editor.getHTML();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // A draft that is taken up again comes into the text area.
  let shown = area.value;
  area.form?.addEventListener("input", () => {
    if (area.value !== editor.getHTML() && area.value !== shown) editor.setHTML(area.value);
    shown = area.value;
  });
  place.parentElement?.querySelector(`label[for="${area.id}"]`)?.addEventListener("click", () => editor.focus());
  page.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form?.requestSubmit();
  });
  tools(bar, editor);
  if (area.form?.matches("[data-inline]")) editor.focus();
}

/** Headings, rows of tables and the like as paragraphs, so that what stood in lines of its own still does. */
function paragraphs(cleaned: DocumentFragment): DocumentFragment {
  for (const cell of cleaned.querySelectorAll("td, th")) cell.replaceWith(...cell.childNodes, " ");
  for (const block of [...cleaned.querySelectorAll(BLOCKS.join())].reverse()) {
    if (block.querySelector(BLOCK) || block.parentElement?.closest("li, p")) {
      block.replaceWith(...block.childNodes);
      continue;
    }
    const line = document.createElement("p");
    line.append(...block.childNodes);
    block.replaceWith(line);
  }
  return cleaned;
}

/** What was typed as the address of a link, in full; undefined for what is none. */
function address(typed: string): string | undefined {
  const said = typed.trim();
  if (/^(https?:\/\/|mailto:|tel:)\S+$/i.test(said)) return said;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(said)) return `mailto:${said}`;
  return /^[^\s/:]+\.[^\s/:]{2,}(:\d+)?(\/\S*)?$/.test(said) ? `https://${said}` : undefined;
}

function tools(bar: HTMLElement, editor: Squire): void {
  const link = bar.querySelector<HTMLInputElement>("[data-link]");
  const toggle = (tag: string, on: () => unknown, off: () => unknown) => (editor.hasFormat(tag) ? off() : on());
  const deeds: Record<string, () => void> = {
    bold: () => toggle("B", () => editor.bold(), () => editor.removeBold()),
    italic: () => toggle("I", () => editor.italic(), () => editor.removeItalic()),
    underline: () => toggle("U", () => editor.underline(), () => editor.removeUnderline()),
    bullets: () => toggle("UL", () => editor.makeUnorderedList(), () => editor.removeList()),
    numbers: () => toggle("OL", () => editor.makeOrderedList(), () => editor.removeList()),
    none: () => editor.removeAllFormatting(),
    link: () => {
      if (editor.hasFormat("A")) return void editor.removeLink();
      if (!link) return;
      link.hidden = false;
      link.focus();
    },
  };
  // The selection stays in the text.
  bar.addEventListener("mousedown", (event) => {
    if (event.target !== link) event.preventDefault();
  });
  bar.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]") : null;
    if (button) deeds[button.dataset["do"] ?? ""]?.();
  });
  link?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const found = address(link.value);
    link.classList.toggle("is-invalid", event.key === "Enter" && !found && link.value !== "");
    if (event.key === "Enter" && !found && link.value) return;
    if (event.key === "Enter" && found) editor.makeLink(found);
    link.value = "";
    link.hidden = true;
    editor.focus();
  });
  const mark = () => {
    for (const [name, tag] of [["bold", "B"], ["italic", "I"], ["underline", "U"], ["bullets", "UL"], ["numbers", "OL"], ["link", "A"]] as const) {
      bar.querySelector(`[data-do=${name}]`)?.setAttribute("aria-pressed", String(editor.hasFormat(tag)));
    }
  };
  editor.addEventListener("pathChange", mark);
  editor.addEventListener("select", mark);
}
