/** A synthetic head for development: an ellipse of bone around brain, with a bright focus in a few slices. */
export const STUDY = "2.25.1111111111";
export const SERIES = `${STUDY}.1`;
export const SLICES = 30;
const SIZE = 512;
const SPACING = 0.45;

export const sopUid = (index: number) => `${SERIES}.${index + 1}`;

/** How large the bleeding is in a slice, in pixels. */
const focusRadius = (index: number) => Math.max(0, 34 - Math.abs(index - 14) * 7);

const value = (vr: string, ...values: unknown[]) => ({ vr, Value: values });

export function metadata(count = SLICES) {
  return Array.from({ length: count }, (_, index) => ({
    "00080016": value("UI", "1.2.840.10008.5.1.4.1.1.2"),
    "00080018": value("UI", sopUid(index)),
    "00080060": value("CS", "CT"),
    "0020000D": value("UI", STUDY),
    "0020000E": value("UI", SERIES),
    "00200013": value("IS", index + 1),
    "00200032": value("DS", -115, -115, index * 5),
    "00200037": value("DS", 1, 0, 0, 0, 1, 0),
    "00200052": value("UI", `${STUDY}.9`),
    "00180050": value("DS", 5),
    "00280002": value("US", 1),
    "00280004": value("CS", "MONOCHROME2"),
    "00280010": value("US", SIZE),
    "00280011": value("US", SIZE),
    "00280030": value("DS", SPACING, SPACING),
    "00280100": value("US", 16),
    "00280101": value("US", 12),
    "00280102": value("US", 11),
    "00280103": value("US", 0),
    "00281050": value("DS", 40),
    "00281051": value("DS", 80),
    "00281052": value("DS", -1024),
    "00281053": value("DS", 1),
  }));
}

export function frame(index: number): Buffer {
  const pixels = new Uint16Array(SIZE * SIZE);
  const scale = 0.55 + 0.45 * Math.sin(((index + 3) / (SLICES + 5)) * Math.PI);
  const [rx, ry] = [170 * scale, 205 * scale];
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const [dx, dy] = [x - 256, y - 256];
      const r = Math.hypot(dx / rx, dy / ry);
      const noise = ((x * 7919 + y * 104729 + index * 31) % 13) - 6;
      let hu = -1000;
      if (r < 1.08) hu = r > 1 ? 20 : r > 0.92 ? 1100 : 32 + noise;
      if (r < 0.9 && Math.abs(dx) < 3) hu = 14;
      if (
        Math.hypot((dx - 26) / 16, (dy + 10) / 46) < scale * 0.8 ||
        Math.hypot((dx + 26) / 16, (dy + 10) / 46) < scale * 0.8
      )
        hu = 6 + noise;
      if (Math.hypot(dx + 78, dy - 20) < focusRadius(index)) hu = 68 + noise;
      pixels[y * SIZE + x] = Math.max(0, hu + 1024);
    }
  }
  return Buffer.from(pixels.buffer);
}

export function overlay(count = SLICES) {
  const instances: Record<string, { probability: number; contours: [number, number][][] }> = {};
  for (let index = 0; index < count; index++) {
    const radius = focusRadius(index);
    const ring = Array.from({ length: 40 }, (_, k): [number, number] => {
      const angle = (k / 40) * 2 * Math.PI;
      return [178 + radius * Math.cos(angle), 276 + radius * Math.sin(angle)];
    });
    instances[sopUid(index)] = {
      probability: Math.exp(-((index - 14) ** 2) / 14) * 0.97 + 0.01,
      contours: radius > 2 ? [ring] : [],
    };
  }
  const rings = Object.entries(instances).map(([key, { contours }]) => [key, contours] as const);
  return {
    instances,
    analyses: [
      { task: "hemorrhage", model: "haemorrhage", instances: Object.fromEntries(rings) },
      {
        task: "infarct",
        model: "infarct",
        instances: Object.fromEntries(
          rings.map(([key, [ring]]) => [key, ring ? [ring.map(([x, y]) => [x + 130, y - 60])] : []]),
        ),
      },
      {
        task: "occlusion",
        model: "occlusion",
        instances: Object.fromEntries(
          rings.map(([key, [ring]]) => [key, ring ? [ring.map(([x, y]) => [x + 30, y + 60])] : []]),
        ),
      },
    ],
  };
}
