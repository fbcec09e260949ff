import type { Problem } from "../shared/api/problem";
import { asProblem } from "../shared/api/problem";

export type LinkState = "connecting" | "live" | "cut" | "refused" | "closed";

/** One WHIP or WHEP session on the server (RFC 9725). */
export interface Signalling {
  /** Sends the offer; gives the answer and where the session lives. */
  open: (offer: string) => Promise<{ answer: string; location: string }>;
  close: (location: string) => void;
  /** A new session of this kind takes the old one's place, so that the others see no gap between them. */
  replaces: boolean;
}

export interface LinkOptions {
  signalling: Signalling;
  createPeer: () => RTCPeerConnection;
  /** Adds tracks or transceivers to a new connection. */
  prepare: (peer: RTCPeerConnection) => void;
  onState: (state: LinkState, problem: Problem | null) => void;
}

/** A connection that is not up so long after its answer is tried again. */
const CONNECT_MS = 8_000;
/** A connection may be "disconnected" so long before it is made anew: short cuts heal by themselves. */
const HEAL_MS = 4_000;
const LAST_WAIT_MS = 4_000;

export function waitBefore(attempt: number): number {
  return Math.min(LAST_WAIT_MS, 400 * 2 ** attempt);
}

/** The server will not take this session, whatever we try. */
function isFinal(problem: Problem): boolean {
  return problem.status === 401 || problem.status === 403;
}

/**
 * Keeps one media session up until it is closed: when the connection fails, or stays cut, it offers anew, and the
 * server lets the new session take the old one's place.
 */
export class Link {
  private closed = false;
  private location: string | null = null;
  private peer: RTCPeerConnection | null = null;
  private wake: (() => void) | null = null;

  constructor(private readonly options: LinkOptions) {}

  async run(): Promise<void> {
    let attempt = 0;
    this.tell("connecting");
    while (!this.closed) {
      try {
        const lived = await this.once();
        attempt = lived ? 0 : attempt + 1;
      } catch (cause) {
        const problem = asProblem(cause);
        this.drop(true);
        if (isFinal(problem)) return this.tell("refused", problem);
        attempt += 1;
      }
      if (this.closed) return;
      this.tell("cut");
      await this.pause(waitBefore(attempt));
    }
  }

  /** Tries again at once (the network is back). */
  hurry(): void {
    this.wake?.();
  }

  /** Ends it here; `quiet` leaves the server's session to the page that comes after a reload. */
  close(how: "end" | "quiet" = "end"): void {
    if (this.closed) return;
    this.closed = true;
    this.drop(how === "end");
    this.wake?.();
    this.tell("closed");
  }

  /** One session from offer to loss; true when media could flow. */
  private async once(): Promise<boolean> {
    const peer = this.options.createPeer();
    this.peer = peer;
    this.options.prepare(peer);
    await peer.setLocalDescription(await peer.createOffer());
    // The server is the lite side of ICE and learns our addresses from our checks: no candidate is waited for.
    const { answer, location } = await this.options.signalling.open(peer.localDescription?.sdp ?? "");
    if (this.closed) {
      this.options.signalling.close(location);
      return false;
    }
    this.location = location;
    await peer.setRemoteDescription({ type: "answer", sdp: answer });
    const lived = await this.untilLost(peer);
    this.drop(!this.options.signalling.replaces);
    return lived;
  }

  private untilLost(peer: RTCPeerConnection): Promise<boolean> {
    return new Promise((resolve) => {
      let lived = false;
      let timer = setTimeout(() => done(), CONNECT_MS);
      const done = () => {
        clearTimeout(timer);
        peer.onconnectionstatechange = null;
        this.wake = null;
        resolve(lived);
      };
      const look = () => {
        const state = peer.connectionState;
        if (state === "connected") {
          lived = true;
          clearTimeout(timer);
          this.tell("live");
        } else if (state === "disconnected") {
          this.tell("cut");
          clearTimeout(timer);
          timer = setTimeout(done, HEAL_MS);
        } else if (state === "failed" || state === "closed") {
          done();
        }
      };
      this.wake = () => {
        if (this.closed) done();
      };
      peer.onconnectionstatechange = look;
      look();
    });
  }

  private drop(tellServer: boolean): void {
    const { peer, location } = this;
    this.peer = null;
    this.location = null;
    peer?.close();
    if (location !== null && tellServer) this.options.signalling.close(location);
  }

  private tell(state: LinkState, problem: Problem | null = null): void {
    if (this.closed && state !== "closed") return;
    this.options.onState(state, problem);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
    });
  }
}
