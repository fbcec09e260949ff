import { duration, monthOf } from "../shared/format";
import { useWords } from "../shared/i18n/words";
import { axisEnd, type Point, stretches } from "./series";
import { indicatorWords } from "./words";

const WIDTH = 360;
const HEIGHT = 120;
const LEFT = 34;
const BOTTOM = 18;
/** Room for half of the highest figure. */
const TOP = 8;

/** A stretch month by month: the median as a line, up to the 90th percentile as a bar, the target dashed. */
export function RunChart({
  label,
  points,
  target,
}: {
  label: string;
  points: readonly Point[];
  target: number;
}) {
  const t = useWords(indicatorWords);
  const end = axisEnd(points, target);
  const step = (WIDTH - LEFT) / Math.max(1, points.length);
  const x = (at: number) => LEFT + step * (at + 0.5);
  const y = (minutes: number) => (HEIGHT - BOTTOM) * (1 - minutes / end) + TOP;
  const described = points.map((point) =>
    point.median === null
      ? t.chart_none(monthOf(point.month), point.cases)
      : t.chart_point(
          monthOf(point.month),
          point.cases,
          duration(point.median),
          duration(point.p90 ?? point.median),
        ),
  );
  return (
    <svg
      class="run"
      viewBox={`0 0 ${WIDTH} ${HEIGHT + TOP}`}
      role="img"
      aria-label={[t.chart(label), ...described].join(". ")}
    >
      {[0, end / 2, end].map((minutes) => (
        <g key={minutes}>
          <line class="run-grid" x1={LEFT} x2={WIDTH} y1={y(minutes)} y2={y(minutes)} />
          <text class="run-axis" x={LEFT - 5} y={y(minutes) + 3} text-anchor="end">
            {Math.round(minutes)}
          </text>
        </g>
      ))}
      <line class="run-target" x1={LEFT} x2={WIDTH} y1={y(target)} y2={y(target)} />
      {points.map((point, at) => (
        <g key={point.month}>
          {point.median !== null && point.p90 !== null && (
            <rect
              class="run-p90"
              x={x(at) - Math.min(7, step / 4)}
              y={y(point.p90)}
              width={Math.min(14, step / 2)}
              height={Math.max(1, y(point.median) - y(point.p90))}
            />
          )}
          {(at % Math.ceil(points.length / 6) === 0 || points.length <= 6) && (
            <text class="run-axis" x={x(at)} y={HEIGHT} text-anchor="middle">
              {point.month.slice(5)}/{point.month.slice(2, 4)}
            </text>
          )}
        </g>
      ))}
      {stretches(points).map((run) => (
        <polyline
          key={run[0]?.at}
          class="run-median"
          points={run.map(({ at, median }) => `${x(at)},${y(median)}`).join(" ")}
        />
      ))}
      {points.map((point, at) =>
        point.median === null ? (
          point.cases > 0 && (
            <text key={point.month} class="run-few" x={x(at)} y={y(0) - 4} text-anchor="middle">
              {point.cases}
            </text>
          )
        ) : (
          <circle key={point.month} class="run-dot" cx={x(at)} cy={y(point.median)} r="3.500">
            <title>{described[at]}</title>
          </circle>
        ),
      )}
    </svg>
  );
}
