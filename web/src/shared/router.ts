import { signal } from "@preact/signals";

export const path = signal(location.pathname);

window.addEventListener("popstate", () => {
  path.value = location.pathname;
});

export function navigate(to: string, how: "push" | "replace" = "push"): void {
  if (to === location.pathname) return;
  if (how === "replace") history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  path.value = to;
  window.scrollTo(0, 0);
}

/** Lets plain links of this application change the page without a reload. */
export function followLinks(): () => void {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = (event.target as Element | null)?.closest("a");
    if (!link || link.target || link.origin !== location.origin || link.hasAttribute("download")) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    navigate(link.pathname);
  };
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}

export type Route =
  | {
      page:
        | "login"
        | "worklist"
        | "alert"
        | "admin"
        | "indicators"
        | "protocols"
        | "rota"
        | "contact"
        | "foresight"
        | "unknown";
    }
  | { page: "case" | "read" | "dispatch" | "dispatch-record"; id: string }
  | { page: "score"; id: string; scale: string | null };

export function route(pathname: string): Route {
  const parts = pathname.split("/").filter(Boolean);
  const [first, id, sub, last] = parts;
  if (first === undefined || first === "worklist") return { page: "worklist" };
  if (
    first === "login" ||
    first === "alert" ||
    first === "admin" ||
    first === "indicators" ||
    first === "protocols"
  )
    return { page: first };
  if (first === "rota" || first === "contact") return { page: first };
  if (first === "dispatch" && id === undefined) return { page: "foresight" };
  if (first === "cases" && id) {
    if (sub === undefined) return { page: "case", id };
    if (sub === "score") return { page: "score", id, scale: last ?? null };
    if (sub === "dispatch" && last === "record") return { page: "dispatch-record", id };
    if (sub === "read" || sub === "dispatch") return { page: sub, id };
  }
  return { page: "unknown" };
}
