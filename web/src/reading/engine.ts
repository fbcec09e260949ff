import { Enums, imageLoader, init as initCore, RenderingEngine, type Types } from "@cornerstonejs/core";
import dicomImageLoader from "@cornerstonejs/dicom-image-loader";
import { fromCorners, type Matrix, type Point } from "./geometry";
import type { Slice } from "./series";
import { range, type WindowLevel } from "./windows";

let started = false;

/** Starts the decoders once; their WebAssembly is among the built assets. */
function start(): void {
  if (started) return;
  started = true;
  initCore();
  // The image cache leaves the promise of a failed request unheard; `load` tells of the failure.
  window.addEventListener("unhandledrejection", (event) => {
    if (event.reason instanceof XMLHttpRequest) event.preventDefault();
  });
  dicomImageLoader.init({
    maxWebWorkers: Math.min(4, Math.max(1, (navigator.hardwareConcurrency || 2) - 1)),
  });
}

export interface EngineEvents {
  /** The image on screen was drawn anew: its place may have changed. */
  onRendered: (index: number) => void;
}

const VIEWPORT = "stack";
const AT_ONCE = 4;

/** cornerstone3D behind a dozen verbs: one stack of slices in one element. */
export class Engine {
  private readonly rendering: RenderingEngine;
  private readonly resized: ResizeObserver;
  private imageIds: string[] = [];
  private gone = false;

  constructor(
    private readonly element: HTMLDivElement,
    private readonly events: EngineEvents,
  ) {
    start();
    this.rendering = new RenderingEngine(`reading-${crypto.randomUUID()}`);
    this.rendering.enableElement({
      viewportId: VIEWPORT,
      element,
      type: Enums.ViewportType.STACK,
      defaultOptions: { background: [0, 0, 0] },
    });
    element.addEventListener(Enums.Events.IMAGE_RENDERED, this.rendered);
    this.resized = new ResizeObserver(() => this.rendering.resize(true, this.wasMoved()));
    this.resized.observe(element);
  }

  destroy(): void {
    this.gone = true;
    this.resized.disconnect();
    this.element.removeEventListener(Enums.Events.IMAGE_RENDERED, this.rendered);
    this.rendering.destroy();
  }

  /** Shows these slices, the given one first; resolves when it is on screen. */
  async show(slices: readonly Slice[], index: number, window: WindowLevel | null): Promise<void> {
    for (const slice of slices)
      dicomImageLoader.wadors.metaDataManager.add(slice.imageId, slice.dataset as never);
    this.imageIds = slices.map((slice) => slice.imageId);
    await this.viewport.setStack(this.imageIds, index);
    if (this.gone) return;
    this.setWindow(window);
  }

  /** Fetches and decodes the rest, a few at a time; one that fails does not hold the others. */
  async load(order: readonly number[], onLoaded: (index: number, ok: boolean) => void): Promise<void> {
    const ids = this.imageIds;
    const queue = [...order];
    const worker = async () => {
      for (let index = queue.shift(); index !== undefined && !this.gone; index = queue.shift()) {
        const id = ids[index];
        if (!id) continue;
        try {
          await imageLoader.loadAndCacheImage(id, { priority: 0, requestType: Enums.RequestType.Prefetch });
          onLoaded(index, true);
        } catch {
          onLoaded(index, false);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  async goTo(index: number): Promise<void> {
    if (index === this.viewport.getTargetImageIdIndex()) return;
    await this.viewport.setImageIdIndex(index);
  }

  /** Null takes the window that the image itself asks for. */
  setWindow(window: WindowLevel | null): void {
    if (window) this.viewport.setProperties({ voiRange: range(window) });
    else {
      const camera = this.viewport.getCamera();
      this.viewport.resetProperties();
      this.viewport.setCamera(camera);
    }
    this.viewport.render();
  }

  /** The window on screen, whoever set it. */
  currentWindow(): WindowLevel | null {
    const voi = this.viewport.getProperties().voiRange;
    return voi ? { width: voi.upper - voi.lower, level: (voi.upper + voi.lower) / 2 } : null;
  }

  /** Zooms by a factor about a place on the screen, which stays where it is. */
  zoomBy(factor: number, at: Point): void {
    const zoom = this.viewport.getZoom();
    const next = Math.min(20, Math.max(0.3, zoom * factor));
    const before = this.viewport.canvasToWorld([at[0], at[1]]);
    this.viewport.setZoom(next);
    const after = this.viewport.worldToCanvas(before);
    this.panBy(at[0] - after[0], at[1] - after[1]);
  }

  panBy(dx: number, dy: number): void {
    const [x, y] = this.viewport.getPan();
    this.viewport.setPan([x + dx, y + dy]);
    this.viewport.render();
  }

  /** Whether the reader has zoomed or moved the image: it then keeps its place, else it fills what room there is. */
  private wasMoved(): boolean {
    const [x, y] = this.viewport.getPan();
    return Math.abs(this.viewport.getZoom() - 1) > 0.01 || Math.hypot(x, y) > 1;
  }

  reset(): void {
    this.viewport.resetCamera();
    this.viewport.render();
  }

  /** From the pixels of the image on screen to the screen; null before the first image. */
  placement(): { matrix: Matrix; spacing: Point } | null {
    const image = this.viewport.getImageData();
    if (!image) return null;
    const { origin, direction, spacing } = image;
    const at = (col: number, row: number): Point => {
      const world = [0, 1, 2].map(
        (k) =>
          (origin[k] ?? 0) +
          col * (spacing[0] ?? 1) * (direction[k] ?? 0) +
          row * (spacing[1] ?? 1) * (direction[3 + k] ?? 0),
      );
      const [x, y] = this.viewport.worldToCanvas(world as Types.Point3);
      return [x, y];
    };
    return { matrix: fromCorners(at(0, 0), at(1, 0), at(0, 1)), spacing: [spacing[0] ?? 1, spacing[1] ?? 1] };
  }

  private get viewport(): Types.IStackViewport {
    return this.rendering.getViewport(VIEWPORT) as Types.IStackViewport;
  }

  private readonly rendered = () => {
    if (!this.gone) this.events.onRendered(this.viewport.getCurrentImageIdIndex());
  };
}
