/**
 * A stand-in for the server, for work on the screens only: `npm run dev`, or `npm run preview` for the built files
 * under the product's content security policy. It keeps everything in memory; any password opens every user.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import type { Notices, StoodDown } from "../src/notices/types";
import { withSigned } from "../src/reading/report/items";
import type {
  AlertInput,
  Case,
  DecisionInput,
  Item,
  Moments,
  PrescriptionInput,
  ReportInput,
  User,
} from "../src/shared/api/types";
import { frame, metadata, overlay, SERIES, SLICES, STUDY, sopUid } from "./dicom";
import { DISPATCH, FORESIGHT, recordOf } from "./dispatch";
import { caseOf, items, REGION, TIMELINE, USERS } from "./fixtures";
import { DISAGREEMENTS, MODELS } from "./models";
import { ordersHere, ordersOf, prescribe, step } from "./protocols";
import { proposalsOf, versionOf } from "./report";

const CSP =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const list = items();
const cases = new Map<string, Case>(list.map((i) => [i.case_id, caseOf(i)]));
const streams = new Set<ServerResponse>();
const events: string[] = [];
let seq = 0;
let me: User | null = null;

function emit(kind: string, caseId: string | null) {
  seq += 1;
  const data = JSON.stringify({ seq, kind, case_id: caseId, at: new Date().toISOString() });
  const text = `id: ${seq}\nevent: ${kind}\ndata: ${data}\n\n`;
  events.push(text);
  for (const stream of streams) stream.write(text);
}

function json(res: ServerResponse, status: number, body?: unknown) {
  res.statusCode = status;
  res.setHeader("Content-Type", status >= 400 ? "application/problem+json" : "application/json");
  res.end(body === undefined ? "" : JSON.stringify(body));
}

const problem = (res: ServerResponse, status: number, title: string, more: object = {}) =>
  json(res, status, { type: "about:blank", title, status, ...more });

async function body<T>(req: IncomingMessage): Promise<T> {
  let text = "";
  for await (const chunk of req) text += chunk;
  return JSON.parse(text || "{}") as T;
}

function change(id: string, put: Partial<Item> & Partial<Case>, kind: string) {
  const at = list.findIndex((i) => i.case_id === id);
  const known = cases.get(id);
  const row = list[at];
  if (known) cases.set(id, { ...known, ...put } as Case);
  if (row) list[at] = { ...row, ...put } as Item;
  emit(kind, id);
}

function stream(req: IncomingMessage, res: ServerResponse) {
  res.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const after = Number(req.headers["last-event-id"] ?? seq);
  res.write(`id: ${after}\nevent: hello\ndata: {"seq":${after}}\n\n`);
  for (const text of events.slice(after)) res.write(text);
  streams.add(res);
  const beat = setInterval(() => res.write(": beat\n\n"), 15_000);
  req.on("close", () => {
    clearInterval(beat);
    streams.delete(res);
  });
}

async function api(req: IncomingMessage, res: ServerResponse, path: string) {
  const method = req.method ?? "GET";
  const at = `${method} ${path}`;
  const session = () => ({
    csrf_token: "csrf",
    expires_at: new Date(Date.now() + 3.6e6).toISOString(),
    user: me,
  });
  if (at === "POST /sessions") {
    const { username, password } = await body<{ username: string; password: string }>(req);
    me = password === "wrong" ? null : (USERS.find((u) => u.username === username) ?? null);
    return me ? json(res, 201, session()) : problem(res, 401, "unknown user or password");
  }
  if (!me) return problem(res, 401, "sign in first");
  if (at === "GET /sessions/current") return json(res, 200, session());
  if (at === "DELETE /sessions/current") {
    me = null;
    return json(res, 204);
  }
  if (at === "GET /region") return json(res, 200, REGION);
  if (at === "GET /events") return stream(req, res);
  if (at === "GET /worklist") return json(res, 200, { generated_at: new Date().toISOString(), items: list });
  if (at === "POST /cases") return raise(res, await body<AlertInput>(req));
  if (path === "/users") return json(res, 200, USERS);
  if (at === "GET /admin/models") return json(res, 200, { models: MODELS });
  if (at === "GET /admin/models/disagreements") return json(res, 200, { disagreements: DISAGREEMENTS });
  if (path.startsWith("/admin/models/") && method === "POST")
    return problem(res, 422, "not enough", {
      detail_text: {
        fr: "12 positifs : il en faut au moins 30.",
        en: "12 positive studies: at least 30 are needed.",
      },
    });
  if (path === "/dispatch/foresight") return json(res, 200, FORESIGHT);
  if (path === "/conflicts") return json(res, 200, []);
  if (path.startsWith("/audit")) return json(res, 200, { records: [] });
  if (at === "GET /notices") return json(res, 200, { notices: [], stood_down: stoodDown } satisfies Notices);
  const call = at.match(/^POST \/calls\/([^/]+)\/seen$/)?.[1];
  if (call) {
    stoodDown.splice(0, stoodDown.length, ...stoodDown.filter((told) => told.call_id !== call));
    return json(res, 204);
  }
  if (path === "/protocols") return json(res, 200, ordersHere());
  const [, , id, ...rest] = path.split("/");
  const found = id ? cases.get(id) : undefined;
  if (!path.startsWith("/cases/") || !id || !found) return problem(res, 404, "no such thing");
  return caseRoute(req, res, found, `${method} ${rest.join("/")}`);
}

function raise(res: ServerResponse, alert: AlertInput) {
  if (alert.patient.family_name === "Refus") {
    return problem(res, 422, "the alert is not valid", {
      errors: [
        { pointer: "/patient/id", detail: { fr: "IPP inconnu de ce site", en: "unknown to this site" } },
      ],
    });
  }
  const like = items()[3];
  if (!like) return problem(res, 500, "no fixture");
  const id = `33333333-3333-4333-8333-33333333333${list.length}`;
  const started = new Date();
  const row: Item = {
    ...like,
    ...alert,
    case_id: id,
    site: REGION.sites.find((s) => s.id === alert.site) ?? like.site,
    sentence: { fr: "45 min avant l'objectif · aucune image", en: "45 min to target · no image" },
    clock: {
      started_at: started.toISOString(),
      started_by: "alert",
      target_at: new Date(started.getTime() + 45 * 60_000).toISOString(),
      limit_at: new Date(started.getTime() + 120 * 60_000).toISOString(),
      state: "running",
      stopped_at: null,
    },
  };
  list.unshift(row);
  cases.set(id, caseOf(row));
  emit("case.opened", id);
  return json(res, 201, cases.get(id));
}

/** Who is not expected any more, until they have seen it. */
const stoodDown = list.slice(1, 2).map(
  ({ case_id, site }): StoodDown => ({
    call_id: `stood-down-${case_id}`,
    case_id,
    need: "neurologist",
    need_text: { fr: "neurologue", en: "neurologist" },
    site,
    at: new Date().toISOString(),
    text: {
      fr: "Dr Marc Delorme lit le cas : vous n'êtes plus attendu.",
      en: "Dr Marc Delorme reads the case: you are not expected any more.",
    },
  }),
);

let real: Moments = { departure: null, arrival: null, needle: null, groin: null };

async function caseRoute(req: IncomingMessage, res: ServerResponse, found: Case, at: string) {
  const id = found.case_id;
  const by = { display_name: me?.display_name ?? "", role: me?.role ?? "admin" };
  const now = () => new Date().toISOString();
  if (at === "GET ") return json(res, 200, found);
  if (at === "GET timeline") return json(res, 200, { events: TIMELINE });
  if (at === "GET dispatch/options") return json(res, 200, DISPATCH);
  if (at === "GET dispatch/record") return json(res, 200, recordOf(found.dispatch_decision, real));
  if (at === "POST dispatch/actual") {
    const { reason: _, ...moments } = await body<Partial<Moments> & { reason: string }>(req);
    real = { ...real, ...moments };
    return json(res, 201, recordOf(found.dispatch_decision, real));
  }
  if (at.startsWith("GET series/")) return json(res, 200, overlay());
  if (at === "POST claim") {
    if (found.claimed_by && found.claimed_by.user_id !== me?.id)
      return problem(res, 409, "held", { code: "held", holder: found.claimed_by });
    const claimed_by = { ...by, user_id: me?.id ?? "", until: new Date(Date.now() + 6e5).toISOString() };
    change(id, { claimed_by, state: "reading" }, "case.claimed");
    return json(res, 200, { claimed_by });
  }
  if (at === "POST release") {
    change(id, { claimed_by: null, state: "waiting" }, "case.released");
    return json(res, 204);
  }
  if (at === "POST decision") {
    const decision = { ...(await body<DecisionInput>(req)), by, at: now() };
    change(
      id,
      { decision, state: "decided", clock: { ...found.clock, state: "stopped", stopped_at: now() } },
      "case.decided",
    );
    return json(res, 201, cases.get(id));
  }
  if (at === "GET protocols") return json(res, 200, ordersOf(id));
  if (at === "POST protocols") {
    const order = prescribe(found, await body<PrescriptionInput>(req), by);
    emit("protocol.prescribed", id);
    return json(res, 201, order);
  }
  const order = at.match(/^POST protocols\/([^/]+)\/(\w+)$/);
  if (order) {
    const moved = step(order[1] ?? "", order[2] ?? "", await body<object>(req), by);
    emit("protocol.changed", id);
    return moved ? json(res, 200, moved) : problem(res, 404, "no such order");
  }
  if (at === "GET report/proposals") return json(res, 200, { proposals: proposalsOf(found) });
  if (at === "POST report") {
    const signed = versionOf(found, await body<ReportInput>(req), by, now());
    const report = withSigned(found.report, signed);
    cases.set(id, { ...found, report, reported_at: found.reported_at ?? signed.signed_at });
    emit("report.signed", id);
    return json(res, 201, signed);
  }
  if (at === "POST dispatch/decision") {
    const decision = { ...(await body<{ plan: string; reason: string }>(req)), by, at: now() };
    const known = cases.get(id);
    if (known) cases.set(id, { ...known, dispatch_decision: decision });
    emit("dispatch.decided", id);
    return json(res, 201, decision);
  }
  return problem(res, 503, "the mock has no media relay", {
    detail_text: {
      fr: "Le serveur de développement n'a pas de relais vidéo.",
      en: "The development server has no media relay.",
    },
  });
}

function dicomweb(res: ServerResponse, path: string) {
  if (path.endsWith("/instances"))
    return json(res, 200, [{ "00080018": { vr: "UI", Value: [`${STUDY}.8.1`] } }]);
  if (path.endsWith("/metadata")) return json(res, 200, metadata());
  const sop = path.match(/instances\/([\d.]+)\/frames/)?.[1];
  const index = Array.from({ length: SLICES }, (_, i) => sopUid(i)).indexOf(sop ?? "");
  if (index < 0 || !path.includes(STUDY) || !path.includes(SERIES))
    return problem(res, 404, "no such instance");
  const head =
    "--part\r\nContent-Type: application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1\r\n\r\n";
  res.setHeader("Content-Type", 'multipart/related; type="application/octet-stream"; boundary=part');
  res.end(Buffer.concat([Buffer.from(head), frame(index), Buffer.from("\r\n--part--\r\n")]));
}

const answer: Connect.NextHandleFunction = (req, res, next) => {
  const path = (req.url ?? "/").split("?")[0] ?? "/";
  if (path.startsWith("/api/v1")) void api(req, res, path.slice(7));
  else if (path.startsWith("/dicomweb")) dicomweb(res, path);
  else next();
};

export function mockServer(): Plugin {
  return {
    name: "vigie-mock-server",
    configureServer: (server) => {
      server.middlewares.use(answer);
    },
    configurePreviewServer: (server) => {
      server.middlewares.use((_req, res, next) => {
        res.setHeader("Content-Security-Policy", CSP);
        next();
      });
      server.middlewares.use(answer);
    },
  };
}
