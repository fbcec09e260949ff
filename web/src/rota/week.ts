import type { Pool, Segment } from "./types";

/** A segment's place on the week's axis, in shares of its length. */
export interface Bar {
  segment: Segment;
  start: number;
  length: number;
}

/** The rows of a pool's week: one a level, its segments in order. The week is 167 or 169 hours when clocks change. */
export function rows(pool: Pool): { level: number; bars: Bar[] }[] {
  const from = Date.parse(pool.from);
  const whole = Date.parse(pool.to) - from;
  const levels = [...new Set(pool.segments.map((segment) => segment.level))].sort((a, b) => a - b);
  return levels.map((level) => ({
    level,
    bars: pool.segments
      .filter((segment) => segment.level === level)
      .map((segment) => ({
        segment,
        start: (Date.parse(segment.from) - from) / whole,
        length: (Date.parse(segment.to) - Date.parse(segment.from)) / whole,
      })),
  }));
}

/** The Monday so many weeks away. */
export function weekAway(monday: string, weeks: number): string {
  const day = new Date(`${monday}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 7 * weeks);
  return day.toISOString().slice(0, 10);
}

/** The week's seven dates. */
export function daysOf(monday: string): string[] {
  return Array.from({ length: 7 }, (_, n) => {
    const day = new Date(`${monday}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + n);
    return day.toISOString().slice(0, 10);
  });
}

/** A short name for a new pool: "Nuits d'été" → "nuits-d-ete". */
export function slug(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
}
