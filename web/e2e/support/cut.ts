import { createSocket, type Socket } from "node:dgram";
import type { Page } from "playwright-core";

/** A user-space wire for the call's datagrams, that can be cut: nothing passes either way while it is. */
export class Wire {
  private cutNow = false;
  private readonly ways = new Map<string, Socket>();
  private constructor(
    private readonly inner: Socket,
    readonly port: number,
  ) {}

  static async lay(): Promise<Wire> {
    const inner = createSocket("udp4");
    await new Promise<void>((resolve) => inner.bind(0, "127.0.0.1", resolve));
    return new Wire(inner, inner.address().port);
  }

  /** Carries what a browser sends to this wire on to the server's port, each browser socket by a way of its own. */
  leadTo(serverPort: number): void {
    this.inner.removeAllListeners("message");
    this.inner.on("message", (data, from) => {
      if (this.cutNow) return;
      // The browser may send to the loopback from an address of another interface: answers go back there.
      const key = `${from.address}:${from.port}`;
      let way = this.ways.get(key);
      if (!way) {
        way = createSocket("udp4");
        way.on("message", (answer) => {
          if (!this.cutNow) this.inner.send(answer, from.port, from.address);
        });
        this.ways.set(key, way);
      }
      way.send(data, serverPort, "127.0.0.1");
    });
  }

  cut(): void {
    this.cutNow = true;
  }

  mend(): void {
    this.cutNow = false;
  }

  close(): void {
    this.inner.close();
    for (const way of this.ways.values()) way.close();
  }
}

/** Makes this page's calls go over the wire: the server's UDP candidates in its answers become the wire's. */
export async function overWire(page: Page, wire: Wire): Promise<void> {
  await page.route(/\/consults\/[^/]+\/(whip|whep)(\?.*)?$/, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const response = await route.fetch();
    let port = 0;
    const lines = (await response.text()).split("\r\n").flatMap((line) => {
      if (!line.startsWith("a=candidate:")) return [line];
      const parts = line.split(" ");
      if (parts[2]?.toLowerCase() !== "udp") return [];
      port = Number(parts[5]);
      parts[4] = "127.0.0.1";
      parts[5] = String(wire.port);
      return [parts.join(" ")];
    });
    if (port > 0) wire.leadTo(port);
    await route.fulfill({ response, body: lines.join("\r\n") });
  });
}
