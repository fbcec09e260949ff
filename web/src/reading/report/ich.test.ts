import { describe, expect, it } from "vitest";
import type { ItemName, ItemValue, Proposal } from "../../shared/api/types";
import { shownText } from "../../shared/testing/drawn";
import { Editor } from "./editors";
import { ichOf } from "./ich";
import { IchRow } from "./ich-row";
import { asked, type Entries, toSend } from "./items";

const NOW = Date.parse("2026-11-24T03:00:00Z");
const BORN = "1951-04-02";

function entered(values: Partial<Record<ItemName, ItemValue>>): Entries {
  return Object.fromEntries(
    Object.entries(values).map(([item, value]) => [item, { kind: "entered", value }]),
  );
}

const BLEED = {
  haemorrhage: "present",
  haemorrhage_site: { kind: "deep", side: "left" },
  haemorrhage_volume: 31,
  ventricles: "bloody",
  glasgow: 12,
} as const;
const WITHOUT_GLASGOW = { ...BLEED, glasgow: undefined };

function ich(values: Partial<Record<ItemName, ItemValue | undefined>>, born: string | null = BORN) {
  const said = Object.entries(values).filter(([, value]) => value !== undefined);
  return ichOf(entered(Object.fromEntries(said)), [], born, NOW);
}

describe("the ICH score on the form", () => {
  it("is computed where every part is stated and the age is known", () => {
    expect(ich(BLEED)).toEqual({ bounds: [3, 3], computed: 3, excluded: null });
    expect(ich({ ...BLEED, glasgow: 4, haemorrhage_site: { kind: "brainstem", side: null } }).computed).toBe(
      5,
    );
    expect(ich({ ...BLEED, glasgow: 13, haemorrhage_volume: 29.9, ventricles: "clear" }).computed).toBe(0);
  });

  it("counts the age in completed years", () => {
    expect(ich(BLEED, "1946-11-24").computed).toBe(4);
    expect(ich(BLEED, "1946-11-25").computed).toBe(3);
  });

  it("is open by the points of what is missing", () => {
    expect(ich(WITHOUT_GLASGOW)).toEqual({ bounds: [2, 4], computed: null, excluded: null });
    expect(ich(BLEED, null)).toEqual({ bounds: [3, 4], computed: null, excluded: null });
    expect(ich({ ...BLEED, haemorrhage_site: { kind: "subdural", side: "left" } }).bounds).toEqual([3, 4]);
    expect(ich({}, null).bounds).toEqual([0, 6]);
  });

  it("does not count what a model proposes before it is confirmed", () => {
    const volume = { item: "haemorrhage_volume", value: 31 } as Proposal;
    const { haemorrhage_volume: _, ...others } = BLEED;
    expect(ichOf(entered(others), [volume], BORN, NOW).bounds).toEqual([2, 3]);
    const confirmed: Entries = { ...entered(others), haemorrhage_volume: { kind: "confirmed", value: 31 } };
    expect(ichOf(confirmed, [volume], BORN, NOW).computed).toBe(3);
  });

  it("takes the reader's total where a part is missing, if the others allow it", () => {
    const allowed = { ...WITHOUT_GLASGOW, ich_score: 4 };
    expect(ich(allowed).excluded).toBeNull();
    expect(ich({ ...allowed, ich_score: 1 }).excluded).toBe(1);
    expect(ich({ ...BLEED, ich_score: 4 })).toEqual({ bounds: [3, 3], computed: 3, excluded: 4 });
    const sent = toSend(entered({ haemorrhage: "present", ich_score: 2 }), []);
    expect(sent).toContainEqual({ item: "ich_score", value: 2, standing: "entered" });
  });

  it("is neither asked nor sent where nothing bleeds", () => {
    const entries = entered({ haemorrhage: "absent", ich_score: 2 });
    expect(asked("ich_score", entries, [])).toBe(false);
    expect(toSend(entries, []).map((sent) => sent.item)).toEqual(["haemorrhage"]);
  });

  it("shows what signing will compute", () => {
    const row = IchRow({
      entries: entered(BLEED),
      proposals: [],
      measured: undefined,
      birthDate: BORN,
      onEntry: () => {},
    });
    expect(shownText(row)).toMatch(/Score ICH .*3Calculé/);
  });

  it("offers its seven totals and no other", () => {
    const editor = Editor({ item: "ich_score", label: "ICH", value: null, onChange: () => {} });
    const choice = (editor.type as (props: unknown) => typeof editor)(editor.props);
    const { options } = choice.props as unknown as { options: { value: string }[] };
    expect(options.map((option) => option.value).join()).toBe("0,1,2,3,4,5,6");
  });
});
