import { describe, expect, it } from "vitest";
import { check, emptyDraft, maskBirthDate, parseBirthDate, parseOnsetTime, toAlert } from "./draft";

const now = new Date(2026, 10, 24, 14, 0).getTime();
const whole = {
  ...emptyDraft("valmont", "key"),
  familyName: " Martin ",
  givenName: "Jeanne",
  patientId: "V-1",
  birthDate: "12/03/1951",
  sex: "F" as const,
  onset: "known" as const,
  onsetTime: "13:20",
  nihss: "14",
  anticoagulant: "doac" as const,
};

describe("an alert as typed", () => {
  it("reads a birth date with or without separators, and no impossible day", () => {
    expect(parseBirthDate("12/03/1951")).toBe("1951-03-12");
    expect(parseBirthDate("12031951")).toBe("1951-03-12");
    expect(parseBirthDate("31/02/1951")).toBeNull();
    expect(parseBirthDate("12/03/51")).toBeNull();
  });

  it("puts the slashes in", () => {
    expect(["1", "1203", "120319", "12/03/1951"].map(maskBirthDate)).toEqual([
      "1",
      "12/03",
      "12/03/19",
      "12/03/1951",
    ]);
  });

  it("takes a time later than now as yesterday's: an onset is never to come", () => {
    expect(Date.parse(parseOnsetTime("13:20", now) ?? "")).toBe(now - 40 * 60_000);
    expect(Date.parse(parseOnsetTime("1430", now) ?? "")).toBe(now - 23.5 * 3_600_000);
    expect(parseOnsetTime("25:00", now)).toBeNull();
  });

  it("refuses what is missing or out of range, field by field", () => {
    expect(check(whole, now)).toEqual({});
    expect(check({ ...whole, nihss: "43", race: "x", sex: null }, now)).toEqual({
      nihss: "nihss",
      race: "race",
      sex: "required",
    });
    expect(check({ ...whole, onset: "wake_up", onsetTime: "" }, now)).toEqual({});
  });

  it("sends an unknown onset as a state, never as a date", () => {
    expect(toAlert({ ...whole, onset: "unknown" }, now).onset).toEqual({ kind: "unknown", at: null });
    expect(toAlert(whole, now)).toMatchObject({
      patient: { family_name: "Martin", birth_date: "1951-03-12" },
      nihss: 14,
      race: null,
    });
  });
});
