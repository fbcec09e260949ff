import { imageKey } from "../shared/analyses";
import type { Analysis } from "../shared/api/types";
import { percent } from "../shared/format";
import { lang, useWords } from "../shared/i18n/words";
import type { KeyImage } from "./key-images";
import type { Reader } from "./reader";
import { readingWords } from "./words";

/** One bar a slice, as high as the AI's probability there; the slice on screen, the key images and what is loaded. */
export function Strip({
  reader,
  analysis,
  keys,
}: {
  reader: Reader;
  analysis: Analysis | null;
  keys: readonly KeyImage[];
}) {
  const t = useWords(readingWords);
  const slices = reader.slices.value;
  if (slices.length === 0) return <div class="strip" />;
  const probability = new Map(analysis?.slices.map((s) => [imageKey(s), s.probability]));
  const key = new Set(keys.map((k) => k.image));
  const width = 100 / slices.length;
  const index = reader.index.value;
  const seek = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    reader.goTo(Math.floor(((event.clientX - box.left) / box.width) * slices.length));
  };
  const value = probability.get(slices[index]?.key ?? "");
  return (
    <div
      class="strip"
      role="slider"
      tabIndex={0}
      aria-label={t.strip}
      aria-valuemin={1}
      aria-valuemax={slices.length}
      aria-valuenow={index + 1}
      aria-valuetext={t.strip_item(
        index + 1,
        value === undefined ? t.strip_no_value : percent(value, lang.value),
      )}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons > 0) seek(event);
      }}
    >
      <svg viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">
        {slices.map((slice, i) => {
          const p = probability.get(slice.key) ?? 0;
          const height = Math.max(1.5, p * 32);
          const loaded = reader.loaded.value.has(slice.key);
          return (
            <g key={slice.key}>
              {i === index && <rect class="strip-here" x={i * width} y="0" width={width} height="40" />}
              <rect
                class={
                  analysis?.threshold !== undefined && p >= (analysis?.threshold ?? 1)
                    ? "strip-bar strip-high"
                    : "strip-bar"
                }
                x={i * width + width * 0.12}
                y={36 - height}
                width={width * 0.76}
                height={height}
              />
              <rect
                class={loaded ? "strip-load strip-loaded" : "strip-load"}
                x={i * width + width * 0.12}
                y="37.500"
                width={width * 0.76}
                height="2"
              />
              {key.has(slice.key) && (
                <path class="strip-key" d={`M${(i + 0.5) * width - 0.7} 0h1.400l-.700 4z`} />
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
