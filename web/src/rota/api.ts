import type { Need } from "../notices/types";
import { request } from "../shared/api/client";
import type { OnCall, PoolInput, Rota, TableEffect } from "./types";

export const rotaApi = {
  week: (day: string | null) => request<Rota>(day ? `/rota?day=${day}` : "/rota"),
  onCall: (site: string, need: Need) => request<OnCall>(`/on-call?site=${site}&need=${need}`),
  put: (id: string, pool: PoolInput) =>
    request<{ version: number }>(`/rota/pools/${id}`, { method: "PUT", json: pool }),
  preview: (table: string) =>
    request<TableEffect>("/rota/import/preview", { method: "POST", json: { table } }),
  take: (table: string) => request<TableEffect>("/rota/import", { method: "POST", json: { table } }),
  remove: (id: string, version: number) =>
    request<null>(`/rota/pools/${id}?version=${version}`, { method: "DELETE" }),
};
