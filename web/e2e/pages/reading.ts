import type { Page } from "playwright-core";
import { until } from "../support/browser";

/** The reading page as a test speaks of it. */
export class Reading {
  constructor(readonly page: Page) {}

  private get viewer() {
    return this.page.locator(".viewer");
  }

  async number(name: "index" | "slices" | "loaded"): Promise<number> {
    return Number(await this.viewer.getAttribute(`data-${name}`));
  }

  async painted(): Promise<void> {
    await this.page.locator('.viewer[data-painted="true"]').waitFor();
    await until(
      "an image that is not blank",
      () => this.pixels(),
      (p) => p.lit > 0.05 && p.shades > 8,
    );
  }

  allLoaded(slices: number): Promise<number> {
    return until(
      "every slice loaded",
      () => this.number("loaded"),
      (n) => n === slices,
      60_000,
    );
  }

  /** What the image's canvas holds: its mean brightness, the share of it that is not black, how many shades. */
  pixels(): Promise<{ mean: number; lit: number; shades: number }> {
    return this.page.evaluate(() => {
      const shown = document.querySelector<HTMLCanvasElement>(".stage-image canvas");
      if (!shown) return { mean: 0, lit: 0, shades: 0 };
      const copy = document.createElement("canvas");
      copy.width = shown.width;
      copy.height = shown.height;
      const pen = copy.getContext("2d");
      if (!pen || copy.width === 0) return { mean: 0, lit: 0, shades: 0 };
      pen.drawImage(shown, 0, 0);
      const { data } = pen.getImageData(0, 0, copy.width, copy.height);
      const shades = new Set<number>();
      let sum = 0;
      let lit = 0;
      for (let i = 0; i < data.length; i += 4) {
        const v = data[i] ?? 0;
        sum += v;
        if (v > 8) lit += 1;
        shades.add(v);
      }
      const count = data.length / 4;
      return { mean: sum / count, lit: lit / count, shades: shades.size };
    });
  }

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  contours(): Promise<number> {
    return this.page.locator(".layer .contour").count();
  }

  /** Where the contours are put on the screen: it follows zoom and pan. */
  placement(): Promise<string | null> {
    return this.page.locator(".layer > g").first().getAttribute("transform");
  }

  async wheel(notches: number): Promise<void> {
    await this.page.locator(".stage").hover();
    await this.page.mouse.wheel(0, notches * 100);
  }

  async drag(dx: number, dy: number): Promise<void> {
    const box = await this.page.locator(".stage").boundingBox();
    if (!box) throw new Error("no stage");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + dx / 2, y + dy / 2);
    await this.page.mouse.move(x + dx, y + dy);
    await this.page.mouse.up();
  }
}
