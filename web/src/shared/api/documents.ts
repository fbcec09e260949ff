import { send } from "./client";

/** One file of a series that holds no image: a report, a segmentation. */
export interface DocumentFile {
  sop: string;
  /** Where the browser downloads it, as stored. */
  href: string;
}

const SOP_INSTANCE = "00080018";

/** The files of a series, by QIDO-RS (PS3.18 section 10.6); each is retrieved as one part (section 8.7.3). */
export async function documentFiles(study: string, series: string): Promise<DocumentFile[]> {
  const root = `/dicomweb/studies/${study}/series/${series}/instances`;
  const response = await send(root, { headers: { Accept: "application/dicom+json" } });
  const found = (await response.json()) as Record<string, { Value?: unknown[] } | undefined>[];
  return found.flatMap((instance) => {
    const sop = instance[SOP_INSTANCE]?.Value?.[0];
    if (typeof sop !== "string") return [];
    return [{ sop, href: `${root}/${sop}?accept=application/dicom` }];
  });
}
