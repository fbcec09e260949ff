/** The product's name with its mark: an eye that is a clock. */
export function Wordmark() {
  return (
    <span class="wordmark">
      <svg viewBox="0 0 32 22" width="30" height="21" aria-hidden="true">
        <path
          d="M3 11C6.500 5 10.800 2 16 2s9.500 3 13 9c-3.500 6-7.800 9-13 9S6.500 17 3 11z"
          fill="none"
          stroke="currentColor"
          stroke-width="2.200"
        />
        <path
          d="M16 6v5l3.400 2.200"
          fill="none"
          stroke="currentColor"
          stroke-width="2.200"
          stroke-linecap="round"
        />
      </svg>
      Vigie
    </span>
  );
}

const PATHS = {
  camera: "M2 5.500h8.500v7H2zM10.500 8l4-2.200v6.400l-4-2.200z",
  microphone: "M8 1.500a2 2 0 0 1 2 2v4a2 2 0 0 1-4 0v-4a2 2 0 0 1 2-2zM4 7.500a4 4 0 0 0 8 0M8 11.500v3",
  phone:
    "M3 2.500h3l1.200 3L5.500 7a8 8 0 0 0 3.500 3.500l1.500-1.700 3 1.200v3c-6 .5-11-4.500-10.500-10.500z",
  list: "M5.500 4h8M5.500 8h8M5.500 12h8M2.500 4h.1M2.500 8h.1M2.500 12h.1",
  alert: "M8 2.500l6 10.500H2zM8 6.500v3M8 11.200v.1",
  scanner: "M8 2.500a5.500 5.500 0 1 0 .01 0zM8 6a2 2 0 1 0 .01 0zM3 14h10",
  calendar: "M2.500 4h11v9.500h-11zM2.500 7h11M5.500 2.500V5M10.500 2.500V5",
  chart: "M2.500 2.500v11h11M5 10.500l3-3.500 2 2 3.500-4.500",
  settings:
    "M2.500 5h5M11.500 5h2M2.500 11h2M8.500 11h5M9.500 3.500a1.500 1.500 0 1 0 .01 0zM6.500 9.500a1.500 1.500 0 1 0 .01 0z",
} as const;

export type IconName = keyof typeof PATHS;

/** A small line icon; always beside a word or under an aria-label. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.500"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  );
}
