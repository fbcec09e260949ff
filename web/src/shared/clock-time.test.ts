import { describe, expect, it } from "vitest";
import { asTime, isWholeMoment, joinMoment, readTime, shownTime, splitMoment } from "./clock-time";

describe("a time typed on a 24-hour clock", () => {
  it("is read as people write it", () => {
    for (const typed of ["20:05", "2005", "20h05", "20.05", " 20 h 05 "]) expect(asTime(typed)).toBe("20:05");
    expect(["8:00", "800", "08h00", "0:00"].map(asTime)).toEqual(["08:00", "08:00", "08:00", "00:00"]);
    expect(readTime("23:59")).toEqual({ hours: 23, minutes: 59 });
  });

  it("is never guessed: no half of a time, no hour past 23, no half of a day", () => {
    for (const typed of ["", "8", "20:5", "24:00", "12:60", "8:00 PM", "noon", "-1:00"])
      expect(readTime(typed), typed).toBeNull();
  });

  it("stays as typed while it means the value, and follows a value that changed elsewhere", () => {
    expect(shownTime("20h0", "")).toBe("20h0");
    expect(shownTime("20h00", "20:00")).toBe("20h00");
    expect(shownTime("20h00", "08:00")).toBe("08:00");
  });
});

describe("a day and a time", () => {
  it("come apart and together without a time zone", () => {
    expect(splitMoment("2026-12-24T20:00:00")).toEqual({ day: "2026-12-24", time: "20:00" });
    expect(joinMoment("2026-12-24", "20:00")).toBe("2026-12-24T20:00");
  });

  it("keep the half that is there", () => {
    expect(splitMoment(joinMoment("2026-12-24", ""))).toEqual({ day: "2026-12-24", time: "" });
    expect(splitMoment(joinMoment("", "20:00"))).toEqual({ day: "", time: "20:00" });
    expect(["2026-12-24T", "T20:00", ""].map(isWholeMoment)).toEqual([false, false, false]);
    expect(isWholeMoment("2026-12-24T20:00")).toBe(true);
  });
});
