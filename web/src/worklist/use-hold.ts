import { useEffect, useRef, useState } from "preact/hooks";
import type { Item } from "../shared/api/types";
import { type Held, receive, settle } from "./hold";

const NOTHING: Held = settle([]);
/** Time to go from the list to the bar that announces changes, before they are applied by themselves. */
const LEAVE_MS = 800;

/** Holds the order while the pointer or the keyboard is in the list, and lets go when they leave. */
export function useHold(items: Item[] | null) {
  const [held, setHeld] = useState<Held>(NOTHING);
  const pointer = useRef(false);
  const keyboard = useRef(false);
  const leaving = useRef(0);

  useEffect(() => {
    if (!items) return;
    const holding = pointer.current || keyboard.current;
    setHeld((current) => receive(current, items, holding));
  }, [items]);
  useEffect(() => () => window.clearTimeout(leaving.current), []);

  const apply = () => setHeld((current) => (current.waiting ? settle(current.waiting) : current));
  const letGo = () => {
    if (!pointer.current && !keyboard.current) apply();
  };
  const enter = () => {
    window.clearTimeout(leaving.current);
    pointer.current = true;
  };
  const leave = () => {
    window.clearTimeout(leaving.current);
    leaving.current = window.setTimeout(() => {
      pointer.current = false;
      letGo();
    }, LEAVE_MS);
  };
  const byMouse = (act: () => void) => (event: PointerEvent) => {
    if (event.pointerType !== "touch") act();
  };
  // A finger holds the list while it is down: a row must not slide under a tap.
  const byTouch = (act: () => void) => (event: PointerEvent) => {
    if (event.pointerType === "touch") act();
  };
  return {
    held,
    apply,
    /** For the bar that announces: on it, the list is held as well. */
    bar: { onPointerEnter: byMouse(enter), onPointerLeave: byMouse(leave) },
    list: {
      onPointerEnter: byMouse(enter),
      onPointerLeave: byMouse(leave),
      onPointerDown: byTouch(enter),
      onPointerUp: byTouch(leave),
      onPointerCancel: byTouch(leave),
      onFocusIn: (event: FocusEvent) => {
        keyboard.current = (event.target as Element).matches(":focus-visible");
      },
      onFocusOut: (event: FocusEvent) => {
        const to = event.relatedTarget as Node | null;
        if (to && (event.currentTarget as Node).contains(to)) return;
        keyboard.current = false;
        letGo();
      },
    },
  };
}
