import { describe, expect, it } from "vitest";
import { choose, countdown, keyOf, since } from "./choose";
import type { Notice } from "./types";

function notice(call: string, more: Partial<Notice> = {}): Notice {
  return {
    call_id: call,
    case_id: `case-${call}`,
    kind: "answer",
    need: "neurologist",
    need_text: { fr: "neurologue", en: "neurologist" },
    cause_text: { fr: "alerte", en: "alert" },
    site: { id: "valmont", name: "CH Valmont" },
    called_at: "2026-11-24T03:00:00Z",
    until: "2026-11-24T03:02:00Z",
    seen_at: null,
    ...more,
  };
}

const none = new Set<string>();

describe("what interrupts", () => {
  it("is the oldest call to answer, over everything", () => {
    const shown = choose([notice("a"), notice("b")], "/worklist", none);
    expect([shown?.how, shown?.notice.call_id]).toEqual(["curtain", "a"]);
  });

  it("leaves the images of another case in sight", () => {
    expect(choose([notice("a")], "/cases/other/read", none)?.how).toBe("strip");
  });

  it("is nothing for who looks at the case already", () => {
    for (const page of ["", "/read", "/dispatch"])
      expect(choose([notice("a")], `/cases/case-a${page}`, none)).toBeNull();
  });

  it("stays in the bell once put off", () => {
    const [a, b] = [notice("a"), notice("b")];
    expect(choose([a, b], "/worklist", new Set([keyOf(a)]))?.notice.call_id).toBe("b");
    expect(choose([a], "/worklist", new Set([keyOf(a)]))).toBeNull();
  });

  it("tells the sender once that nobody has accepted, after any call to answer", () => {
    const untold = notice("a", { kind: "unanswered", until: null });
    expect(choose([untold, notice("b")], "/worklist", none)?.notice.call_id).toBe("b");
    expect(choose([untold], "/worklist", none)?.notice.kind).toBe("unanswered");
    expect(choose([{ ...untold, seen_at: "2026-11-24T03:06:00Z" }], "/worklist", none)).toBeNull();
  });
});

describe("time on a call", () => {
  const at = Date.parse("2026-11-24T03:01:12Z");
  it("counts seconds while they matter", () => {
    expect(since("2026-11-24T03:00:00Z", at)).toBe("1 min 12");
    expect(since("2026-11-24T03:01:05Z", at)).toBe("7 s");
    expect(since("2026-11-24T01:00:00Z", at)).toBe("121 min");
    expect(since("2026-11-24T03:05:00Z", at)).toBe("0 s");
  });
  it("counts down to the next call and not below", () => {
    expect(countdown("2026-11-24T03:02:00Z", at)).toBe("0:48");
    expect(countdown("2026-11-24T03:00:00Z", at)).toBe("0:00");
  });
});
