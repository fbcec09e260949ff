import type { ScaleName } from "../shared/api/types";
import { EMPTY_SHEET, type Sheet } from "./sheet";

/** A sheet as kept on this device until it is sent; it goes with the session. */
export interface Draft {
  sheet: Sheet;
  /** The same for every try, so that a repeat after a lost answer records nothing twice. */
  key: string;
}

const place = (caseId: string, scale: ScaleName) => `vigie.sheet.${caseId}.${scale}`;

export function keepDraft(caseId: string, scale: ScaleName, draft: Draft): void {
  sessionStorage.setItem(place(caseId, scale), JSON.stringify(draft));
}

export function keptDraft(caseId: string, scale: ScaleName): Draft | null {
  const kept = sessionStorage.getItem(place(caseId, scale));
  if (!kept) return null;
  try {
    return JSON.parse(kept) as Draft;
  } catch {
    return null;
  }
}

export function newDraft(): Draft {
  return { sheet: EMPTY_SHEET, key: crypto.randomUUID() };
}

export function dropDraft(caseId: string, scale: ScaleName): void {
  sessionStorage.removeItem(place(caseId, scale));
}
