import { describe, expect, it } from "vitest";
import { nextAt } from "./hours";

describe("the next time of day", () => {
  const noon = new Date(2026, 10, 24, 12, 0).getTime();

  it("is today's while it is to come", () =>
    expect(new Date(nextAt("20:00", noon)).getTime()).toBe(new Date(2026, 10, 24, 20, 0).getTime()));
  it("is tomorrow's once it is past", () =>
    expect(new Date(nextAt("08:00", noon)).getTime()).toBe(new Date(2026, 10, 25, 8, 0).getTime()));
});
