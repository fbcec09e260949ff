import { useEffect, useRef } from "preact/hooks";
import type { Reader } from "./reader";
import { PRESETS } from "./windows";

/** The reading page by keyboard; a field or a button in focus keeps its own keys. */
export function useReadingKeys(reader: Reader, keySop: string | null): void {
  const key = useRef(keySop);
  key.current = keySop;
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
      k: () => {
        if (key.current) reader.goToSop(key.current);
      },
      c: () => reader.toggleCine(),
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
      const target = event.target as Element;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.matches("input, textarea, select, summary")) return;
      if (target.matches("button, a") && [" ", "Enter"].includes(event.key)) return;
      const doIt = act[event.key];
      if (!doIt) return;
      event.preventDefault();
      doIt();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [reader]);
}
