import { documentFiles } from "../shared/api/documents";
import type { Series, Study } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { ProblemNote } from "../shared/ui/problem-note";
import { caseWords } from "./words";

/** What was written of the images to the archive, to download; nothing when there is none. */
export function Documents({ studies }: { studies: readonly Study[] }) {
  const t = useWords(caseWords);
  const all = studies.flatMap((study) =>
    study.series.filter((s) => s.document).map((series) => ({ study: study.study_instance_uid, series })),
  );
  if (all.length === 0) return null;
  return (
    <section class="documents">
      <h2 class="h-small">{t.documents}</h2>
      <ul>
        {all.map(({ study, series }) => (
          <Document key={series.series_instance_uid} study={study} series={series} />
        ))}
      </ul>
    </section>
  );
}

function Document({ study, series }: { study: string; series: Series }) {
  const t = useWords(caseWords);
  const uid = series.series_instance_uid;
  // A later word makes a later file: their number tells when to ask again.
  const files = useResource(`document ${uid} ${series.instances}`, () => documentFiles(study, uid));
  const names: Record<string, string> = t.document;
  const name = names[series.modality] ?? series.modality;
  return (
    <li>
      <span>
        {name}
        {series.description && <span class="quiet"> · {series.description}</span>}
      </span>
      {files.data?.map((file, index) => (
        <a
          key={file.sop}
          class="button button-small"
          href={file.href}
          download={`${series.modality}-${index + 1}.dcm`}
          aria-label={t.download_of(name, index + 1)}
        >
          {t.download}
        </a>
      ))}
      {files.problem && <ProblemNote problem={files.problem} onRetry={files.reload} />}
    </li>
  );
}
