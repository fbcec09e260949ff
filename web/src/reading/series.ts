import { imageKey } from "../shared/analyses";
import { send } from "../shared/api/client";
import type { Series } from "../shared/api/types";

/** A series as its scanner names it. */
export function seriesName({ modality, description, kind, instances }: Series): string {
  return `${modality} ${description ?? kind ?? ""} (${instances})`;
}

/** DICOM JSON (PS3.18 annex F), as far as it is read here. */
export type DicomJson = Record<string, { vr: string; Value?: unknown[] } | undefined>;

export interface Slice {
  /** Names the image among those of its series (`imageKey`). */
  key: string;
  imageId: string;
  /** Of its instance, whole: what the decoder needs. */
  dataset: DicomJson;
  /** Where this image stands. */
  metadata: DicomJson;
}

const TAG = {
  sop: "00080018",
  instanceNumber: "00200013",
  position: "00200032",
  orientation: "00200037",
  bValue: "00189087",
  frames: "00280008",
  shared: "52009229",
  perFrame: "52009230",
} as const;
/** Functional groups that say where a frame stands and how it was weighted (PS3.3 sections C.7.6.16.2, C.8.13.5.9). */
const GROUPS = ["00209113", "00209116", "00189117"] as const;
/** Diffusion weighting, s/mm², from which an image is read as diffusion and not as its reference. */
const WEIGHTED = 500;

function numbers(of: DicomJson, tag: string): number[] {
  return (of[tag]?.Value ?? []).map(Number).filter((n) => Number.isFinite(n));
}

function item(of: DicomJson, sequence: string, at = 0): DicomJson {
  return (of[sequence]?.Value?.[at] as DicomJson | undefined) ?? {};
}

/** What a frame of a multi-frame instance says of itself, as a single-frame instance would say it. */
function frameMetadata(of: DicomJson, frame: number): DicomJson {
  const [shared, own] = [item(of, TAG.shared), item(of, TAG.perFrame, frame - 1)];
  const said = [shared, own].flatMap((groups) => GROUPS.map((group) => item(groups, group)));
  return Object.assign({}, of, ...said, { [TAG.instanceNumber]: { vr: "IS", Value: [frame] } });
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

/**
 * From foot to head, or in the order of their numbers when a slice has no position. Diffusion-weighted images come
 * before their references, so that one scroll stays in one weighting.
 */
export function inOrder<S extends { metadata: DicomJson }>(slices: readonly S[]): S[] {
  const keyed = slices.map((slice) => {
    const b = numbers(slice.metadata, TAG.bValue)[0];
    return {
      slice,
      reference: b !== undefined && b < WEIGHTED ? 1 : 0,
      height: heightOf(slice.metadata),
      number: numbers(slice.metadata, TAG.instanceNumber)[0] ?? 0,
    };
  });
  const placed = keyed.every((k) => k.height !== null);
  keyed.sort(
    (a, b) =>
      a.reference - b.reference || (placed ? (a.height ?? 0) - (b.height ?? 0) : 0) || a.number - b.number,
  );
  return keyed.map((k) => k.slice);
}

/** The images of one instance: its frames, mostly one. */
export function imagesOf(root: string, dataset: DicomJson): Slice[] {
  const sop = dataset[TAG.sop]?.Value?.[0];
  if (typeof sop !== "string") return [];
  const frames = numbers(dataset, TAG.frames)[0] ?? 1;
  return Array.from({ length: Math.max(1, frames) }, (_, i) => ({
    key: imageKey({ sop_instance_uid: sop, frame: frames > 1 ? i + 1 : null }),
    imageId: `wadors:${root}/instances/${sop}/frames/${i + 1}`,
    dataset,
    metadata: frames > 1 ? frameMetadata(dataset, i + 1) : dataset,
  }));
}

/** The images of a series received so far. */
export async function fetchSlices(study: string, series: string): Promise<Slice[]> {
  const root = `/dicomweb/studies/${study}/series/${series}`;
  const response = await send(`${root}/metadata`, { headers: { Accept: "application/dicom+json" } });
  const all = (await response.json()) as DicomJson[];
  return inOrder(all.flatMap((dataset) => imagesOf(`${location.origin}${root}`, dataset)));
}

/** The order in which to fetch: from where the reader looks, outwards. */
export function outwards(count: number, from: number): number[] {
  return Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => Math.abs(a - from) - Math.abs(b - from) || a - b,
  );
}
