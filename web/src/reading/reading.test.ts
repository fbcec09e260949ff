import { describe, expect, it } from "vitest";
import type { Case, Item } from "../shared/api/types";
import { moreUrgent } from "./announce";
import { toggleTreatment } from "./decision-form";
import { areaMm2, contourPath, fromCorners, lengthMm, toPixel, toScreen } from "./geometry";
import { likelyDiagnosis, proposeReport } from "./propose";
import { type DicomJson, inOrder, outwards } from "./series";
import { dragged, PRESETS, range } from "./windows";

describe("windows", () => {
  it("has the reading room's presets on keys 1 to 6", () => {
    expect(PRESETS.map((p) => p.name)).toEqual(["brain", "subdural", "stroke", "bone", "soft", "auto"]);
    expect(range({ width: 80, level: 40 })).toEqual({ lower: 0, upper: 80 });
  });

  it("widens to the right, darkens downwards, and never inverts", () => {
    expect(dragged({ width: 80, level: 40 }, 10, 0).width).toBeGreaterThan(80);
    expect(dragged({ width: 80, level: 40 }, 0, 10).level).toBeGreaterThan(40);
    expect(dragged({ width: 80, level: 40 }, -10_000, 0).width).toBe(2);
  });
});

describe("the image's place on the screen", () => {
  // Half size, moved by 100,50: pixel 0,0 is drawn at 100,50.
  const matrix = fromCorners([100, 50], [100.5, 50], [100, 50.5]);

  it("goes to the screen and back", () => {
    expect(toScreen(matrix, [10, 20])).toEqual([105, 60]);
    expect(toPixel(matrix, [105, 60])).toEqual([10, 20]);
  });

  it("has no pixel where the image has no extent", () => {
    expect(toPixel(fromCorners([0, 0], [0, 0], [0, 0]), [1, 1])).toBeNull();
  });

  it("measures in millimetres with the spacing of each direction", () => {
    expect(lengthMm([0, 0], [30, 40], [0.5, 0.5])).toBe(25);
    expect(lengthMm([0, 0], [0, 10], [0.5, 2])).toBe(20);
  });

  it("measures what a contour surrounds, whichever way it turns", () => {
    const square = [
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
    ] as const;
    expect(areaMm2(square, [0.5, 0.5])).toBe(4);
    expect(areaMm2([...square].reverse(), [0.5, 0.5])).toBe(4);
  });

  it("closes a contour", () =>
    expect(
      contourPath([
        [0, 0],
        [1, 0],
        [1, 1],
      ]),
    ).toBe("M0 0L1 0L1 1Z"));
});

describe("the order of slices", () => {
  const slice = (number: number, z: number | null) => ({
    metadata: {
      "00200013": { vr: "IS", Value: [number] },
      ...(z === null ? {} : { "00200032": { vr: "DS", Value: [0, 0, z] } }),
      "00200037": { vr: "DS", Value: [1, 0, 0, 0, 1, 0] },
    } as DicomJson,
    number,
  });

  it("is along the normal, whatever came first", () => {
    expect(inOrder([slice(1, 10), slice(2, 0), slice(3, 5)]).map((s) => s.number)).toEqual([2, 3, 1]);
  });

  it("is by number when a slice has no position", () => {
    expect(inOrder([slice(3, 0), slice(1, null), slice(2, 9)]).map((s) => s.number)).toEqual([1, 2, 3]);
  });

  it("is fetched outwards from where the reader looks", () => {
    expect(outwards(5, 2)).toEqual([2, 1, 3, 0, 4]);
  });
});

const analysis = {
  task: "hemorrhage",
  status: "analysed",
  flag: true,
  volume_ml: 6.6,
  ppv: { value: 0.41, low: 0.2, high: 0.6 },
  model: { name: "haemorrhage", version: "0.1.0", sha256: "" },
  key_instance: { sop_instance_uid: "1", index: 14 },
};
const aCase = {
  studies: [{ description: "CT CRANE", modalities: ["CT"] }],
  imaging: { series: 1, instances: 30, receiving: false },
  analyses: [analysis, { task: "occlusion", status: "not_analysable", flag: null, model: null }],
  decision: null,
} as unknown as Case;

describe("the proposed report", () => {
  it("says what was seen with its worth, and never turns not analysable into a negative", () => {
    const { findings } = proposeReport(aCase, "fr");
    expect(findings).toContain("saignement signalé, image clé coupe 15, volume estimé 6,6 mL");
    expect(findings).toMatch(/VPP sur ce site 41\s%/);
    expect(findings).toContain("(occlusion) : non analysable");
    expect(findings).not.toContain("non signalé");
  });

  it("concludes nothing by itself", () => expect(proposeReport(aCase, "en").conclusion).toBe(""));

  it("points to haemorrhage only when flagged", () => {
    expect(likelyDiagnosis(aCase)).toBe("haemorrhage");
    expect(likelyDiagnosis({ ...aCase, analyses: [] })).toBeNull();
  });
});

describe("treatments", () => {
  it("lets none stand alone", () => {
    expect(toggleTreatment(["medical"], "none")).toEqual(["none"]);
    expect(toggleTreatment(["none"], "medical")).toEqual(["medical"]);
    expect(toggleTreatment(["medical", "thrombolysis"], "medical")).toEqual(["thrombolysis"]);
  });
});

describe("a more urgent arrival", () => {
  const item = (case_id: string, position: number, more = {}) =>
    ({ case_id, position, state: "waiting", claimed_by: null, ...more }) as Item;

  it("is announced when nobody has it and it stands before mine", () => {
    expect(moreUrgent([item("new", 1), item("mine", 2)], "mine")?.case_id).toBe("new");
    expect(moreUrgent([item("mine", 1), item("late", 2)], "mine")).toBeNull();
    expect(moreUrgent([item("taken", 1, { claimed_by: {} }), item("mine", 2)], "mine")).toBeNull();
  });
});
