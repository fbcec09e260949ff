import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ServerEvent } from "../shared/api/types";
import { useResource } from "../shared/resource";
import { calls } from "./api";
import { keyOf } from "./choose";
import type { Notice } from "./types";

/** The calls that wait for the person at this screen. */
export const notices = signal<readonly Notice[]>([]);
/** Put off on this screen: they stay in the bell. */
export const putOff = signal<ReadonlySet<string>>(new Set());

export function later(notice: Notice): void {
  putOff.value = new Set([...putOff.value, keyOf(notice)]);
}

const STALE: readonly ServerEvent["kind"][] = ["call.changed", "case.claimed", "case.decided"];

/** Keeps the notices up to date while someone is signed in. The minute's look covers what no event tells. */
export function useNotices(person: string | null): void {
  const mine = useResource(person === null ? null : `notices ${person}`, calls.mine, {
    on: (event) => STALE.includes(event.kind),
    everyMs: 60_000,
  });
  useEffect(() => {
    notices.value = mine.data ?? [];
  }, [mine.data]);
}
