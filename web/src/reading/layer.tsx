import type { AnalysisOverlay } from "../shared/api/types";
import { decimal } from "../shared/format";
import { lang, useWords } from "../shared/i18n/words";
import { contourPath, lengthMm, type Matrix, type Point, svgMatrix, toScreen } from "./geometry";
import type { Measure, Reader } from "./reader";
import { readingWords } from "./words";

/** What is drawn above the image, in the image's own pixels: it follows every zoom and pan. */
export function Layer({
  reader,
  overlays,
  measuring,
}: {
  reader: Reader;
  overlays: readonly AnalysisOverlay[];
  measuring: Measure | null;
}) {
  const matrix = reader.matrix.value;
  const slice = reader.slice.value;
  if (!matrix || !slice) return null;
  const measures = [...reader.measures.value, ...(measuring ? [measuring] : [])].filter(
    (m) => m.image === slice.key,
  );
  return (
    <svg class="layer" aria-hidden="true">
      <Contours reader={reader} overlays={overlays} />
      {measures.map((measure) => (
        <MeasureLine
          key={`${measure.from} ${measure.to}`}
          measure={measure}
          matrix={matrix}
          spacing={reader.spacing.value}
        />
      ))}
    </svg>
  );
}

/** What each analysis saw on the slice on screen. */
export function Contours({ reader, overlays }: { reader: Reader; overlays: readonly AnalysisOverlay[] }) {
  const matrix = reader.matrix.value;
  const slice = reader.slice.value;
  if (!matrix || !slice) return null;
  const shown = reader.overlay.value ? overlays : [];
  return (
    <g transform={svgMatrix(matrix)}>
      {shown.flatMap((overlay) =>
        (overlay.instances[slice.key] ?? []).map((contour) => {
          const path = contourPath(contour);
          return (
            <path
              key={`${overlay.task} ${overlay.model} ${path}`}
              class={`contour contour-${overlay.task}`}
              d={path}
            />
          );
        }),
      )}
    </g>
  );
}

function MeasureLine({ measure, matrix, spacing }: { measure: Measure; matrix: Matrix; spacing: Point }) {
  const t = useWords(readingWords);
  const [x1, y1] = toScreen(matrix, measure.from);
  const [x2, y2] = toScreen(matrix, measure.to);
  return (
    <g class="measure">
      <line x1={x1} y1={y1} x2={x2} y2={y2} />
      <circle cx={x1} cy={y1} r="3" />
      <circle cx={x2} cy={y2} r="3" />
      <text x={x2 + 8} y={y2 - 8}>
        {t.mm(decimal(lengthMm(measure.from, measure.to, spacing), lang.value, 1))}
      </text>
    </g>
  );
}
