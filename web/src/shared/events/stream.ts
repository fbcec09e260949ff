import { StreamParser } from "./parse";

export type StreamState = "connecting" | "live" | "cut";

export interface StreamOptions {
  url: string;
  fetch: typeof fetch;
  /** Waits so many milliseconds, or less when the signal aborts. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  onEvent: (name: string, data: string, id: string | null) => void;
  onState: (state: StreamState) => void;
  /** The session is over: the stream stops and does not try again. */
  onRefused: (status: number) => void;
  /** Silence after which the line is taken as dead; the server's heartbeat comes each 15 s. */
  silenceMs?: number;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

/** Waits before try number n (from 0): doubling, capped. */
export function backoff(attempt: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
}

/**
 * Follows the server's events for as long as it is not stopped. After a cut it asks for what came after the
 * last event it saw (`Last-Event-ID`); an event seen twice is given once.
 */
export class EventStream {
  private lastId: string | null = null;
  private stopped = new AbortController();
  private current: AbortController | null = null;
  private hurry: AbortController | null = null;

  constructor(private readonly options: StreamOptions) {}

  get lastEventId(): string | null {
    return this.lastId;
  }

  stop(): void {
    this.stopped.abort();
    this.current?.abort();
    this.hurry?.abort();
  }

  /** The machine says that its network is gone: no need to wait for the silence to show it. */
  drop(): void {
    this.current?.abort();
  }

  /** Tries at once (the network is back, or the page is looked at again). */
  retryNow(): void {
    this.hurry?.abort();
  }

  async run(): Promise<void> {
    let attempt = 0;
    while (!this.stopped.signal.aborted) {
      this.options.onState("connecting");
      const lived = await this.once();
      if (this.stopped.signal.aborted) return;
      this.options.onState("cut");
      attempt = lived ? 0 : attempt + 1;
      this.hurry = new AbortController();
      await this.options.wait(backoff(attempt), this.hurry.signal);
      this.hurry = null;
    }
  }

  /** One connection, from request to its end; true when it carried anything. */
  private async once(): Promise<boolean> {
    const connection = new AbortController();
    this.current = connection;
    let lived = false;
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => connection.abort(), this.options.silenceMs ?? 40_000);
    };
    try {
      alive();
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (this.lastId !== null) headers["Last-Event-ID"] = this.lastId;
      const response = await this.options.fetch(this.options.url, {
        headers,
        credentials: "same-origin",
        cache: "no-store",
        signal: connection.signal,
      });
      if (response.status === 401 || response.status === 403) {
        this.stop();
        this.options.onRefused(response.status);
        return false;
      }
      if (!response.ok || !response.body) return false;
      this.options.onState("live");
      const parser = new StreamParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return lived;
        lived = true;
        alive();
        for (const event of parser.push(value)) this.deliver(event.name, event.data, event.id);
      }
    } catch {
      return lived;
    } finally {
      clearTimeout(watchdog);
      this.current = null;
    }
  }

  private deliver(name: string, data: string, id: string | null): void {
    if (id !== null && id !== "") {
      if (this.lastId !== null && alreadySeen(id, this.lastId) && name !== "hello") return;
      if (name !== "hello") this.lastId = id;
    }
    // The greeting says where the stream stands: a cut before the first event then resumes from there.
    if (name === "hello" && this.lastId === null) this.lastId = sequenceOf(data);
    this.options.onEvent(name, data, id);
  }
}

function sequenceOf(data: string): string | null {
  try {
    const { seq } = JSON.parse(data) as { seq?: unknown };
    return typeof seq === "number" ? String(seq) : null;
  } catch {
    return null;
  }
}

/** Ids are the server's sequence numbers. */
function alreadySeen(id: string, last: string): boolean {
  const [a, b] = [Number(id), Number(last)];
  return Number.isFinite(a) && Number.isFinite(b) ? a <= b : id === last;
}
