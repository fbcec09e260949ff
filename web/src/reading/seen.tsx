import { Documents } from "../case/documents";
import { analysisKey, spoken } from "../shared/analyses";
import type { Analysis, Case } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import { FlagDetails } from "../shared/ui/flag-line";
import type { Desk } from "./desk";
import { keyImages } from "./key-images";
import { seriesName } from "./series";
import { readingWords } from "./words";

/** What each model says of each series, with its key images, and what was written of it to the archive. */
export function Seen({ of, desk }: { of: Case; desk: Desk }) {
  const t = useWords(readingWords);
  const series = of.studies.flatMap((study) => study.series);
  const name = (uid: string | null) => {
    const found = series.find((s) => s.series_instance_uid === uid);
    return found ? seriesName(found) : "";
  };
  const all = spoken(of.analyses);
  return (
    <>
      {all.length === 0 && <p class="quiet">{t.nothing_seen}</p>}
      {all.map((analysis) => (
        <div key={analysisKey(analysis)} class="seen">
          <FlagDetails flag={analysis} />
          <KeyImages analysis={analysis} desk={desk} of={name(analysis.series_instance_uid)} />
        </div>
      ))}
      <Documents studies={of.studies} />
    </>
  );
}

function KeyImages({ analysis, desk, of }: { analysis: Analysis; desk: Desk; of: string }) {
  const t = useWords(readingWords);
  const keys = keyImages(analysis);
  return (
    <p class="key-images">
      <span class="quiet">{keys.length > 0 ? t.key_images_of(of) : t.series_of(of)}</span>
      {keys.map((key) => (
        <button
          key={key.image}
          type="button"
          class="button button-small"
          aria-label={t.key_image_slice(key.index + 1)}
          onClick={() => desk.lookAt(analysis, key.image)}
        >
          {key.index + 1}
        </button>
      ))}
      {keys.length === 0 && analysis.series_instance_uid && (
        <button type="button" class="button button-small" onClick={() => desk.lookAt(analysis, null)}>
          {t.see_series}
        </button>
      )}
    </p>
  );
}
