import { send } from "../shared/api/client";

/** DICOM JSON (PS3.18 annex F), as far as it is read here. */
export type DicomJson = Record<string, { vr: string; Value?: unknown[] } | undefined>;

export interface Slice {
  sop: string;
  imageId: string;
  metadata: DicomJson;
}

const TAG = {
  sop: "00080018",
  instanceNumber: "00200013",
  position: "00200032",
  orientation: "00200037",
} as const;

function numbers(of: DicomJson, tag: string): number[] {
  return (of[tag]?.Value ?? []).map(Number).filter((n) => Number.isFinite(n));
}

/** Where a slice stands along its normal, in millimetres; null when it does not say. */
function heightOf(of: DicomJson): number | null {
  const position = numbers(of, TAG.position);
  const o = numbers(of, TAG.orientation);
  const [x, y, z] = position;
  const [ax, ay, az, bx, by, bz] = o;
  if (x === undefined || y === undefined || z === undefined) return null;
  if (ax === undefined || ay === undefined || az === undefined) return null;
  if (bx === undefined || by === undefined || bz === undefined) return null;
  return x * (ay * bz - az * by) + y * (az * bx - ax * bz) + z * (ax * by - ay * bx);
}

/** From foot to head, or in the order of their numbers when a slice has no position. */
export function inOrder<S extends { metadata: DicomJson }>(slices: readonly S[]): S[] {
  const keyed = slices.map((slice) => ({
    slice,
    height: heightOf(slice.metadata),
    number: numbers(slice.metadata, TAG.instanceNumber)[0] ?? 0,
  }));
  const placed = keyed.every((k) => k.height !== null);
  keyed.sort((a, b) => (placed ? (a.height ?? 0) - (b.height ?? 0) : 0) || a.number - b.number);
  return keyed.map((k) => k.slice);
}

/** The slices of a series received so far. */
export async function fetchSlices(study: string, series: string): Promise<Slice[]> {
  const root = `/dicomweb/studies/${study}/series/${series}`;
  const response = await send(`${root}/metadata`, { headers: { Accept: "application/dicom+json" } });
  const all = (await response.json()) as DicomJson[];
  const slices = all.flatMap((metadata) => {
    const sop = metadata[TAG.sop]?.Value?.[0];
    if (typeof sop !== "string") return [];
    return [{ sop, imageId: `wadors:${location.origin}${root}/instances/${sop}/frames/1`, metadata }];
  });
  return inOrder(slices);
}

/** The order in which to fetch: from where the reader looks, outwards. */
export function outwards(count: number, from: number): number[] {
  return Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => Math.abs(a - from) - Math.abs(b - from) || a - b,
  );
}
