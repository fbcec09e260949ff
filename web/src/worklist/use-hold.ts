import { useEffect, useRef, useState } from "preact/hooks";
import type { Item } from "../shared/api/types";
import { type Held, receive } from "./hold";

const NOTHING: Held = { shown: [], waiting: null, changes: 0 };

/** Holds the order while the pointer or the keyboard is in the list, and lets go when they leave. */
export function useHold(items: Item[] | null) {
  const [held, setHeld] = useState<Held>(NOTHING);
  const pointer = useRef(false);
  const keyboard = useRef(false);

  useEffect(() => {
    if (!items) return;
    const holding = pointer.current || keyboard.current;
    setHeld((current) => receive(current.shown, items, holding));
  }, [items]);

  const apply = () =>
    setHeld((current) => (current.waiting ? { shown: current.waiting, waiting: null, changes: 0 } : current));
  const letGo = () => {
    if (!pointer.current && !keyboard.current) apply();
  };
  return {
    held,
    apply,
    handlers: {
      onPointerEnter: (event: PointerEvent) => {
        if (event.pointerType !== "touch") pointer.current = true;
      },
      onPointerLeave: () => {
        pointer.current = false;
        letGo();
      },
      // A finger holds the list while it is down: a row must not slide under a tap.
      onPointerDown: (event: PointerEvent) => {
        if (event.pointerType === "touch") pointer.current = true;
      },
      onPointerUp: (event: PointerEvent) => {
        if (event.pointerType !== "touch") return;
        window.setTimeout(() => {
          pointer.current = false;
          letGo();
        }, 600);
      },
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
