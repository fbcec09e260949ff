import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../shared/api/problem";
import { Link, type LinkState, waitBefore } from "./link";

/** A peer connection whose fate the test decides. */
class FakePeer {
  connectionState: RTCPeerConnectionState = "new";
  localDescription = { sdp: "offer" };
  onconnectionstatechange: (() => void) | null = null;
  closed = false;
  createOffer = async () => ({ type: "offer" as const, sdp: "offer" });
  setLocalDescription = async () => {};
  setRemoteDescription = async () => {};
  close = () => {
    this.closed = true;
  };
  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

function setUp(open: () => Promise<void> = async () => {}, replaces = true) {
  const peers: FakePeer[] = [];
  const deleted: string[] = [];
  const states: LinkState[] = [];
  const link = new Link({
    signalling: {
      replaces,
      open: async () => {
        await open();
        return { answer: "answer", location: `/session/${peers.length}` };
      },
      close: (location) => deleted.push(location),
    },
    createPeer: () => {
      const peer = new FakePeer();
      peers.push(peer);
      return peer as unknown as RTCPeerConnection;
    },
    prepare: () => {},
    onState: (state) => states.push(state),
  });
  void link.run();
  return { link, peers, deleted, states };
}

const settle = () => vi.advanceTimersByTimeAsync(1);

describe("a media session", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is live once connected, and offers anew when it fails", async () => {
    const { peers, states } = setUp();
    await settle();
    peers[0]?.become("connected");
    expect(states).toEqual(["connecting", "live"]);
    peers[0]?.become("failed");
    await vi.advanceTimersByTimeAsync(waitBefore(0) + 1);
    expect(peers).toHaveLength(2);
    expect(peers[0]?.closed).toBe(true);
  });

  it("lets a short cut heal by itself", async () => {
    const { peers, states } = setUp();
    await settle();
    peers[0]?.become("connected");
    peers[0]?.become("disconnected");
    await vi.advanceTimersByTimeAsync(3_000);
    peers[0]?.become("connected");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(peers).toHaveLength(1);
    expect(states).toEqual(["connecting", "live", "cut", "live"]);
  });

  it("makes a long cut anew", async () => {
    const { peers } = setUp();
    await settle();
    peers[0]?.become("connected");
    peers[0]?.become("disconnected");
    await vi.advanceTimersByTimeAsync(4_000 + waitBefore(0) + 2);
    expect(peers).toHaveLength(2);
  });

  it("tries again after a refusal that may pass, and stops at one that will not", async () => {
    let answers = [new Problem({ title: "busy", status: 503 }), null];
    const passing = setUp(async () => {
      const next = answers.shift();
      if (next) throw next;
    });
    await vi.advanceTimersByTimeAsync(waitBefore(1) + 2);
    expect(passing.peers).toHaveLength(2);
    answers = [new Problem({ title: "no", status: 403 })];
    const refused = setUp(async () => {
      throw new Problem({ title: "no", status: 403 });
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(refused.peers).toHaveLength(1);
    expect(refused.states.at(-1)).toBe("refused");
  });

  it("tells the server when it ends, not when a reload will come back to the same seat", async () => {
    const ended = setUp();
    await settle();
    ended.link.close();
    expect(ended.deleted).toEqual(["/session/1"]);
    const reloaded = setUp();
    await settle();
    reloaded.link.close("quiet");
    expect(reloaded.deleted).toEqual([]);
    expect(reloaded.peers[0]?.closed).toBe(true);
  });

  it("ends on the server a session that nothing replaces", async () => {
    const { peers, deleted } = setUp(undefined, false);
    await settle();
    peers[0]?.become("failed");
    await settle();
    expect(deleted).toEqual(["/session/1"]);
  });
});
