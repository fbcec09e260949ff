import { describe, expect, it } from "vitest";
import { analysisStep } from "../case/steps";
import { spoken } from "../shared/analyses";
import type { Analysis, Case, Flag, Item } from "../shared/api/types";
import { flagMark } from "../shared/ui/flag-line";
import { moreUrgent } from "./announce";
import { toggleTreatment } from "./decision-form";
import { Desk, shownAnalysis } from "./desk";
import { contourPath, fromCorners, lengthMm, toPixel, toScreen } from "./geometry";
import { keyImages, nextKeyImage } from "./key-images";
import { likelyDiagnosis, proposeReport } from "./propose";
import { type DicomJson, imagesOf, inOrder, outwards } from "./series";
import { dragged, openingPreset, PRESETS, range } from "./windows";

describe("windows", () => {
  it("has the reading room's presets on keys 1 to 7", () => {
    expect(PRESETS.map((p) => p.name)).toEqual([
      "brain",
      "subdural",
      "stroke",
      "bone",
      "soft",
      "auto",
      "vessels",
    ]);
    expect(range({ width: 80, level: 40 })).toEqual({ lower: 0, upper: 80 });
  });

  it("opens by modality: Hounsfield windows mean nothing on an MR image", () => {
    expect(openingPreset("CT", "ncct")).toBe("brain");
    expect(openingPreset("CT", "cta")).toBe("vessels");
    expect(openingPreset("MR", "dwi")).toBe("auto");
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
  moves_queue: true,
  probability: 0.94,
  threshold: 0.5,
  volume_ml: 6.6,
  abc2_ml: 7.2,
  location: null,
  series_instance_uid: "1.1",
  ppv: { value: 0.41, low: 0.2, high: 0.6 },
  model: { name: "haemorrhage", version: "0.1.0", sha256: "" },
  key_instance: { sop_instance_uid: "s14", frame: null, index: 14 },
  slices: Array.from({ length: 30 }, (_, i) => ({
    sop_instance_uid: `s${i}`,
    frame: null,
    probability: Math.abs(i - 14) < 5 ? 0.99 - Math.abs(i - 14) * 0.05 : 0.1,
  })),
};
const research = {
  ...analysis,
  task: "occlusion",
  moves_queue: false,
  volume_ml: null,
  abc2_ml: null,
  location: { text: { fr: "segment M1 gauche", en: "left M1 segment" } },
  model: { name: "occlusion", version: "0.1.0", sha256: "" },
  key_instance: null,
  slices: [],
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
    expect(findings).toContain(
      "(saignement) : signalé, image clé coupe 15, volume estimé 6,6 mL, ABC/2 7,2 mL",
    );
    expect(findings).toMatch(/VPP sur ce site 41\s%/);
    expect(findings).toContain("(occlusion) : non analysable");
    expect(findings).not.toContain("non signalé");
  });

  it("concludes nothing by itself", () => expect(proposeReport(aCase, "en").conclusion).toBe(""));

  it("says where, and that a result is research information", () => {
    const { findings } = proposeReport({ ...aCase, analyses: [research] } as unknown as Case, "en");
    expect(findings).toContain("(occlusion): flagged, left M1 segment (occlusion 0.1.0");
    expect(findings).toContain("research information).");
  });

  it("points where a flag counts in the queue, and nowhere else", () => {
    expect(likelyDiagnosis(aCase)).toBe("haemorrhage");
    expect(likelyDiagnosis({ ...aCase, analyses: [] })).toBeNull();
    expect(likelyDiagnosis({ ...aCase, analyses: [research] } as unknown as Case)).toBeNull();
    const counted = { ...research, moves_queue: true };
    expect(likelyDiagnosis({ ...aCase, analyses: [counted] } as unknown as Case)).toBe("lvo");
  });
});

describe("key images", () => {
  const of = analysis as unknown as Analysis;

  it("begin with the analysis' own, then the most probable, none next to another", () => {
    expect(keyImages(of).map((key) => key.index)).toEqual([14, 11, 17]);
  });

  it("are none but its own where nothing was flagged", () => {
    expect(keyImages({ ...of, flag: false }).map((key) => key.index)).toEqual([14]);
    expect(keyImages({ ...of, flag: null, status: "not_analysable", key_instance: null })).toEqual([]);
  });

  it("go round", () => {
    const keys = keyImages(of);
    expect(nextKeyImage(keys, null)?.index).toBe(14);
    expect(nextKeyImage(keys, "s14")?.index).toBe(11);
    expect(nextKeyImage(keys, "s17")?.index).toBe(14);
    expect(nextKeyImage([], null)).toBeNull();
  });
});

describe("several analyses of a case", () => {
  const negative = { ...analysis, flag: false, model: { name: "other", version: "1", sha256: "" } };
  const elsewhere = { ...research, series_instance_uid: "1.2", slices: analysis.slices };
  const of = { ...aCase, analyses: [negative, analysis, elsewhere] } as unknown as Case;

  it("show a flagged one of the series on screen first, and then the one asked for", () => {
    expect(shownAnalysis(of, "1.1", null)?.model?.name).toBe("haemorrhage");
    expect(shownAnalysis(of, "1.1", "hemorrhage other 1.1")?.model?.name).toBe("other");
    expect(shownAnalysis(of, "1.2", "hemorrhage other 1.1")?.task).toBe("occlusion");
    expect(shownAnalysis(of, "1.3", null)).toBeNull();
  });

  it("are done only where one was analysed", () => {
    const only = (...analyses: object[]) => analysisStep({ ...aCase, analyses } as unknown as Case);
    expect(only(analysis, { ...research, status: "not_analysable", flag: null })).toBe("done");
    expect(only({ ...research, status: "not_analysable", flag: null })).toBe("unable");
    expect(only({ ...research, status: "pending", flag: null })).toBe("running");
    expect(only()).toBe("none");
  });

  it("leave out what a model was not made for", () => {
    const not = { ...research, status: "not_applicable", flag: null };
    expect(spoken([not as unknown as Analysis])).toEqual([]);
  });

  it("put contours away one by one", () => {
    const desk = new Desk();
    desk.toggleContours("a");
    desk.toggleContours("b");
    desk.toggleContours("a");
    expect([...desk.hidden.value]).toEqual(["b"]);
  });
});

describe("a flag's mark", () => {
  const mark = (change: object) => flagMark({ ...analysis, ...change } as unknown as Flag);

  it("keeps what counts, what is research, what is negative and what is unknown apart", () => {
    expect(mark({})).toBe("alarm");
    expect(mark({ moves_queue: false })).toBe("research");
    expect(mark({ flag: false })).toBe("clear");
    expect(mark({ flag: null, status: "pending" })).toBe("waiting");
    for (const status of ["not_analysable", "failed", "not_applicable"])
      expect(mark({ flag: null, status })).toBe("unclear");
  });
});

describe("an instance of several frames", () => {
  const value = (vr: string, ...values: unknown[]) => ({ vr, Value: values });
  const plane = (z: number, b: number) => ({
    "00209113": value("SQ", { "00200032": value("DS", 0, 0, z) }),
    "00189117": value("SQ", { "00189087": value("FD", b) }),
  });
  const dataset = {
    "00080018": value("UI", "1.2.3"),
    "00280008": value("IS", 4),
    "52009229": value("SQ", { "00209116": value("SQ", { "00200037": value("DS", 1, 0, 0, 0, 1, 0) }) }),
    "52009230": value("SQ", plane(5, 0), plane(5, 1000), plane(0, 0), plane(0, 1000)),
  } as DicomJson;

  it("is as many images, each where its own frame stands, diffusion before its reference", () => {
    const order = inOrder(imagesOf("http://h", dataset));
    expect(order.map((slice) => slice.key)).toEqual(["1.2.3/4", "1.2.3/2", "1.2.3/3", "1.2.3/1"]);
    expect(order[0]?.imageId).toBe("wadors:http://h/instances/1.2.3/frames/4");
  });

  it("has no frame in its name when it has one", () => {
    const single = { "00080018": value("UI", "1.2.3") } as DicomJson;
    expect(imagesOf("http://h", single).map((slice) => slice.key)).toEqual(["1.2.3"]);
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
