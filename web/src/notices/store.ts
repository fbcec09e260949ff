import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ServerEvent } from "../shared/api/types";
import { useResource } from "../shared/resource";
import { calls } from "./api";
import { keyOf } from "./choose";
import type { Notice, Notices, StoodDown } from "./types";

/** The calls that wait for the person at this screen. */
export const notices = signal<readonly Notice[]>([]);
/** What the person is not expected for any more, until they have seen it: in the bell, and nowhere else. */
export const stoodDown = signal<readonly StoodDown[]>([]);
/** Put off on this screen: they stay in the bell. */
export const putOff = signal<ReadonlySet<string>>(new Set());

export function later(notice: Notice): void {
  putOff.value = new Set([...putOff.value, keyOf(notice)]);
}

/** Seen on this screen: an answer that was under way meanwhile does not bring them back. */
const seenHere = new Set<string>();

/** What the server says waits for the person; null when nobody is signed in. */
export function take(mine: Notices | null): void {
  if (mine === null) seenHere.clear();
  notices.value = mine?.notices ?? [];
  stoodDown.value = (mine?.stood_down ?? []).filter((told) => !seenHere.has(told.call_id));
}

/** Tells the server that the person has seen it; it then goes. */
export async function seen(told: StoodDown): Promise<void> {
  await calls.seen(told.call_id);
  seenHere.add(told.call_id);
  stoodDown.value = stoodDown.value.filter((one) => one.call_id !== told.call_id);
}

const STALE: readonly ServerEvent["kind"][] = [
  "call.changed",
  "case.claimed",
  "case.released",
  "case.decided",
];

/** Keeps the notices up to date while someone is signed in. The minute's look covers what no event tells. */
export function useNotices(person: string | null): void {
  const mine = useResource(person === null ? null : `notices ${person}`, calls.mine, {
    on: (event) => STALE.includes(event.kind),
    everyMs: 60_000,
  });
  useEffect(() => {
    take(mine.data);
  }, [mine.data]);
}
