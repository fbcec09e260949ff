import { request } from "../shared/api/client";
import type { CaseCalls, Contact, Need, Notices } from "./types";

export const calls = {
  mine: () => request<Notices>("/notices"),
  ofCase: (id: string) => request<CaseCalls>(`/cases/${id}/calls`),
  ask: (id: string, need: Need) =>
    request<CaseCalls>(`/cases/${id}/calls`, { method: "POST", json: { need } }),
  seen: (call: string) => request<null>(`/calls/${call}/seen`, { method: "POST" }),
  accept: (call: string) => request<{ case_id: string }>(`/calls/${call}/accept`, { method: "POST" }),
  decline: (call: string) => request<{ case_id: string }>(`/calls/${call}/decline`, { method: "POST" }),
  contact: () => request<Contact>("/contact"),
  setContact: (contact: Pick<Contact, "language" | "email" | "pager" | "muted">) =>
    request<null>("/contact", { method: "PUT", json: contact }),
  subscribe: (subscription: PushSubscriptionJSON) =>
    request<null>("/contact/browsers", {
      method: "POST",
      json: { endpoint: subscription.endpoint, keys: subscription.keys },
    }),
  unsubscribe: (endpoint: string) =>
    request<null>("/contact/browsers", { method: "DELETE", json: { endpoint } }),
};
