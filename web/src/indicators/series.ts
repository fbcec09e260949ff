import type { IndicatorCell, Indicators, Measure } from "../shared/api/types";

/** The cell of a site (null: all) and a month (null: the whole period). */
export function cellOf(of: Indicators, site: string | null, month: string | null): IndicatorCell | null {
  return of.cells.find((cell) => cell.site === site && cell.month === month) ?? null;
}

/** A month of a run chart: how many cases, and the figures where there are enough of them. */
export interface Point {
  month: string;
  cases: number;
  median: number | null;
  p90: number | null;
}

export function run(of: Indicators, site: string | null, measure: Measure): Point[] {
  return of.months.map((month) => {
    const figures = cellOf(of, site, month)?.intervals.find((interval) => interval.code === measure);
    return {
      month,
      cases: figures?.met.whole ?? 0,
      median: figures?.median ?? null,
      p90: figures?.p90 ?? null,
    };
  });
}

/** Where the axis ends: room for the target and the worst month, on a round number of minutes. */
export function axisEnd(points: readonly Point[], target: number): number {
  const most = Math.max(target * 1.25, ...points.map((point) => point.p90 ?? point.median ?? 0));
  const step = most > 240 ? 60 : most > 60 ? 30 : 10;
  return Math.ceil(most / step) * step;
}

/** Runs of neighbouring months with a median: a month without one breaks the line, for nothing was measured there. */
export function stretches(points: readonly Point[]): { at: number; median: number }[][] {
  const runs: { at: number; median: number }[][] = [];
  let open: { at: number; median: number }[] | null = null;
  points.forEach((point, at) => {
    if (point.median === null) {
      open = null;
      return;
    }
    if (!open) {
      open = [];
      runs.push(open);
    }
    open.push({ at, median: point.median });
  });
  return runs;
}
