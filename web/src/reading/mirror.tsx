import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { AnalysisOverlay } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import { Contours } from "./layer";
import type { Reader } from "./reader";
import { readingWords } from "./words";

/** The image beside itself with its sides exchanged: what differs from left to right stands out. */
export function Mirror({
  reader,
  image,
  overlays,
}: {
  reader: Reader;
  image: RefObject<HTMLDivElement | null>;
  overlays: readonly AnalysisOverlay[];
}) {
  const t = useWords(readingWords);
  const copy = useRef<HTMLCanvasElement>(null);
  const drawn = reader.matrix.value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new placement is how a new drawing is told
  useLayoutEffect(() => {
    const from = image.current?.querySelector("canvas");
    const to = copy.current;
    const pen = to?.getContext("2d");
    if (!from || !to || !pen || from.width === 0) return;
    to.width = from.width;
    to.height = from.height;
    pen.setTransform(-1, 0, 0, 1, to.width, 0);
    pen.drawImage(from, 0, 0);
  }, [drawn, image]);
  return (
    <div class="mirror">
      <canvas ref={copy} />
      <svg class="layer" aria-hidden="true">
        <Contours reader={reader} overlays={overlays} />
      </svg>
      <p class="mirror-word">{t.mirrored}</p>
    </div>
  );
}
