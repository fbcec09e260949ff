/** The shapes of severity: each reads without its colour. */
export type Mark = "alarm" | "research" | "warn" | "clear" | "unclear" | "waiting" | "done" | "now";

export function MarkIcon({ mark, size = 14 }: { mark: Mark; size?: number }) {
  return (
    <svg class={`mark mark-${mark}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {mark === "alarm" && <path d="M8 1.2 15.2 14.500H.8z" fill="currentColor" />}
      {mark === "research" && (
        <path d="M8 2.800 13.800 13.500H2.200z" fill="none" stroke="currentColor" stroke-width="2" />
      )}
      {mark === "warn" && <path d="M8 .8 15.200 8 8 15.200.8 8z" fill="currentColor" />}
      {mark === "clear" && <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />}
      {mark === "unclear" && (
        <g fill="none" stroke="currentColor" stroke-width="2">
          <circle cx="8" cy="8" r="6" />
          <path d="M3.800 12.200 12.200 3.800" />
        </g>
      )}
      {mark === "waiting" && (
        <circle
          cx="8"
          cy="8"
          r="6"
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          stroke-dasharray="2.600 2.100"
        />
      )}
      {mark === "now" && <path d="M1 1.500 8 8 1 14.500zM8 1.500 15 8 8 14.500z" fill="currentColor" />}
      {mark === "done" && (
        <path
          d="M2.500 8.500 6.300 12.300 13.500 4.300"
          fill="none"
          stroke="currentColor"
          stroke-width="2.200"
        />
      )}
    </svg>
  );
}
