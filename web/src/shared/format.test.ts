import { describe, expect, it } from "vitest";
import type { Clock } from "./api/types";
import {
  age,
  between,
  birthDate,
  dayInWords,
  duration,
  fullName,
  monthOf,
  percent,
  readClock,
  thrombolysisLeft,
  timeOfDay,
} from "./format";

const MIN = 60_000;
const T0 = Date.parse("2026-11-24T09:00:00Z");
const iso = (minutes: number) => new Date(T0 + minutes * MIN).toISOString();
const clock: Clock = {
  started_at: iso(0),
  started_by: "alert",
  target_at: iso(45),
  limit_at: iso(120),
  state: "running",
  stopped_at: null,
};

describe("the clock", () => {
  it("runs to its target, then past it, then past its limit", () => {
    expect(readClock(clock, T0 + 7 * MIN)).toMatchObject({ state: "running", toTarget: 38 });
    expect(readClock(clock, T0 + 61 * MIN)).toMatchObject({
      state: "past_target",
      toTarget: -16,
      toLimit: 59,
    });
    expect(readClock(clock, T0 + 128 * MIN)).toMatchObject({ state: "past_limit", toLimit: -8, share: 1 });
  });

  it("stands still once stopped", () => {
    const stopped = { ...clock, stopped_at: iso(41) };
    expect(readClock(stopped, T0 + 500 * MIN)).toMatchObject({ state: "stopped", elapsed: 41 });
  });
});

describe("formats", () => {
  it("says durations in minutes, then in hours, on one line", () => {
    const said = ["0 min", "38 min", "1 h", "1 h 53", "10 h"].map((text) => text.replaceAll(" ", "\u00a0"));
    expect([0, 38, 60, 113, 600].map(duration)).toEqual(said);
  });

  it("says a day in words, so that no order of day and month is guessed", () => {
    expect(dayInWords("2026-12-05", "fr")).toBe("sam. 5 déc. 2026");
    expect(dayInWords("2026-12-05", "en")).toMatch(/^Sat,? 5 Dec 2026$/);
    expect(dayInWords("", "fr")).toBe("");
  });

  it("writes a month as it writes days", () => {
    expect([monthOf("2026-12"), monthOf(undefined)]).toEqual(["12/2026", "–"]);
  });

  it("keeps a birth date out of every time zone", () => {
    expect(birthDate("1951-03-12")).toBe("12/03/1951");
    expect(birthDate(null)).toBeNull();
    expect(age("1951-11-25", T0)).toBe(74);
    expect(age("1951-11-24", T0)).toBe(75);
  });

  it("writes 24-hour times in both languages", () => {
    const evening = new Date(2026, 10, 24, 21, 5).getTime();
    expect(timeOfDay(evening, "fr")).toBe("21:05");
    expect(timeOfDay(evening, "en")).toBe("21:05");
  });

  it("writes percents as each language does", () => {
    expect(percent(0.938, "fr")).toMatch(/^94\s%$/);
    expect(percent(0.938, "en")).toBe("94%");
  });

  it("writes the family name in capitals, first", () => {
    const patient = {
      id: "1",
      family_name: "Bénard",
      given_name: "Éloïse",
      birth_date: null,
      sex: "F" as const,
    };
    expect(fullName(patient)).toBe("BÉNARD Éloïse");
  });

  it("never makes a window of an unknown onset", () => {
    expect(thrombolysisLeft({ kind: "wake_up", at: null }, T0)).toBeNull();
    expect(thrombolysisLeft({ kind: "known", at: iso(-60) }, T0)).toBe(210);
    expect(thrombolysisLeft({ kind: "known", at: iso(-300) }, T0)).toBe(-30);
  });
});

describe("a share's interval", () => {
  it("is written in hundredths between brackets", () => {
    expect(between({ low: 0.407, high: 0.783 })).toBe("[41–78]");
    expect(between({ low: 0, high: 1 })).toBe("[0–100]");
  });
});
