import { byId, hit, text } from "./page.ts";
import { toast } from "./toasts.ts";

/** Buttons `data-copy="id"` take what is shown once – first passwords, tokens, codes – to the clipboard. */
export function startCopying(): void {
  document.addEventListener("click", (event) => {
    const source = byId(hit(event, "[data-copy]")?.dataset["copy"] ?? "");
    if (source) void copy(source);
  });
}

async function copy(source: HTMLElement): Promise<void> {
  const words = wordsOf(source);
  const isCopied = await written(words);
  toast(isCopied ? { text: text("copied") } : { text: text("not_copied"), tone: "warn" });
}

/** A table as a spreadsheet takes it, codes of a list line by line, else the text. */
function wordsOf(source: HTMLElement): string {
  const cells = (row: HTMLTableRowElement) => [...row.cells].map((cell) => cell.innerText.trim()).join("\t");
  if (source instanceof HTMLTableElement) return [...source.rows].map(cells).join("\n");
  const items = [...source.querySelectorAll("li")].map((item) => item.innerText.trim());
  return items.length ? items.join("\n") : source.innerText.trim();
}

/** Without HTTPS browsers keep the clipboard from scripts, all but the old way through a field. */
async function written(words: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return writtenByField(words);
  }
}

function writtenByField(words: string): boolean {
  const field = document.createElement("textarea");
  const focused = document.activeElement;
  field.value = words;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
