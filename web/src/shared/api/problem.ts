import type { ProblemBody, Text } from "./types";

/** Why a request did not do what was asked: the server's RFC 9457 answer, or the network's silence. */
export class Problem extends Error {
  readonly status: number;
  readonly body: ProblemBody;
  readonly retryAfterSeconds: number | null;

  constructor(body: ProblemBody, retryAfterSeconds: number | null = null) {
    super(body.title);
    this.name = "Problem";
    this.status = body.status;
    this.body = body;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** No answer at all: nobody knows whether the server did it, so the same key must be used again. */
  static offline(): Problem {
    return new Problem({ title: "offline", status: 0, code: "offline" });
  }

  get isOffline(): boolean {
    return this.status === 0;
  }

  /** The message for one field, by its JSON pointer. */
  field(pointer: string): Text | string | null {
    return (
      this.body.errors?.find((e) => e.pointer === pointer || e.pointer === `#${pointer}`)?.detail ?? null
    );
  }
}

export function asProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause;
  const title = cause instanceof Error ? cause.message : String(cause);
  return new Problem({ title, status: -1, code: "client" });
}

/** Reads an unsuccessful answer; one that is not problem+json keeps its status line. */
export async function readProblem(response: Response): Promise<Problem> {
  const retry = Number(response.headers.get("Retry-After"));
  const retryAfter = Number.isFinite(retry) && retry > 0 ? retry : null;
  try {
    const body = (await response.json()) as Partial<ProblemBody>;
    return new Problem(
      { ...body, title: body.title ?? response.statusText, status: body.status ?? response.status },
      retryAfter,
    );
  } catch {
    return new Problem(
      { title: response.statusText || `HTTP ${response.status}`, status: response.status },
      retryAfter,
    );
  }
}
