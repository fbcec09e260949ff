import { percent } from "../shared/format";
import { lang, useWords } from "../shared/i18n/words";
import { dispatchWords } from "./words";

/** The expected distribution of outcomes, best on the left; the first three are a good outcome. */
export function MrsBar({ mrs }: { mrs: readonly number[] }) {
  const t = useWords(dispatchWords);
  let from = 0;
  return (
    <svg
      class="mrs"
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      role="img"
      aria-label={mrs.map((p, k) => t.mrs_bar(k, percent(p, lang.value))).join(", ")}
    >
      {mrs.map((p, k) => {
        const x = from * 100;
        from += p;
        return (
          <rect key={k} class={`mrs-part mrs-${k}`} x={x} y="0" width={p * 100} height="10">
            <title>{t.mrs_bar(k, percent(p, lang.value))}</title>
          </rect>
        );
      })}
    </svg>
  );
}
