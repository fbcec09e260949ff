/** A window in Hounsfield units, as radiologists say it: width and level. */
export interface WindowLevel {
  width: number;
  level: number;
}

export type PresetName = "brain" | "subdural" | "stroke" | "bone" | "soft" | "auto" | "vessels";

/** In the order of their keys, 1 to 7. `auto` takes what the image itself asks for. */
export const PRESETS: readonly { name: PresetName; window: WindowLevel | null }[] = [
  { name: "brain", window: { width: 80, level: 40 } },
  { name: "subdural", window: { width: 200, level: 75 } },
  { name: "stroke", window: { width: 40, level: 40 } },
  { name: "bone", window: { width: 2800, level: 600 } },
  { name: "soft", window: { width: 400, level: 40 } },
  { name: "auto", window: null },
  { name: "vessels", window: { width: 600, level: 200 } },
];

export function windowOf(name: PresetName): WindowLevel | null {
  return PRESETS.find((preset) => preset.name === name)?.window ?? null;
}

/** The window a series opens with: Hounsfield windows mean nothing on other modalities. */
export function openingPreset(modality: string, kind: string | null): PresetName {
  if (modality !== "CT") return "auto";
  return kind === "cta" ? "vessels" : "brain";
}

export function range({ width, level }: WindowLevel): { lower: number; upper: number } {
  return { lower: level - width / 2, upper: level + width / 2 };
}

/** Drag right widens, drag down darkens; the wider the window, the larger each step. */
export function dragged(from: WindowLevel, dx: number, dy: number): WindowLevel {
  const step = Math.max(0.25, from.width / 250);
  return {
    width: Math.round(Math.max(2, from.width + dx * step)),
    level: Math.round(from.level + dy * step),
  };
}
