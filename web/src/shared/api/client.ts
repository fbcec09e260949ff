import { followServerClock } from "../time";
import { Problem, readProblem } from "./problem";

export const API = "/api/v1";

let csrfToken: string | null = null;
let onSignedOut: () => void = () => {};

/** The token that every request changing something must carry; null once signed out. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Called when the server no longer knows the session. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  json?: unknown;
  body?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  keepalive?: boolean;
}

/** Sends one request with the session's cookie; throws a Problem unless the answer is a success. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const method = options.method ?? "GET";
  const headers = new Headers(options.headers);
  if (!headers.has("Accept")) headers.set("Accept", "application/json");
  if (method !== "GET" && csrfToken) headers.set("X-CSRF-Token", csrfToken);
  if (options.json !== undefined) headers.set("Content-Type", "application/json");
  const init: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    keepalive: options.keepalive ?? false,
  };
  if (options.json !== undefined) init.body = JSON.stringify(options.json);
  else if (options.body !== undefined) init.body = options.body;
  if (options.signal) init.signal = options.signal;
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw Problem.offline();
  }
  followServerClock(response.headers.get("Date"));
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.status === 401 && !path.endsWith("/sessions")) onSignedOut();
  throw problem;
}

/** Sends one request and reads its JSON answer (null when there is none). */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(`${API}${path}`, options);
  if (response.status === 204) return null as T;
  return (await response.json()) as T;
}
