import { signal } from "@preact/signals";
import { analysisKey, spoken } from "../shared/analyses";
import type { Analysis, AnalysisOverlay, Case } from "../shared/api/types";

/** The name of an analysis (`analysisKey`), from its contours on a series. */
export function overlayKey(overlay: AnalysisOverlay, series: string): string {
  return `${overlay.task} ${overlay.model} ${series}`;
}

/** The analysis that the strip shows: the one asked for, else a flagged one, else any with values by slice. */
export function shownAnalysis(of: Case, series: string, asked: string | null): Analysis | null {
  const here = spoken(of.analyses).filter((a) => a.series_instance_uid === series);
  const valued = here.filter((a) => a.slices.length > 0 || a.key_instance);
  return here.find((a) => analysisKey(a) === asked) ?? valued.find((a) => a.flag) ?? valued[0] ?? null;
}

/** What the reader has before them: which series and analysis, which image was asked for, whose contours are hidden. */
export class Desk {
  /** Null opens the series that the case offers first. */
  readonly series = signal<string | null>(null);
  readonly analysis = signal<string | null>(null);
  /** The image asked for, until the series on screen has taken it. */
  readonly wanted = signal<{ series: string; image: string } | null>(null);
  readonly hidden = signal<ReadonlySet<string>>(new Set());
  /** Every series that was on the screen: what a hand-over tells. */
  readonly seen = signal<readonly string[]>([]);

  sees(series: string): void {
    if (!this.seen.peek().includes(series)) this.seen.value = [...this.seen.peek(), series];
  }

  /** Puts an analysis' series on screen, on the image asked for if any. */
  lookAt(analysis: Analysis, image: string | null): void {
    const series = analysis.series_instance_uid;
    if (series === null) return;
    this.series.value = series;
    this.analysis.value = analysisKey(analysis);
    this.wanted.value = image === null ? null : { series, image };
  }

  toggleContours(key: string): void {
    const hidden = new Set(this.hidden.value);
    if (!hidden.delete(key)) hidden.add(key);
    this.hidden.value = hidden;
  }
}
