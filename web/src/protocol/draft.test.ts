import { describe, expect, it } from "vitest";
import { concerns, type Draft, emptyDraft, PRESETS, toSend, withPhase, wrong } from "./draft";

const draft = (change: Partial<Draft>): Draft => ({ ...emptyDraft(), reason: "déficit", ...change });

describe("a prescription", () => {
  it("needs a phase, a reason and, where it injects, a dose", () => {
    expect(wrong(emptyDraft())).toEqual(["reason"]);
    expect(wrong(draft({}))).toEqual([]);
    expect(wrong(draft({ phases: [] }))).toEqual(["phases"]);
    expect(wrong(draft({ dose: "" }))).toEqual(["dose"]);
    expect(wrong(draft({ dose: "301" }))).toEqual(["dose"]);
  });

  it("keeps the scanner's order and drops the dose with the last injected phase", () => {
    const head = withPhase(draft({}), "angiography_arch_to_vertex");
    expect([head.phases, head.dose]).toEqual([["non_contrast_head"], ""]);
    const back = withPhase(
      withPhase(draft({ phases: ["ct_perfusion"] }), "non_contrast_head"),
      "delayed_head",
    );
    expect(back.phases).toEqual(["non_contrast_head", "ct_perfusion", "delayed_head"]);
  });

  it("sends what the server takes", () => {
    expect(toSend(draft({ egfr: "80" })).questions.renal).toEqual({ kind: "known", egfr: 80 });
    const plain = toSend(draft(PRESETS.head));
    expect(plain.contrast).toEqual({ kind: "none" });
    expect(plain.questions.renal).toEqual({ kind: "unknown" });
  });
});

describe("contra-indications", () => {
  it("that are not known are shown and hold nothing up", () => {
    expect(concerns(draft({})).unknown).toEqual(["renal", "allergy", "pregnancy"]);
    expect(wrong(draft({}))).toEqual([]);
  });

  it("need a written reason", () => {
    expect(wrong(draft({ egfr: "29" }))).toEqual(["despite"]);
    expect(wrong(draft({ egfr: "30" }))).toEqual([]);
    expect(wrong(draft({ allergy: "yes", despite: "pronostic vital" }))).toEqual([]);
  });

  it("are asked where they matter", () => {
    const all = { egfr: "10", allergy: "yes", pregnancy: "yes", implant: "yes" } as const;
    expect(concerns(draft({ ...PRESETS.mr_plain, ...all })).against).toEqual(["implant"]);
    expect(concerns(draft({ ...PRESETS.head, ...all })).against).toEqual(["pregnancy"]);
  });
});
