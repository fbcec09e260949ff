import { useState } from "preact/hooks";
import { useWords } from "../shared/i18n/words";
import { Choice } from "../shared/ui/choice";
import { alertWords } from "./words";

const ITEMS = ["face", "arm", "leg", "gaze", "language"] as const;
type RaceItem = (typeof ITEMS)[number];

/** Points an item can give (Pérez de la Ossa 2014): 9 in all. */
export const RACE_POINTS: Record<RaceItem, readonly number[]> = {
  face: [0, 1, 2],
  arm: [0, 1, 2],
  leg: [0, 1, 2],
  gaze: [0, 1],
  language: [0, 1, 2],
};

/** The RACE scale item by item; hands its total to the form. */
export function RaceHelper({ onUse }: { onUse: (total: number) => void }) {
  const t = useWords(alertWords);
  const [points, setPoints] = useState<Partial<Record<RaceItem, number>>>({});
  const total = ITEMS.reduce((sum, item) => sum + (points[item] ?? 0), 0);
  const whole = ITEMS.every((item) => points[item] !== undefined);
  return (
    <div class="race">
      {ITEMS.map((item) => {
        const levels = t.race_levels[item === "arm" || item === "leg" ? "limb" : item];
        const label = [levels.absent, levels.mild, levels.severe];
        return (
          <Choice
            key={item}
            legend={t.race_items[item]}
            options={RACE_POINTS[item].map((p) => ({ value: String(p), label: `${p} ${label[p] ?? ""}` }))}
            value={points[item] === undefined ? null : String(points[item])}
            onChange={(value) => setPoints((current) => ({ ...current, [item]: Number(value) }))}
          />
        );
      })}
      <button type="button" class="button button-primary" disabled={!whole} onClick={() => onUse(total)}>
        {whole ? t.race_use(total) : t.race_total(total)}
      </button>
    </div>
  );
}
