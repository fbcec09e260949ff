import type { BleedSite, ItemInput, ItemName, Proposal } from "../../shared/api/types";
import { type Entries, toSend } from "./items";

type Bounds = readonly [least: number, most: number];

/** What the ICH score is with what the form states now, by the server's own rule. */
export interface Ich {
  /** The same twice where every part is stated. */
  bounds: Bounds;
  /** What signing will state, whatever the reader entered. */
  computed: number | null;
  /** The reader's total, where the other items do not allow it: it will not be signed. */
  excluded: number | null;
}

/** Hemphill 2001, doi:10.1161/01.STR.32.4.891. What is only proposed by a model is not stated yet. */
export function ichOf(
  entries: Entries,
  proposals: readonly Proposal[],
  birthDate: string | null,
  nowMs: number,
): Ich {
  const items = toSend(entries, proposals);
  const bounds = parts(items, birthDate, nowMs).reduce<Bounds>(
    ([least, most], part) => [least + part[0], most + part[1]],
    [0, 0],
  );
  const [least, most] = bounds;
  const total = stated(items, "ich_score");
  const bleeds = stated(items, "haemorrhage") === "present";
  return {
    bounds,
    computed: bleeds && least === most ? least : null,
    excluded: typeof total === "number" && (total < least || total > most) ? total : null,
  };
}

function stated(items: readonly ItemInput[], item: ItemName) {
  return items.find((one) => one.item === item)?.value;
}

/** The points of each part; those it may have, where it is not known. */
function parts(items: readonly ItemInput[], birthDate: string | null, nowMs: number): Bounds[] {
  const glasgow = stated(items, "glasgow");
  const volume = stated(items, "haemorrhage_volume");
  const ventricles = stated(items, "ventricles");
  const site = stated(items, "haemorrhage_site") as BleedSite | undefined;
  const years = birthDate === null ? null : ageYears(birthDate, nowMs);
  return [
    typeof glasgow === "number" ? known(glasgow < 5 ? 2 : glasgow < 13 ? 1 : 0) : [0, 2],
    // The server keeps tenths.
    typeof volume === "number" ? known(Math.round(volume * 10) >= 300) : [0, 1],
    ventricles === undefined ? [0, 1] : known(ventricles === "bloody"),
    origin(site?.kind),
    years === null ? [0, 1] : known(years >= 80),
  ];
}

function known(points: number | boolean): Bounds {
  return [Number(points), Number(points)];
}

/** Blood outside the brain's tissue has no origin above or below the tentorium. */
function origin(kind: string | undefined): Bounds {
  if (kind === "deep" || kind === "lobar") return known(0);
  return kind === "cerebellar" || kind === "brainstem" ? known(1) : [0, 1];
}

/** Completed years by the calendar of UTC, as the server has them. */
function ageYears(birthDate: string, nowMs: number): number | null {
  const today = new Date(nowMs).toISOString();
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  const completed = today.slice(5, 10) < birthDate.slice(5, 10) ? years - 1 : years;
  return completed >= 0 && completed <= 255 ? completed : null;
}
