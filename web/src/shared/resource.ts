import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "./api/problem";
import type { ServerEvent } from "./api/types";
import { onServerEvent } from "./events/bus";

export interface Resource<T> {
  data: T | null;
  problem: Problem | null;
  loading: boolean;
  reload: () => void;
  /** Puts in what another answer already told. */
  set: (data: T) => void;
}

export interface ResourceOptions {
  /** Which server events make it stale. */
  on?: (event: ServerEvent) => boolean;
  /** Fetch again after so many milliseconds anyway. */
  everyMs?: number;
}

/**
 * Fetches when `key` changes (null: nothing), and again whenever a server event says so: one request at a time,
 * and one more if something came meanwhile. The last good answer stays on screen while a later one fails.
 */
export function useResource<T>(
  key: string | null,
  fetcher: () => Promise<T>,
  options: ResourceOptions = {},
): Resource<T> {
  const [data, setData] = useState<T | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [loading, setLoading] = useState(key !== null);
  const state = useRef({ key, busy: false, again: false });
  const latest = useRef({ fetcher, options });
  latest.current = { fetcher, options };

  const load = useCallback(async (forKey: string) => {
    const s = state.current;
    if (s.busy) {
      s.again = true;
      return;
    }
    s.busy = true;
    do {
      s.again = false;
      try {
        const value = await latest.current.fetcher();
        if (s.key === forKey) {
          setData(value);
          setProblem(null);
        }
      } catch (cause) {
        if (s.key === forKey) setProblem(asProblem(cause));
      }
      if (s.key === forKey) setLoading(false);
    } while (s.again && s.key === forKey);
    s.busy = false;
  }, []);

  useEffect(() => {
    state.current = { key, busy: false, again: false };
    setData(null);
    setProblem(null);
    setLoading(key !== null);
    if (key === null) return;
    void load(key);
    const unsubscribe = onServerEvent((event) => {
      if (event.kind === "hello" || latest.current.options.on?.(event)) void load(key);
    });
    const every = latest.current.options.everyMs;
    const timer = every ? window.setInterval(() => void load(key), every) : 0;
    return () => {
      unsubscribe();
      window.clearInterval(timer);
      state.current.key = null;
    };
  }, [key, load]);

  return {
    data,
    problem,
    loading,
    reload: useCallback(() => {
      if (state.current.key !== null) void load(state.current.key);
    }, [load]),
    set: useCallback((value: T) => {
      setData(value);
      setProblem(null);
    }, []),
  };
}
