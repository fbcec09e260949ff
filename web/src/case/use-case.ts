import { api } from "../shared/api";
import type { Case } from "../shared/api/types";
import { type Resource, useResource } from "../shared/resource";

/** One case, kept up to date by the server's events about it. */
export function useCase(id: string): Resource<Case> {
  return useResource(`case ${id}`, () => api.case(id), {
    on: (event) => event.case_id === id && event.kind !== "consult.changed",
    everyMs: 60_000,
  });
}
