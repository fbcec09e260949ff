import { describe, expect, it } from "vitest";
import type { ServedModel } from "../../shared/api/types";
import { readEvaluation } from "./evaluation";
import { byModel, standing } from "./models";

const at = (sha256: string, site: string, change: object = {}) =>
  ({
    sha256,
    site: { id: site, name: site },
    role: "active",
    moves_queue: true,
    watch: null,
    ...change,
  }) as unknown as ServedModel;

describe("models at the sites", () => {
  it("stand together by what they are, not by their name", () => {
    const groups = byModel([at("a", "one"), at("b", "one"), at("a", "two")]);
    expect(groups.map((sites) => sites.map((s) => s.site.id))).toEqual([["one", "two"], ["one"]]);
  });

  it("show an alarm before anything else, and never count a candidate in", () => {
    const calm = { alarm: false };
    const watch = { not_analysable: calm, drift: { alarm: true }, agreement: calm };
    expect(standing(at("a", "one", { watch }))).toBe("alarm");
    expect(standing(at("a", "one"))).toBe("done");
    expect(standing(at("a", "one", { moves_queue: false }))).toBe("research");
    expect(standing(at("a", "one", { role: "candidate" }))).toBe("research");
  });
});

describe("an evaluation to sign", () => {
  const file = {
    schema: "vigie.evaluation/1",
    model: { name: "haemorrhage", version: "0.2.0", sha256: "" },
    figures: { studies: 96, sensitivity: { estimate: { value: 0.8, low: 0.7, high: 0.9 } }, specificity: {} },
  };

  it("is read before it is signed, and what was not measured is not a figure", () => {
    const read = readEvaluation(JSON.stringify(file));
    expect(read).toMatchObject({ model: "haemorrhage 0.2.0", studies: 96, specificity: null });
    expect(read?.sensitivity?.value).toBe(0.8);
  });

  it("is refused where it is not one", () => {
    for (const text of ["", "{", "[]", "null", '{"model":{}}']) expect(readEvaluation(text)).toBeNull();
  });
});
