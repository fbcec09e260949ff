import type { Estimate } from "../../shared/api/types";

const WIDTH = 120;

/** A figure from 0 to 1 with its interval, over the band it must stay in. Said in words beside it. */
export function Gauge({ value, band }: { value: Estimate | null; band: [number, number] }) {
  const x = (share: number) => Math.min(1, Math.max(0, share)) * WIDTH;
  return (
    <svg class="gauge" width={WIDTH} height="16" viewBox={`-2 0 ${WIDTH + 4} 16`} aria-hidden="true">
      <line class="gauge-axis" x1="0" y1="8" x2={WIDTH} y2="8" />
      <rect class="gauge-band" x={x(band[0])} y="3" width={x(band[1]) - x(band[0])} height="10" />
      {value && (
        <>
          <line class="gauge-interval" x1={x(value.low)} y1="8" x2={x(value.high)} y2="8" />
          <circle class="gauge-value" cx={x(value.value)} cy="8" r="3.500" />
        </>
      )}
    </svg>
  );
}
