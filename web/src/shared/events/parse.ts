/** One server-sent event, as the HTML standard's "event stream interpretation" yields it. */
export interface StreamEvent {
  id: string | null;
  name: string;
  data: string;
}

/**
 * Reads a text/event-stream piece by piece: bytes may be cut anywhere, so what is not yet a whole line waits.
 * Comment lines (the server's heartbeat) give no event.
 */
export class StreamParser {
  private rest = "";
  private id: string | null = null;
  private name = "";
  private data: string[] = [];

  push(text: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.rest += text;
    for (;;) {
      const end = this.rest.search(/\r\n|\n|\r/);
      // A lone CR at the very end may be the first half of CRLF.
      if (end < 0 || (this.rest[end] === "\r" && end === this.rest.length - 1)) return events;
      const line = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + (this.rest.startsWith("\r\n", end) ? 2 : 1));
      const event = this.line(line);
      if (event) events.push(event);
    }
  }

  private line(line: string): StreamEvent | null {
    if (line === "") return this.dispatch();
    if (line.startsWith(":")) return null;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id" && !value.includes("\0")) this.id = value;
    if (field === "event") this.name = value;
    if (field === "data") this.data.push(value);
    return null;
  }

  private dispatch(): StreamEvent | null {
    const event =
      this.data.length > 0 ? { id: this.id, name: this.name || "message", data: this.data.join("\n") } : null;
    this.name = "";
    this.data = [];
    return event;
  }
}
