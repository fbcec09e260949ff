import { describe, expect, it } from "vitest";
import { StreamParser } from "./parse";
import { backoff, EventStream, type StreamState } from "./stream";

describe("reading a stream", () => {
  it("gives one event whatever the pieces", () => {
    const text = 'id: 7\r\nevent: case.changed\r\ndata: {"a":1}\r\n\r\n: beat\n\nid: 8\ndata: x\ndata: y\n\n';
    for (let size = 1; size < text.length; size++) {
      const parser = new StreamParser();
      const events = [];
      for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
      expect(events).toEqual([
        { id: "7", name: "case.changed", data: '{"a":1}' },
        { id: "8", name: "message", data: "x\ny" },
      ]);
    }
  });

  it("gives nothing for a heartbeat or an event without data", () => {
    expect(new StreamParser().push(": beat\n\nevent: lone\n\n")).toEqual([]);
  });
});

/** A server that answers each connection with the next of these texts, then ends it. */
function server(...answers: (string | number | "down")[]) {
  const asked: (string | null)[] = [];
  const respond: typeof fetch = async (_url, init) => {
    asked.push(new Headers(init?.headers).get("Last-Event-ID"));
    const answer = answers.shift();
    if (answer === undefined) return new Response(null, { status: 401 });
    if (answer === "down") throw new TypeError("network");
    if (typeof answer === "number") return new Response(null, { status: answer });
    return new Response(answer, { status: 200 });
  };
  return { asked, respond };
}

async function follow(...answers: (string | number | "down")[]) {
  const { asked, respond } = server(...answers);
  const seen: string[] = [];
  const states: StreamState[] = [];
  const waits: number[] = [];
  let refused = 0;
  const stream = new EventStream({
    url: "/events",
    fetch: respond,
    wait: async (ms) => {
      waits.push(ms);
    },
    onEvent: (name, data) => seen.push(`${name}:${data}`),
    onState: (state) => states.push(state),
    onRefused: (status) => {
      refused = status;
    },
  });
  await stream.run();
  return { asked, seen, states, waits, refused };
}

const event = (id: number, name = "case.changed") => `id: ${id}\nevent: ${name}\ndata: ${id}\n\n`;

describe("following events", () => {
  it("asks, after a cut, for what came after the last event seen", async () => {
    const { asked, seen } = await follow(event(4) + event(5), event(6));
    expect(asked).toEqual([null, "5", "6"]);
    expect(seen).toEqual(["case.changed:4", "case.changed:5", "case.changed:6"]);
  });

  it("gives an event seen twice once", async () => {
    const { seen } = await follow(event(4) + event(5), event(5) + event(6));
    expect(seen).toEqual(["case.changed:4", "case.changed:5", "case.changed:6"]);
  });

  it("resumes from where the greeting stood when the cut comes before any event", async () => {
    const { asked } = await follow('event: hello\ndata: {"seq":41}\n\n', event(42));
    expect(asked).toEqual([null, "41", "42"]);
  });

  it("does not let a greeting move the place to resume from", async () => {
    const { asked } = await follow(event(4), event(9, "hello"));
    expect(asked).toEqual([null, "4", "4"]);
  });

  it("drops the half event that a cut left, and gets it whole on resuming", async () => {
    const { seen } = await follow(`${event(1)}id: 2\nevent: case.changed\nda`, event(2));
    expect(seen).toEqual(["case.changed:1", "case.changed:2"]);
  });

  it("waits longer after each failure and starts over once it has lived", async () => {
    const { waits } = await follow("down", 503, "down", event(1));
    expect(waits).toEqual([backoff(1), backoff(2), backoff(3), backoff(0)]);
  });

  it("stops when the session is refused", async () => {
    const { refused, states } = await follow();
    expect(refused).toBe(401);
    expect(states).toEqual(["connecting"]);
  });

  it("caps the wait", () => expect(backoff(40)).toBe(15_000));
});
