import { signal } from "@preact/signals";

/**
 * The server's clock, followed from what it answers: a workstation whose clock is wrong must not show a wrong window.
 */
let offsetMs = 0;

/** One beat a second, for everything on screen that counts. */
export const beat = signal(Date.now());

/** Now, in milliseconds, by the server's clock. */
export function now(): number {
  return Date.now() + offsetMs;
}

/** Follows the server when it is more than two seconds away (its `Date` header counts whole seconds). */
export function followServerClock(serverTime: string | null): void {
  if (!serverTime) return;
  const at = Date.parse(serverTime);
  if (Number.isNaN(at)) return;
  if (Math.abs(at - now()) > 2000) offsetMs = at - Date.now();
}

export function startBeat(): () => void {
  const timer = window.setInterval(() => {
    beat.value = now();
  }, 1000);
  return () => window.clearInterval(timer);
}
