import { signal } from "@preact/signals";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Participant } from "../shared/api/types";
import { onServerEvent } from "../shared/events/bus";
import { type Capture, capture } from "./devices";
import { Link, type LinkState } from "./link";
import { playing, publishing } from "./signalling";

export interface Remote {
  participant: Participant;
  stream: MediaStream;
  state: LinkState;
}

const KEPT = "vigie.call";
/** Who is in the call is asked for again so often, should an event be missed. */
const LOOK_MS = 4_000;

/** The call this tab was in, to go back to after a reload. */
export function keptCall(): string | null {
  return sessionStorage.getItem(KEPT);
}

/** A call joined from this tab: one session out, one in for each other person who publishes. */
export class Call {
  readonly capture = signal<Capture | null>(null);
  readonly out = signal<LinkState>("connecting");
  readonly remotes = signal<readonly Remote[]>([]);
  readonly others = signal<readonly Participant[]>([]);
  readonly muted = signal(false);
  readonly dark = signal(false);
  readonly problem = signal<Problem | null>(null);

  private outLink: Link | null = null;
  private inLinks = new Map<string, Link>();
  private stops: (() => void)[] = [];
  private looking = false;

  constructor(
    readonly consultId: string,
    readonly caseId: string,
    private readonly username: string,
  ) {}

  async start(): Promise<void> {
    sessionStorage.setItem(KEPT, this.consultId);
    // A reload comes back to the same seat: the server is not told, and the others see no gap.
    const onHide = () => this.stopLinks("quiet");
    const onOnline = () => this.hurry();
    window.addEventListener("pagehide", onHide);
    window.addEventListener("online", onOnline);
    const timer = window.setInterval(() => void this.look(), LOOK_MS);
    this.stops.push(
      () => window.removeEventListener("pagehide", onHide),
      () => window.removeEventListener("online", onOnline),
      () => window.clearInterval(timer),
      onServerEvent((event) => {
        const mine = event.consult_id === this.consultId || event.case_id === this.caseId;
        if (event.kind === "hello" || (event.kind === "consult.changed" && mine)) void this.look();
      }),
    );
    void this.look();
    const taken = await capture();
    this.capture.value = taken;
    if (this.stops.length === 0) return this.stopTracks();
    if (taken.stream) this.publish(taken.stream);
  }

  leave(): void {
    if (keptCall() === this.consultId) sessionStorage.removeItem(KEPT);
    for (const stop of this.stops) stop();
    this.stops = [];
    this.stopLinks("end");
    this.stopTracks();
  }

  toggleMuted(): void {
    this.muted.value = !this.muted.value;
    for (const track of this.capture.value?.stream?.getAudioTracks() ?? []) track.enabled = !this.muted.value;
  }

  toggleDark(): void {
    this.dark.value = !this.dark.value;
    for (const track of this.capture.value?.stream?.getVideoTracks() ?? []) track.enabled = !this.dark.value;
  }

  private publish(stream: MediaStream): void {
    this.outLink = new Link({
      signalling: publishing(this.consultId),
      createPeer: () => new RTCPeerConnection({ bundlePolicy: "max-bundle" }),
      prepare: (peer) => {
        for (const track of stream.getTracks()) {
          peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
        }
      },
      onState: (state, problem) => {
        this.out.value = state;
        this.problem.value = problem;
      },
    });
    void this.outLink.run();
  }

  /** Looks who is there, and follows each other person who publishes. */
  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const consult = await api.consult(this.consultId);
      if (this.stops.length === 0) return;
      const others = consult.participants.filter((p) => p.username !== this.username);
      this.others.value = others;
      this.follow(others.filter((p) => p.publishing));
      if (this.out.value !== "refused") this.problem.value = null;
    } catch (cause) {
      const problem = asProblem(cause);
      if (!problem.isOffline) this.problem.value = problem;
    } finally {
      this.looking = false;
    }
  }

  private follow(publishers: Participant[]): void {
    const wanted = new Set(publishers.map((p) => p.participant_id));
    for (const [id, link] of this.inLinks) {
      if (wanted.has(id)) continue;
      link.close();
      this.inLinks.delete(id);
    }
    this.remotes.value = this.remotes.value.filter((r) => wanted.has(r.participant.participant_id));
    for (const participant of publishers) {
      if (!this.inLinks.has(participant.participant_id)) this.play(participant);
    }
  }

  private play(participant: Participant): void {
    const id = participant.participant_id;
    const put = (change: Partial<Remote>) => {
      this.remotes.value = this.remotes.value.map((r) =>
        r.participant.participant_id === id ? { ...r, ...change } : r,
      );
    };
    const link = new Link({
      signalling: playing(this.consultId, id),
      createPeer: () => new RTCPeerConnection({ bundlePolicy: "max-bundle" }),
      prepare: (peer) => {
        const stream = new MediaStream();
        peer.addTransceiver("audio", { direction: "recvonly" });
        peer.addTransceiver("video", { direction: "recvonly" });
        peer.ontrack = (event) => {
          stream.addTrack(event.track);
          put({ stream });
        };
      },
      onState: (state) => put({ state }),
    });
    this.inLinks.set(id, link);
    this.remotes.value = [
      ...this.remotes.value,
      { participant, stream: new MediaStream(), state: "connecting" },
    ];
    void link.run();
  }

  private hurry(): void {
    void this.look();
    this.outLink?.hurry();
    for (const link of this.inLinks.values()) link.hurry();
  }

  private stopLinks(how: "end" | "quiet"): void {
    this.outLink?.close(how);
    this.outLink = null;
    for (const link of this.inLinks.values()) link.close(how);
    this.inLinks.clear();
    this.remotes.value = [];
  }

  private stopTracks(): void {
    for (const track of this.capture.value?.stream?.getTracks() ?? []) track.stop();
  }
}

/** The one call of this tab; it goes on from page to page. */
export const current = signal<Call | null>(null);
/** The case whose page shows the call in its own panel. */
export const shownFor = signal<string | null>(null);

export function join(consultId: string, caseId: string, username: string): void {
  if (current.value?.consultId === consultId) return;
  current.value?.leave();
  const call = new Call(consultId, caseId, username);
  current.value = call;
  void call.start();
}

export function leave(): void {
  current.value?.leave();
  current.value = null;
}
