import { csrf, text } from "./page.ts";
import { toast } from "./toasts.ts";

/** What the server says of a move: words, perhaps with the address that takes it back, and the record's new version. */
export interface Said {
  text: string;
  undo?: string;
  version?: number;
}

/**
 * Tell the server that something was put elsewhere, and say what came of it; undefined where it stays where it was.
 * A session that has ended leads to the sign-in page.
 */
export async function tellMove(address: string, values: Record<string, string>): Promise<Said | undefined> {
  const headers = { "X-CSRFToken": csrf(), "HX-Request": "true" };
  const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(values) }).catch(() => undefined);
  const elsewhere = answer?.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  const isSaid = answer?.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  const failed = answer ? text("failed", { status: answer.status }) : text("offline");
  const said: Said = answer && isSaid ? await answer.json() : { text: failed };
  const done = isSaid && answer?.ok;
  if (said.text) toast({ text: said.text, tone: done ? "good" : "bad", ...(said.undo ? { undo: said.undo } : {}) });
  return done ? said : undefined;
}
