import { useEffect, useRef } from "preact/hooks";
import type { KeyImage } from "./key-images";
import type { Reader } from "./reader";
import { goToNextKey } from "./toolbar";
import { PRESETS } from "./windows";

/** Whether a key pressed now is for the images: a field or a button in focus keeps its own. */
export function keyboardIsFree(event: KeyboardEvent): boolean {
  const target = event.target as Element;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (target.matches("input, textarea, select, summary")) return false;
  return !(target.matches("button, a") && [" ", "Enter"].includes(event.key));
}

/** The images by keyboard. */
export function useReadingKeys(reader: Reader, keys: readonly KeyImage[]): void {
  const known = useRef(keys);
  known.current = keys;
  useEffect(() => {
    const middle = (): [number, number] => {
      const m = reader.matrix.value;
      return m ? [m.a * 256 + m.c * 256 + m.e, m.b * 256 + m.d * 256 + m.f] : [0, 0];
    };
    const act: Record<string, () => void> = {
      ArrowUp: () => reader.step(-1),
      ArrowDown: () => reader.step(1),
      PageUp: () => reader.step(-5),
      PageDown: () => reader.step(5),
      Home: () => reader.goTo(0),
      End: () => reader.goTo(reader.slices.value.length - 1),
      " ": () => {
        reader.overlay.value = !reader.overlay.value;
      },
      k: () => goToNextKey(reader, known.current),
      c: () => reader.toggleCine(),
      l: () => {
        reader.mirror.value = !reader.mirror.value;
      },
      w: () => {
        reader.tool.value = "window";
      },
      p: () => {
        reader.tool.value = "pan";
      },
      z: () => {
        reader.tool.value = "zoom";
      },
      m: () => {
        reader.tool.value = "measure";
      },
      r: () => reader.reset(),
      "+": () => reader.zoomBy(1.2, middle()),
      "=": () => reader.zoomBy(1.2, middle()),
      "-": () => reader.zoomBy(1 / 1.2, middle()),
    };
    PRESETS.forEach((preset, index) => {
      act[String(index + 1)] = () => reader.usePreset(preset.name);
    });
    const onKey = (event: KeyboardEvent) => {
      const doIt = act[event.key];
      if (!doIt || !keyboardIsFree(event)) return;
      event.preventDefault();
      doIt();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [reader]);
}
