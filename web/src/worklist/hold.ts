import type { Item } from "../shared/api/types";

/** What the list shows, and what it would show if nothing were held back. */
export interface Held {
  shown: Item[];
  /** The server's order, while it differs from what is shown; null when they agree. */
  waiting: Item[] | null;
  /** Rows that would come, go or change place. */
  changes: number;
}

/**
 * Nothing moves under the pointer: while the list is held, each row's content is renewed where it stands, and
 * rows neither come, go nor change place. What waits is counted, to be announced and applied on demand.
 */
export function receive(current: Item[], next: Item[], held: boolean): Held {
  if (!held || current.length === 0) return { shown: next, waiting: null, changes: 0 };
  const fresh = new Map(next.map((item) => [item.case_id, item]));
  const shown = current.map((item) => fresh.get(item.case_id) ?? item);
  const changes = countChanges(
    current.map((item) => item.case_id),
    next.map((item) => item.case_id),
  );
  return { shown, waiting: changes > 0 ? next : null, changes };
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
