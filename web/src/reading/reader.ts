import { computed, type Signal, signal } from "@preact/signals";
import { asProblem, type Problem } from "../shared/api/problem";
import { Engine } from "./engine";
import type { Matrix, Point } from "./geometry";
import { fetchSlices, outwards, type Slice } from "./series";
import { dragged, type PresetName, type WindowLevel, windowOf } from "./windows";

export type Tool = "window" | "pan" | "zoom" | "measure";

export interface Measure {
  image: string;
  from: Point;
  to: Point;
}

const CINE_MS = 80;

/** What the reader looks at and how: one series, its slices as they come, the tool in hand. */
export class Reader {
  readonly slices = signal<readonly Slice[]>([]);
  readonly index = signal(0);
  readonly loaded = signal<ReadonlySet<string>>(new Set());
  readonly failed = signal<ReadonlySet<string>>(new Set());
  readonly preset: Signal<PresetName | null>;
  readonly window: Signal<WindowLevel | null>;
  readonly overlay = signal(true);
  readonly mirror = signal(false);
  readonly tool = signal<Tool>("window");
  readonly cine = signal(false);
  readonly matrix = signal<Matrix | null>(null);
  readonly spacing = signal<Point>([1, 1]);
  readonly measures = signal<readonly Measure[]>([]);
  readonly problem = signal<Problem | null>(null);
  /** The first image is on screen. */
  readonly painted = signal(false);
  readonly slice = computed(() => this.slices.value[this.index.value] ?? null);

  private engine: Engine | null = null;
  private timer = 0;
  private busy = false;
  private again = false;

  constructor(
    readonly study: string,
    readonly series: string,
    /** The slice to open on, by its key; the middle one when there is none. */
    private openOn: string | null,
    private readonly opening: PresetName,
  ) {
    this.preset = signal(opening);
    this.window = signal(windowOf(opening));
  }

  attach(element: HTMLDivElement): () => void {
    this.engine = new Engine(element, { onRendered: (index) => this.rendered(index) });
    void this.refresh();
    return () => {
      window.clearInterval(this.timer);
      this.engine?.destroy();
      this.engine = null;
    };
  }

  /** Looks for slices received since; the one on screen stays on screen. */
  async refresh(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      do {
        this.again = false;
        await this.take(await fetchSlices(this.study, this.series));
      } while (this.again && this.engine);
      this.problem.value = null;
    } catch (cause) {
      this.problem.value = asProblem(cause);
    } finally {
      this.busy = false;
    }
  }

  private async take(slices: Slice[]): Promise<void> {
    const engine = this.engine;
    if (!engine || slices.length === 0) return;
    const here = this.slice.value?.key ?? this.openOn;
    const known = this.slices.value;
    const same = known.length === slices.length && known.every((s, i) => s.key === slices[i]?.key);
    if (!same) {
      const found = slices.findIndex((s) => s.key === here);
      const index = found >= 0 ? found : Math.floor(slices.length / 2);
      this.slices.value = slices;
      this.index.value = index;
      await engine.show(slices, index, this.window.value);
      const shown = slices[index];
      if (shown) this.mark(shown.key, true);
    }
    const missing = outwards(slices.length, this.index.value).filter((i) => {
      const key = slices[i]?.key;
      return key !== undefined && !this.loaded.value.has(key);
    });
    await engine.load(missing, (index, ok) => {
      const key = slices[index]?.key;
      if (key) this.mark(key, ok);
    });
  }

  goTo(index: number): void {
    const count = this.slices.value.length;
    if (count === 0) return;
    const next = Math.min(count - 1, Math.max(0, index));
    if (next === this.index.value) return;
    this.index.value = next;
    void this.engine?.goTo(next).catch(() => {});
  }

  step(by: number): void {
    this.goTo(this.index.value + by);
  }

  goToImage(key: string): void {
    const index = this.slices.value.findIndex((s) => s.key === key);
    if (index >= 0) this.goTo(index);
  }

  /** Goes to a slice, at once or as soon as it is there. */
  lookAt(key: string): void {
    this.openOn = key;
    this.goToImage(key);
  }

  usePreset(name: PresetName): void {
    const window = windowOf(name);
    this.preset.value = name;
    this.engine?.setWindow(window);
    this.window.value = window ?? this.engine?.currentWindow() ?? null;
  }

  dragWindow(from: WindowLevel, dx: number, dy: number): void {
    this.preset.value = null;
    this.window.value = dragged(from, dx, dy);
    this.engine?.setWindow(this.window.value);
  }

  zoomBy(factor: number, at: Point): void {
    this.engine?.zoomBy(factor, at);
  }

  panBy(dx: number, dy: number): void {
    this.engine?.panBy(dx, dy);
  }

  reset(): void {
    this.engine?.reset();
    this.measures.value = [];
    this.usePreset(this.opening);
  }

  toggleCine(): void {
    this.cine.value = !this.cine.value;
    window.clearInterval(this.timer);
    if (!this.cine.value) return;
    this.timer = window.setInterval(() => {
      const count = this.slices.value.length;
      if (count > 1) this.goTo((this.index.value + 1) % count);
    }, CINE_MS);
  }

  addMeasure(measure: Measure): void {
    this.measures.value = [...this.measures.value, measure];
  }

  private mark(key: string, ok: boolean): void {
    const [into, from] = ok ? [this.loaded, this.failed] : [this.failed, this.loaded];
    into.value = new Set(into.value).add(key);
    if (from.value.has(key)) from.value = new Set([...from.value].filter((k) => k !== key));
  }

  private rendered(_index: number): void {
    const placement = this.engine?.placement();
    if (!placement) return;
    this.matrix.value = placement.matrix;
    this.spacing.value = placement.spacing;
    this.painted.value = true;
  }
}
