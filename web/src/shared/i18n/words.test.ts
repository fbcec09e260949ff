import { describe, expect, it } from "vitest";
import { say, type Words, words } from "./words";

const rooms = import.meta.glob<Record<string, unknown>>(
  ["/src/**/words.ts", "/src/shared/i18n/*.ts", "!/src/shared/i18n/words.ts"],
  {
    eager: true,
  },
);

function isWords(value: unknown): value is Words<Record<string, unknown>> {
  return typeof value === "object" && value !== null && "fr" in value && "en" in value;
}

/** Every wording with its place; functions are called with plain arguments. */
function leaves(node: unknown, at: string): [string, string][] {
  if (typeof node === "string") return [[at, node]];
  if (typeof node === "function") {
    const call = node as (...args: unknown[]) => string;
    return [[at, call(...Array.from({ length: call.length }, () => 2))]];
  }
  return Object.entries(node as object).flatMap(([key, value]) => leaves(value, `${at}.${key}`));
}

const dictionaries = Object.entries(rooms).flatMap(([file, room]) =>
  Object.values(room)
    .filter(isWords)
    .map((words) => ({ file, words })),
);

describe("two languages", () => {
  it("finds the rooms' words", () => expect(dictionaries.length).toBeGreaterThan(4));

  for (const { file, words } of dictionaries) {
    it(`says the same things in ${file}`, () => {
      const fr = leaves(words.fr, "");
      const en = leaves(words.en, "");
      expect(en.map(([key]) => key)).toEqual(fr.map(([key]) => key));
    });

    it(`leaves nothing unsaid in ${file}`, () => {
      const french = new Map(leaves(words.fr, ""));
      for (const [key, text] of leaves(words.en, "")) {
        if (french.get(key) !== "") expect(text, key).not.toBe("");
      }
    });
  }
});

it("a text from the server keeps a whole space between a number and its unit", () => {
  expect(say({ fr: "51\u202fmin", en: "51\u00a0min" })).toBe("51\u00a0min");
});

it("French keeps its punctuation on the line of the word before it", () => {
  const room = words(
    { told: "Deux : « un » ; sûr ?", share: (n: number) => `à ${n} % !` },
    { told: "Two: “one”; sure?", share: (n) => `at ${n}%!` },
  );
  expect(room.fr.told).toBe("Deux\u00a0: «\u00a0un\u00a0»\u00a0; sûr\u00a0?");
  expect(room.fr.share(95)).toBe("à 95\u00a0%\u00a0!");
  expect(room.fr.share.length).toBe(1);
  expect(room.en.share(95)).toBe("at 95%!");
});
