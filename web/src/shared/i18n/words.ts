import { signal } from "@preact/signals";
import type { Text } from "../api/types";
import type { Lang } from "../format";

const KEPT = "vigie.lang";

function firstLang(): Lang {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept === "fr" || kept === "en") return kept;
  } catch {
    // Storage may be refused; French is the first language.
  }
  return "fr";
}

export const lang = signal<Lang>(firstLang());

export function setLang(next: Lang): void {
  lang.value = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // The choice then lasts as long as the page.
  }
}

type Entry = string | ((...args: never[]) => string) | { [key: string]: Entry };

/** The same keys and the same arguments, with any wording. */
type Same<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Same<T[K]>;
};

export interface Words<T> {
  fr: T;
  en: Same<T>;
}

/** French puts a space before its high punctuation and inside its quotes: no line ends there. */
function typeset(text: string): string {
  return text.replace(/ (?=[:;?!%»])/g, "\u00a0").replaceAll("« ", "«\u00a0");
}

/** The same words, typeset; a function's words once they are said. */
function typesetAll<T extends Entry>(entry: T): T {
  if (typeof entry === "string") return typeset(entry) as T;
  if (typeof entry === "function") {
    const said = (...args: never[]) => typeset(entry(...args));
    return Object.defineProperty(said, "length", { value: entry.length }) as T;
  }
  const inner = Object.entries(entry as { [key: string]: Entry });
  return Object.fromEntries(inner.map(([key, value]) => [key, typesetAll(value)])) as T;
}

/** One room's words. English must have every key that French has, and no other, or it does not compile. */
export function words<const T extends Record<string, Entry>>(fr: T, en: NoInfer<Same<T>>): Words<T> {
  return { fr: typesetAll(fr), en };
}

/** The words in the language of the moment; a component that reads them follows a change of language. */
export function useWords<T>(room: Words<T>): Same<T> {
  return (lang.value === "fr" ? room.fr : room.en) as Same<T>;
}

/**
 * A text from the server in the language of the moment. Its narrow spaces are drawn as whole ones: in our typeface they
 * are all but nothing, and a unit would run into its number.
 */
export function say(text: Text | string | null | undefined): string {
  if (!text) return "";
  const said = typeof text === "string" ? text : text[lang.value] || text.fr || text.en;
  const whole = said.replaceAll("\u202f", "\u00a0");
  return lang.value === "fr" ? typeset(whole) : whole;
}

/** A label before what it names: French keeps a space before the colon. */
export function colon(label: string): string {
  return lang.value === "fr" ? `${label}\u00a0:` : `${label}:`;
}
