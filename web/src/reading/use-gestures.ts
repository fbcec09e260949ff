import { useEffect, useRef } from "preact/hooks";
import { type Point, toPixel } from "./geometry";
import type { Measure, Reader, Tool } from "./reader";

interface Drag {
  tool: Tool | "scroll";
  start: Point;
  last: Point;
  window: { width: number; level: number };
}

/** Pixels of finger travel for one slice. */
const TOUCH_SLICE_PX = 14;

/**
 * The mouse and the finger on the image. Wheel scrolls, with Ctrl it zooms; the left button does the tool in hand,
 * the middle one pans, the right one zooms; one finger scrolls, two pan and zoom.
 */
export function useGestures(
  layer: { readonly current: HTMLElement | null },
  reader: Reader,
  onMeasuring: (measure: Measure | null) => void,
): void {
  const drag = useRef<Drag | null>(null);
  const fingers = useRef(new Map<number, Point>());
  const report = useRef(onMeasuring);
  report.current = onMeasuring;

  useEffect(() => {
    const element = layer.current;
    if (!element) return;
    let wheelRest = 0;
    const place = (event: MouseEvent): Point => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const measuring = (d: Drag): Measure | null => {
      const matrix = reader.matrix.value;
      const image = reader.slice.value?.key;
      if (!matrix || !image) return null;
      const from = toPixel(matrix, d.start);
      const to = toPixel(matrix, d.last);
      return from && to ? { image, from, to } : null;
    };

    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      if (event.ctrlKey) {
        reader.zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1, place(event));
        return;
      }
      // Trackpads send many small steps: a slice each 40 px, a mouse's notch is one slice at least.
      wheelRest += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / 40 : event.deltaY;
      const steps = Math.abs(wheelRest) >= 1 ? Math.sign(wheelRest) : 0;
      if (steps === 0) return;
      wheelRest = 0;
      reader.step(steps);
    };

    const onDown = (event: PointerEvent) => {
      element.setPointerCapture(event.pointerId);
      const at = place(event);
      if (event.pointerType === "touch") fingers.current.set(event.pointerId, at);
      const byButton: Record<number, Tool> = { 0: reader.tool.value, 1: "pan", 2: "zoom" };
      const touchScroll = event.pointerType === "touch" && reader.tool.value !== "measure";
      drag.current = {
        tool: touchScroll ? "scroll" : (byButton[event.button] ?? reader.tool.value),
        start: at,
        last: at,
        window: reader.window.value ?? { width: 80, level: 40 },
      };
      if (event.button === 1) event.preventDefault();
    };

    const pinch = (event: PointerEvent, at: Point) => {
      const before = [...fingers.current.values()];
      fingers.current.set(event.pointerId, at);
      const after = [...fingers.current.values()];
      const [a, b, c, d] = [before[0], before[1], after[0], after[1]];
      if (!a || !b || !c || !d) return;
      const middle: Point = [(c[0] + d[0]) / 2, (c[1] + d[1]) / 2];
      reader.panBy(middle[0] - (a[0] + b[0]) / 2, middle[1] - (a[1] + b[1]) / 2);
      const was = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (was > 0) reader.zoomBy(Math.hypot(c[0] - d[0], c[1] - d[1]) / was, middle);
    };

    const onMove = (event: PointerEvent) => {
      const at = place(event);
      if (fingers.current.size >= 2) return pinch(event, at);
      if (fingers.current.has(event.pointerId)) fingers.current.set(event.pointerId, at);
      const d = drag.current;
      if (!d) return;
      const [dx, dy] = [at[0] - d.last[0], at[1] - d.last[1]];
      if (d.tool === "pan") reader.panBy(dx, dy);
      if (d.tool === "zoom") reader.zoomBy(1.01 ** -dy, d.start);
      if (d.tool === "window") reader.dragWindow(d.window, at[0] - d.start[0], at[1] - d.start[1]);
      if (d.tool === "scroll") {
        const steps = Math.trunc((at[1] - d.last[1]) / TOUCH_SLICE_PX);
        if (steps === 0) return;
        reader.step(steps);
      }
      d.last = at;
      if (d.tool === "measure") report.current(measuring(d));
    };

    const onUp = (event: PointerEvent) => {
      fingers.current.delete(event.pointerId);
      const d = drag.current;
      drag.current = null;
      if (d?.tool !== "measure") return;
      report.current(null);
      const done = measuring(d);
      const far = Math.hypot(d.last[0] - d.start[0], d.last[1] - d.start[1]) > 3;
      if (done && far && event.type === "pointerup") reader.addMeasure(done);
    };
    const onMenu = (event: Event) => event.preventDefault();

    element.addEventListener("wheel", onWheel, { passive: false });
    element.addEventListener("pointerdown", onDown);
    element.addEventListener("pointermove", onMove);
    element.addEventListener("pointerup", onUp);
    element.addEventListener("pointercancel", onUp);
    element.addEventListener("contextmenu", onMenu);
    return () => {
      element.removeEventListener("wheel", onWheel);
      element.removeEventListener("pointerdown", onDown);
      element.removeEventListener("pointermove", onMove);
      element.removeEventListener("pointerup", onUp);
      element.removeEventListener("pointercancel", onUp);
      element.removeEventListener("contextmenu", onMenu);
    };
  }, [layer, reader]);
}
