import type { Need } from "../notices/types";
import { request } from "../shared/api/client";
import type { OnCall, PoolInput, Rota } from "./types";

export const rotaApi = {
  week: (day: string | null) => request<Rota>(day ? `/rota?day=${day}` : "/rota"),
  onCall: (site: string, need: Need) => request<OnCall>(`/on-call?site=${site}&need=${need}`),
  put: (id: string, pool: PoolInput) =>
    request<{ version: number }>(`/rota/pools/${id}`, { method: "PUT", json: pool }),
  remove: (id: string, version: number) =>
    request<null>(`/rota/pools/${id}?version=${version}`, { method: "DELETE" }),
};
