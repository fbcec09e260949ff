import type { Left } from "../api/types";
import { timeOfDay } from "../format";
import { lang, useWords, words } from "../i18n/words";
import { MarkIcon } from "./mark";

const leftWords = words(
  {
    somebody: "un lecteur",
    given_back: (name: string, at: string) => `Rendu par ${name} à ${at}`,
    lapsed: (name: string, at: string) => `Laissé par ${name} : prise échue à ${at}`,
    seen: (n: number) => (n === 1 ? "1 série vue" : `${n} séries vues`),
    note: (note: string) => `« ${note} »`,
  },
  {
    somebody: "a reader",
    given_back: (name, at) => `Given back by ${name} at ${at}`,
    lapsed: (name, at) => `Left by ${name}: hold lapsed at ${at}`,
    seen: (n) => (n === 1 ? "1 series seen" : `${n} series seen`),
    note: (note) => `“${note}”`,
  },
);

/** A case that was left is offered again with its history. */
export function LeftLine({ left }: { left: Left }) {
  const t = useWords(leftWords);
  const name = left.by?.display_name ?? t.somebody;
  const at = timeOfDay(left.at, lang.value);
  return (
    <p class="left-line">
      <MarkIcon mark="warn" size={12} />
      <span>
        {left.how === "lapsed" ? t.lapsed(name, at) : t.given_back(name, at)}
        {left.seen.length > 0 && ` · ${t.seen(left.seen.length)}`}
        {left.note && ` · ${t.note(left.note)}`}
      </span>
    </p>
  );
}
