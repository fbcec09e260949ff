import { signal } from "@preact/signals";
import { API } from "../api/client";
import type { ServerEvent } from "../api/types";
import { EventStream, type StreamState } from "./stream";

export const streamState = signal<StreamState>("connecting");
/** When the line was lost; null while it holds. */
export const cutSince = signal<number | null>(null);

type Listener = (event: ServerEvent) => void;
const listeners = new Set<Listener>();
let stream: EventStream | null = null;

/** Calls back for each server event, and with `hello` whenever the line is back. Returns the way to stop. */
export function onServerEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function publish(event: ServerEvent): void {
  for (const listener of [...listeners]) listener(event);
}

function setState(state: StreamState): void {
  if (state === "live") {
    const wasCut = cutSince.value !== null;
    cutSince.value = null;
    // Whatever the resumed stream may not hold any more is fetched again.
    if (wasCut) publish({ seq: 0, kind: "hello", case_id: null, at: new Date().toISOString() });
  } else if (state === "cut" && cutSince.value === null) {
    cutSince.value = Date.now();
  }
  if (!(state === "connecting" && cutSince.value !== null)) streamState.value = state;
}

function wait(ms: number, hurry: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    hurry.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Opens the one stream of this page. */
export function startEvents(onSignedOut: () => void): () => void {
  stream?.stop();
  const mine = new EventStream({
    url: `${API}/events`,
    fetch: window.fetch.bind(window),
    wait,
    onState: setState,
    // Some roles have no events to follow; only a lost session sends one back to the sign-in.
    onRefused: (status) => {
      if (status === 401) onSignedOut();
    },
    onEvent: (name, data) => {
      try {
        publish({ ...(JSON.parse(data) as ServerEvent), kind: name as ServerEvent["kind"] });
      } catch {
        // A newer server may send what this page does not know; the next refetch covers it.
      }
    },
  });
  stream = mine;
  void mine.run();
  const hurry = () => mine.retryNow();
  const drop = () => mine.drop();
  window.addEventListener("offline", drop);
  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  return () => {
    mine.stop();
    window.removeEventListener("offline", drop);
    window.removeEventListener("online", hurry);
    document.removeEventListener("visibilitychange", hurry);
    if (stream === mine) stream = null;
    cutSince.value = null;
    streamState.value = "connecting";
  };
}
