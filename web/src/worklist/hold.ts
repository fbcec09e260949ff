import type { Item } from "../shared/api/types";

/** What the list shows, and what it would show if nothing were held back. */
export interface Held {
  shown: Item[];
  /** The server's order, while it differs from what is shown; null when they agree. */
  waiting: Item[] | null;
  /** Rows that would come, go or change place. */
  changes: number;
  /** Rows that stand under "decided": deciding a case must not move its row either. */
  decided: ReadonlySet<string>;
}

/** An order taken as it comes. */
export function settle(items: Item[]): Held {
  const decided = items.filter((item) => item.state === "decided").map((item) => item.case_id);
  return { shown: items, waiting: null, changes: 0, decided: new Set(decided) };
}

/**
 * Nothing moves under the pointer: while the list is held, each row's content is renewed where it stands, and
 * rows neither come, go nor change place. What waits is counted, to be announced and applied on demand.
 */
export function receive(before: Held, next: Item[], held: boolean): Held {
  const current = before.shown;
  if (!held || current.length === 0) return settle(next);
  const fresh = new Map(next.map((item) => [item.case_id, item]));
  const shown = current.map((item) => fresh.get(item.case_id) ?? item);
  const moves = countChanges(
    current.map((item) => item.case_id),
    next.map((item) => item.case_id),
  );
  const regrouped = next.filter(
    (item) => (item.state === "decided") !== before.decided.has(item.case_id),
  ).length;
  const changes = Math.max(moves, regrouped);
  return { shown, waiting: changes > 0 ? next : null, changes, decided: before.decided };
}

/** Arrivals, departures, and the fewest moves that bring the rows common to both into the new order. */
export function countChanges(from: string[], to: string[]): number {
  const before = new Map(from.map((id, index) => [id, index]));
  const kept = to.map((id) => before.get(id)).filter((index): index is number => index !== undefined);
  const arrivals = to.length - kept.length;
  const departures = from.length - kept.length;
  return arrivals + departures + (kept.length - longestRising(kept));
}

/** Length of the longest increasing subsequence: the rows that need not move. */
function longestRising(values: number[]): number {
  const tails: number[] = [];
  for (const value of values) {
    const at = tails.findIndex((tail) => tail >= value);
    if (at < 0) tails.push(value);
    else tails[at] = value;
  }
  return tails.length;
}
