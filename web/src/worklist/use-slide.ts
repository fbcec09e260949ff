import { useLayoutEffect, useRef } from "preact/hooks";

/** Shows where a row went: each one slides from its old place to its new (not when motion is unwanted). */
export function useSlide(list: { readonly current: HTMLElement | null }, order: string): void {
  const places = useRef(new Map<string, number>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured once for each new order
  useLayoutEffect(() => {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const next = new Map<string, number>();
    for (const row of list.current?.querySelectorAll<HTMLElement>("[data-case]") ?? []) {
      const id = row.dataset.case ?? "";
      const top = row.offsetTop;
      next.set(id, top);
      const before = places.current.get(id);
      if (!still && before !== undefined && before !== top) {
        row.animate([{ transform: `translateY(${before - top}px)` }, { transform: "none" }], {
          duration: 280,
          easing: "ease-out",
        });
      }
    }
    places.current = next;
  }, [order]);
}
