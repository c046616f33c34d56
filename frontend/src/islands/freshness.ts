/**
 * A list that answers what is typed lags behind quick fingers. Enter must never take from the answer to an older text –
 * ten customers would go to whoever stood first before –: it waits for the right one.
 */
export interface Freshness {
  /** Something was typed: the list answers an older text. */
  outdate(): void;
  /** The list answers what is typed, or (`false`) no answer comes: what was to be taken meanwhile is taken, or forgotten. */
  settle(isAnswered: boolean): void;
  isOld(): boolean;
  /** Take now, or as soon as the list answers what is typed. */
  take(action: () => void): void;
}

export function freshness(): Freshness {
  let isOld = false;
  let waiting: (() => void) | undefined;
  return {
    isOld: () => isOld,
    outdate() {
      isOld = true;
      waiting = undefined;
    },
    settle(isAnswered) {
      const action = isAnswered ? waiting : undefined;
      isOld = false;
      waiting = undefined;
      action?.();
    },
    take(action) {
      if (isOld) waiting = action;
      else action();
    },
  };
}
