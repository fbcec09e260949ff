import { describe, expect, it } from "vitest";
import type { Item } from "../shared/api/types";
import { countChanges, receive, settle } from "./hold";

const item = (case_id: string, urgency = 0) => ({ case_id, urgency }) as Item;
const ids = (items: Item[]) => items.map((i) => i.case_id).join("");

describe("the list under the pointer", () => {
  const now = [item("a"), item("b"), item("c")];

  it("takes the server's order when nobody is on it", () => {
    const held = receive(settle(now), [item("c"), item("a"), item("b")], false);
    expect(ids(held.shown)).toBe("cab");
    expect(held.waiting).toBeNull();
  });

  it("keeps every row in its place while held, and counts what waits", () => {
    const held = receive(settle(now), [item("d"), item("c"), item("a"), item("b")], true);
    expect(ids(held.shown)).toBe("abc");
    expect(ids(held.waiting ?? [])).toBe("dcab");
    expect(held.changes).toBe(2);
  });

  it("renews a held row's content where it stands", () => {
    const held = receive(settle(now), [item("a", 7), item("b"), item("c")], true);
    expect(held.shown[0]?.urgency).toBe(7);
    expect(held.waiting).toBeNull();
  });

  it("keeps a row that left until the change is applied", () => {
    const held = receive(settle(now), [item("a"), item("c")], true);
    expect(ids(held.shown)).toBe("abc");
    expect(held.changes).toBe(1);
  });

  it("leaves a row in its group when its case is decided meanwhile", () => {
    const decided = { ...item("a"), state: "decided" } as Item;
    const held = receive(settle(now), [decided, item("b"), item("c")], true);
    expect(held.decided.has("a")).toBe(false);
    expect(held.changes).toBe(1);
    expect(receive(held, [item("b"), item("c"), decided], false).decided.has("a")).toBe(true);
  });

  it("shows the first list even when held: there was nothing to move", () => {
    expect(ids(receive(settle([]), now, true).shown)).toBe("abc");
  });
});

describe("counting changes", () => {
  const count = (from: string, to: string) => countChanges([...from], [...to]);

  it("is nothing for the same order", () => expect(count("abcd", "abcd")).toBe(0));
  it("is one for one row raised past all others", () => expect(count("abcd", "dabc")).toBe(1));
  it("is one arrival and one departure", () => expect(count("abc", "abd")).toBe(2));
  it("is the fewest moves for a reversal", () => expect(count("abcd", "dcba")).toBe(3));
});
