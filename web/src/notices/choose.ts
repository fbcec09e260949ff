import type { Notice } from "./types";

/** How a notice shows itself: over everything, as a strip beside the images, or in the bell alone. */
export type Shown = { how: "curtain" | "strip"; notice: Notice } | null;

/** A notice's name on this screen. */
export function keyOf(notice: Notice): string {
  return `${notice.call_id} ${notice.kind}`;
}

/**
 * The one notice that interrupts, the oldest first. Who already looks at the case is not interrupted for it; who reads
 * another one keeps the images and gets a strip; what was put off or, for the sender, seen stays in the bell.
 */
export function choose(notices: readonly Notice[], pathname: string, putOff: ReadonlySet<string>): Shown {
  const here = (notice: Notice) => pathname.startsWith(`/cases/${notice.case_id}`);
  const waiting = notices.filter((notice) => !putOff.has(keyOf(notice)) && !here(notice));
  const notice =
    waiting.find((one) => one.kind === "answer") ?? waiting.find((one) => one.seen_at === null) ?? null;
  if (!notice) return null;
  const reading = /^\/cases\/[^/]+\/read$/.test(pathname);
  return { how: reading ? "strip" : "curtain", notice };
}

/** "1 min 12": how long ago, to the second while seconds matter. */
export function since(from: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(from)) / 1000));
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes === 0) return `${rest} s`;
  return minutes < 60 ? `${minutes} min ${String(rest).padStart(2, "0")}` : `${minutes} min`;
}

/** "1:48" until the next call; "0:00" once it is due. */
export function countdown(until: string, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - nowMs) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
