import { type Drawn, onWay, type Placed } from "./map";

/** A place's name on the drawing: where its text hangs, and its lines. */
export interface Named<T> {
  spot: Placed<T>;
  lines: readonly string[];
  x: number;
  /** Of the first line's foot. */
  y: number;
  anchor: "middle" | "start" | "end";
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** From a mark's middle to its name. */
const AWAY = 14;
/** What a letter takes at most, and a line, at the drawing's text size. */
const LETTER = 7.4;
export const LINE = 15;
/** Half a mark, and half a way's number. */
const MARK = 9;

/**
 * Each place's name below it, or where it crosses least: on its right, its left, or above. The ways are those of every
 * plan, so that no name moves when another plan is looked at.
 */
export function names<T>(
  placed: readonly Placed<T>[],
  linesOf: (site: T) => readonly string[],
  ways: readonly Drawn[],
  size: number,
): Named<T>[] {
  const named: (Named<T> & { box: Box })[] = [];
  for (const spot of placed) {
    const lines = linesOf(spot.site);
    const cost = ({ box }: { box: Box }) => {
      const outside = box.left < 0 || box.top < 0 || box.right > size || box.bottom > size;
      const marks = placed.filter((other) => other !== spot && touches(around(other.x, other.y), box));
      const others = named.filter((other) => touches(other.box, box));
      const numbers = ways.filter(({ label }) => touches(around(...label), box));
      const crossed = ways.filter((way) => crosses(way, box));
      return (outside ? 100 : 0) + 10 * (marks.length + others.length) + 3 * numbers.length + crossed.length;
    };
    const best = sides(spot, lines).reduce((least, one) => (cost(one) < cost(least) ? one : least));
    named.push({ spot, lines, ...best });
  }
  return named;
}

function sides<T>({ x, y }: Placed<T>, lines: readonly string[]) {
  const width = Math.max(...lines.map((line) => line.length)) * LETTER;
  const height = lines.length * LINE;
  const hung = (anchor: "middle" | "start" | "end", at: number, top: number) => {
    const left = anchor === "start" ? at : anchor === "end" ? at - width : at - width / 2;
    return {
      anchor,
      x: at,
      y: top + LINE - 4,
      box: { left, right: left + width, top, bottom: top + height },
    };
  };
  return [
    hung("middle", x, y + AWAY - 3),
    hung("start", x + AWAY, y - height / 2),
    hung("end", x - AWAY, y - height / 2),
    hung("middle", x, y - AWAY + 3 - height),
  ] as const;
}

function around(x: number, y: number): Box {
  return { left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK };
}

function touches(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** On how many points a way is looked at: a few units apart on a drawing of this size. */
const STEPS = 100;

/** Whether a way runs through a box. */
function crosses(way: Drawn, box: Box): boolean {
  return Array.from({ length: STEPS + 1 }, (_, k) => k / STEPS).some((share) => {
    const [x, y] = onWay(way, share);
    return x > box.left && x < box.right && y > box.top && y < box.bottom;
  });
}
