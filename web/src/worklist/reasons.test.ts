import { h } from "preact";
import { describe, expect, it } from "vitest";
import { items } from "../../dev/fixtures";
import type { Item, Reason } from "../shared/api/types";
import { elements, shownText } from "../shared/testing/drawn";
import { isLastTurn, Reasons } from "./reasons";
import { Row } from "./row";

const text = {
  fr: "à ouvrir maintenant, sinon une limite sera dépassée",
  en: "open now, or a limit will be missed",
};
const LAST: Reason[] = [{ code: "last_turn", text, share: 1 }];

function row(change: Partial<Item>) {
  const [first] = items();
  if (!first) throw new Error("no fixture");
  const item = { ...first, ...change };
  const nothing = () => {};
  const props = { item, href: "", myId: "", mayClaim: true, busy: false, open: false };
  return h(Row, { ...props, onToggle: nothing, onClaim: nothing });
}

const marks = (node: unknown) =>
  elements(node).filter((element) => String(element.props.class).includes("mark-now"));

describe("a case in its last turn", () => {
  it("says so on its row first, in a word and by a mark of its own", () => {
    const last = row({ reasons: LAST });
    expect(shownText(last).trim()).toMatch(/^Maintenant/);
    expect(marks(last)).toHaveLength(1);
    expect(elements(last)[0]?.props.class).toContain("row-last");
  });

  it("is no other case, however much it weighs", () => {
    const heavy = row({ reasons: [{ code: "past_limit", text, share: 1 }] });
    expect(shownText(heavy)).not.toContain("Maintenant");
    expect(marks(heavy)).toEqual([]);
    expect(isLastTurn({ reasons: [] })).toBe(false);
  });

  it("is first by that reason alone: no share is measured", () => {
    const reasons = h(Reasons, { reasons: LAST });
    expect(shownText(reasons)).toContain("à ouvrir maintenant");
    expect(marks(reasons)).toHaveLength(1);
    expect(elements(reasons).filter((element) => element.type === "meter")).toEqual([]);
  });

  it("leaves other reasons their shares", () => {
    const reasons = h(Reasons, { reasons: [{ code: "deadline", text, share: 0.4 }] });
    expect(elements(reasons).find((element) => element.type === "meter")?.props.value).toBe(0.4);
    expect(marks(reasons)).toEqual([]);
  });
});
