import { describe, expect, it } from "vitest";
import type { Cited, Clock, ItemName, ItemValue, Proposal, ReportVersion } from "../../shared/api/types";
import { centre, NONE, outline, score, turn } from "./aspects";
import { minutesLeft } from "./countdown";
import { asked, type Entries, fromSigned, sameValue, standing, toSend, unread, withSigned } from "./items";

const by: Cited = {
  task: "hemorrhage",
  series_instance_uid: "1.2.3",
  name: "model",
  version: "1",
  sha256: "00",
  probability: 0.97,
  threshold: 0.5,
  evidence: "internal",
};

function proposal(item: ItemName, value: ItemValue): Proposal {
  const text = { fr: "", en: "" };
  return { item, label: text, value, text, model: by };
}

const bleed = [proposal("haemorrhage", "present"), proposal("haemorrhage_volume", 12.3)];

describe("a model's proposal", () => {
  it("is not sent until somebody confirmed it", () => {
    expect(unread({}, bleed)).toEqual(["haemorrhage", "haemorrhage_volume"]);
    expect(toSend({}, bleed)).toEqual([]);
    const confirmed: Entries = { haemorrhage: { kind: "confirmed", value: "present" } };
    expect(unread(confirmed, bleed)).toEqual(["haemorrhage_volume"]);
    expect(toSend(confirmed, bleed)).toEqual([
      { item: "haemorrhage", value: "present", standing: "confirmed" },
    ]);
  });

  it("that changed after it was confirmed or put aside must be read again", () => {
    const later = [proposal("haemorrhage_volume", 15)];
    for (const kind of ["confirmed", "dismissed"] as const) {
      const entries: Entries = {
        haemorrhage: { kind: "entered", value: "present" },
        haemorrhage_volume: { kind, value: 12.3 },
      };
      expect(unread(entries, bleed.slice(1))).toEqual([]);
      expect(unread(entries, later)).toEqual(["haemorrhage_volume"]);
    }
  });

  it("that was corrected is the reader's own", () => {
    const entries: Entries = {
      haemorrhage: { kind: "confirmed", value: "present" },
      haemorrhage_volume: { kind: "entered", value: 20 },
    };
    expect(toSend(entries, bleed)[1]).toEqual({ item: "haemorrhage_volume", value: 20, standing: "entered" });
    expect(unread(entries, bleed)).toEqual([]);
  });
});

describe("details of what is absent", () => {
  it("are neither asked nor sent", () => {
    const entries: Entries = {
      haemorrhage: { kind: "entered", value: "absent" },
      haemorrhage_volume: { kind: "entered", value: 3 },
    };
    expect(asked("haemorrhage_volume", entries, [])).toBe(false);
    expect(toSend(entries, []).map((sent) => sent.item)).toEqual(["haemorrhage"]);
    expect(unread(entries, bleed)).toEqual([]);
  });

  it("are not asked before anything is said, and the others are", () => {
    expect(asked("occlusion_site", {}, [])).toBe(false);
    expect(asked("midline_shift", {}, [])).toBe(true);
  });
});

describe("versions", () => {
  const text = { fr: "", en: "" };
  const version: ReportVersion = {
    version: 1,
    status: "final",
    findings: "f",
    conclusion: "c",
    recommendation: "r",
    items: [
      { item: "haemorrhage", label: text, value: "present", text, source: "confirmed", model: by },
      { item: "ich_score", label: text, value: 3, text, source: "computed", model: null },
    ],
    signed_by: null,
    signed_at: "2026-11-24T08:00:00Z",
  };

  it("start from the last: a confirmation stands while the model says so, and is the reader's own after", () => {
    expect(fromSigned(version, bleed).haemorrhage?.kind).toBe("confirmed");
    expect(fromSigned(version, []).haemorrhage?.kind).toBe("entered");
    expect(Object.keys(fromSigned(version, []))).toEqual(["haemorrhage"]);
  });

  it("an addendum is added and replaces nothing", () => {
    const report = withSigned(null, version);
    const added = withSigned(report, { ...version, version: 2, status: "addendum", conclusion: "more" });
    expect([added.version, added.conclusion, added.addenda.map((a) => a.conclusion)]).toEqual([
      1,
      "c",
      ["more"],
    ]);
    expect(withSigned(added, { ...version, version: 3 }).addenda).toEqual([]);
  });
});

describe("values", () => {
  it("are the same whatever the order of their keys", () => {
    expect(sameValue({ kind: "deep", side: "left" }, { side: "left", kind: "deep" })).toBe(true);
    expect(sameValue({ kind: "deep", side: "left" }, { kind: "deep", side: null })).toBe(false);
    expect(sameValue(12.3, 12.3)).toBe(true);
    expect(standing("glasgow", {}, [])).toEqual({ kind: "unset" });
  });
});

describe("ASPECTS", () => {
  it("turns a region from spared to affected to not assessable and back", () => {
    const once = turn(NONE, "right", "insula");
    const twice = turn(once, "right", "insula");
    expect([score(once.right), score(twice.right), score(once.left)]).toEqual(["9", "9–10", "10"]);
    expect(turn(twice, "right", "insula")).toEqual(NONE);
    expect(NONE).toEqual({ left: {}, right: {} });
  });

  it("draws the patient's right at the left of the picture", () => {
    expect(centre("m2", "right")[0]).toBeLessThan(100);
    expect(centre("m2", "left")[0]).toBeGreaterThan(100);
    for (const [x, y] of outline("m4", "right")) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("the report's hour", () => {
  const clock = {} as Clock;

  it("counts down from the first image, and past it", () => {
    const due = "2026-11-24T09:00:00Z";
    const at = (time: string) =>
      minutesLeft({ report_due_at: due, reported_at: null, clock }, Date.parse(time));
    expect(at("2026-11-24T08:30:00Z")).toBe(30);
    expect(at("2026-11-24T09:10:00Z")).toBe(-10);
    expect(minutesLeft({ report_due_at: null, reported_at: null, clock }, 0)).toBeNull();
  });
});
