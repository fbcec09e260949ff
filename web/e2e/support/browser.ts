import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";
import type { Words } from "../../src/shared/i18n/words";

/** Software WebGL for the images; a made-up camera and microphone for the call. */
const FLAGS = [
  "--no-sandbox",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
];

export const SIZES = {
  laptop: { width: 1366, height: 768 },
  desk: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
} as const;
export type Size = keyof typeof SIZES;

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** What went wrong in the pages without anybody seeing it: thrown errors and refused policies. */
export const silent: string[] = [];

export type Code = "fr" | "en";

/** A room's words in the language that the page speaks: a test reads what the person reads. */
export function inWords<T>(room: Words<T>, code: Code): T {
  return (code === "fr" ? room.fr : room.en) as T;
}

/** What begins with these words, whichever kind of space stands in them. */
export function starting(words: string): RegExp {
  const plain = words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${plain.replace(/\s/g, "\\s")}`);
}

export async function newPage(browser: Browser, base: string, size: Size, code: Code = "fr"): Promise<Page> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: SIZES[size],
    // English as most browsers have it, which writes days and times its own way.
    locale: code === "fr" ? "fr-FR" : "en-US",
    timezoneId: "Europe/Paris",
    permissions: ["camera", "microphone"],
    ...(size === "phone" ? { hasTouch: true, isMobile: true } : {}),
  });
  context.setDefaultTimeout(20_000);
  await countPeers(context);
  await context.addInitScript((first) => {
    if (localStorage.getItem("vigie.lang") === null) localStorage.setItem("vigie.lang", first);
  }, code);
  const page = await context.newPage();
  page.on("pageerror", (error) => silent.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    const refused = /content security policy/i.test(message.text());
    // An answer that is no success is shown to the person; the browser's own line about it says nothing more.
    const told = message.type() === "error" && !/^Failed to load resource/.test(message.text());
    if (refused || told) silent.push(`${page.url()}: ${message.text()}`);
  });
  return page;
}

/** Keeps hold of every peer connection, so that a test can ask the browser itself what was decoded. */
async function countPeers(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const peers: RTCPeerConnection[] = [];
    const Native = window.RTCPeerConnection;
    class Counted extends Native {
      constructor(...args: ConstructorParameters<typeof RTCPeerConnection>) {
        super(...args);
        peers.push(this);
      }
    }
    window.RTCPeerConnection = Counted;
    Object.assign(window, { countedPeers: peers });
  });
}

/** Frames decoded by the page's living connections, and bytes of sound received. */
export function received(page: Page): Promise<{ frames: number; sound: number }> {
  return page.evaluate(async () => {
    const peers = (window as unknown as { countedPeers: RTCPeerConnection[] }).countedPeers;
    let frames = 0;
    let sound = 0;
    for (const peer of peers) {
      if (peer.connectionState === "closed") continue;
      for (const stat of (await peer.getStats()).values()) {
        if (stat.type !== "inbound-rtp") continue;
        if (stat.kind === "video") frames += stat.framesDecoded ?? 0;
        else sound += stat.bytesReceived ?? 0;
      }
    }
    return { frames, sound };
  });
}

/** Waits for a condition on what a function gives, asking again until the deadline. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  met: (value: T) => boolean,
  ms = 20_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await ask();
    if (met(value)) return value;
    if (Date.now() > deadline) throw new Error(`${what}: still ${JSON.stringify(value)} after ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** Media still arrives: more frames and more sound than at the time of asking. */
export async function mediaFlows(page: Page, who: string): Promise<void> {
  await until(
    `${who}: a first frame`,
    () => received(page),
    (r) => r.frames > 0 && r.sound > 0,
    25_000,
  );
  const before = await received(page);
  await until(
    `${who}: frames going on`,
    () => received(page),
    (r) => r.frames >= before.frames + 15 && r.sound > before.sound,
    25_000,
  );
}

/** No accessibility violation that axe calls serious or critical. */
export async function accessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
  const told = grave.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(" | ")}`);
  expect(told, `axe on ${where}`).toEqual([]);
}

const folder = process.env.VIGIE_SCREENSHOTS;

/** A picture at each of the three sizes, for a person to look at, of what is asked for when the page is longer; the page must not scroll sideways at any. */
export async function pictures(
  page: Page,
  name: string,
  sizes: readonly Size[] = ["laptop", "desk", "phone"],
  at?: Locator,
): Promise<void> {
  const before = page.viewportSize();
  for (const size of sizes) {
    await page.setViewportSize(SIZES[size]);
    await page.waitForTimeout(250);
    await at?.evaluate((element) => element.scrollIntoView({ block: "center" }));
    if (folder) {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${size}.png`) });
    }
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over, `${name} at ${size} scrolls sideways`).toBeLessThanOrEqual(0);
  }
  if (before) await page.setViewportSize(before);
}
