import { h } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { elements, shownText } from "../shared/testing/drawn";
import { choose } from "./choose";
import { StoodDownLine } from "./stood-down";
import { notices, seen, stoodDown, take } from "./store";
import type { StoodDown } from "./types";

function told(call: string): StoodDown {
  return {
    call_id: call,
    case_id: `case-${call}`,
    need: "neurologist",
    need_text: { fr: "neurologue", en: "neurologist" },
    site: { id: "valmont", name: "CH Valmont" },
    at: "2026-11-24T03:04:00Z",
    text: {
      fr: "Dr Delorme lit le cas : vous n'êtes plus attendu.",
      en: "Dr Delorme reads the case: you are not expected any more.",
    },
  };
}

const sent: string[] = [];
let status = 204;

beforeEach(() => {
  sent.length = 0;
  status = 204;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    sent.push(`${init.method} ${path}`);
    return new Response(status === 204 ? null : "{}", { status });
  });
  take(null);
  take({ notices: [], stood_down: [told("a"), told("b")] });
});

afterEach(() => vi.unstubAllGlobals());

const kept = () => stoodDown.value.map((one) => one.call_id);

describe("who is not expected any more", () => {
  it("reads why, and can open the case or put the word away", () => {
    let put = false;
    const line = h(StoodDownLine, {
      told: told("a"),
      problem: null,
      onSeen: () => {
        put = true;
      },
    });
    expect(shownText(line)).toContain("vous n'êtes plus attendu");
    const [link] = elements(line).filter((element) => element.type === "a");
    expect(link?.props.href).toBe("/cases/case-a");
    const [button] = elements(line).filter((element) => element.type === "button");
    const press = button?.props.onClick as ((event: object) => void) | undefined;
    press?.({ currentTarget: null });
    expect(put).toBe(true);
  });

  it("is not called by it: nothing is counted, nothing interrupts", () => {
    expect(kept()).toEqual(["a", "b"]);
    expect(notices.value).toEqual([]);
    expect(choose(notices.value, "/worklist", new Set())).toBeNull();
  });

  it("says once that it was seen, and it goes and does not come back", async () => {
    await seen(told("a"));
    expect(sent).toEqual(["POST /api/v1/calls/a/seen"]);
    expect(kept()).toEqual(["b"]);
    take({ notices: [], stood_down: [told("a"), told("b")] });
    expect(kept()).toEqual(["b"]);
  });

  it("keeps it while the server has not heard that it was seen", async () => {
    status = 503;
    await expect(seen(told("a"))).rejects.toThrow();
    expect(kept()).toEqual(["a", "b"]);
  });

  it("sees nothing of it once signed out", () => {
    take(null);
    expect(kept()).toEqual([]);
  });
});
