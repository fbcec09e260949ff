import "./viewer.css";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { imageKey } from "../shared/analyses";
import type { Analysis, AnalysisOverlay, Patient } from "../shared/api/types";
import { birthDate, fullName, percent, SEX_SHORT } from "../shared/format";
import { lang, useWords } from "../shared/i18n/words";
import { ProblemNote } from "../shared/ui/problem-note";
import { keyImages } from "./key-images";
import { Layer } from "./layer";
import { Mirror } from "./mirror";
import type { Measure, Reader } from "./reader";
import { Strip } from "./strip";
import { Controls, Toolbar } from "./toolbar";
import { useGestures } from "./use-gestures";
import { useReadingKeys } from "./use-keys";
import { readingWords } from "./words";

export interface ViewerProps {
  reader: Reader;
  patient: Patient;
  analysis: Analysis | null;
  overlays: readonly AnalysisOverlay[];
  receiving: boolean;
  /** Said over the top of the image. */
  children?: ComponentChildren;
}

export function Viewer({ reader, patient, analysis, overlays, receiving, children }: ViewerProps) {
  const t = useWords(readingWords);
  const element = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [measuring, setMeasuring] = useState<Measure | null>(null);
  const keys = analysis ? keyImages(analysis) : [];

  useEffect(() => (element.current ? reader.attach(element.current) : undefined), [reader]);
  useGestures(stage, reader, setMeasuring);
  useReadingKeys(reader, keys);

  const slices = reader.slices.value;
  const loaded = reader.loaded.value.size;
  const failed = reader.failed.value.size;
  const window = reader.window.value;
  const here = analysis?.slices.find((s) => imageKey(s) === reader.slice.value?.key);
  return (
    <section
      class="viewer"
      aria-label={t.images}
      data-painted={reader.painted.value}
      data-slices={slices.length}
      data-loaded={loaded}
      data-index={reader.index.value}
    >
      <Toolbar reader={reader} />
      {children}
      <div class="stage" ref={stage} data-tool={reader.tool.value} data-mirror={reader.mirror.value}>
        <div class="stage-image" ref={element} />
        <Layer reader={reader} overlays={overlays} measuring={measuring} />
        {reader.mirror.value && <Mirror reader={reader} image={element} overlays={overlays} />}
        <p class="corner corner-tl">
          {fullName(patient)}
          <br />
          {SEX_SHORT[lang.value][patient.sex]} · {birthDate(patient.birth_date) ?? "–"}
        </p>
        <p class="corner corner-tr">
          {slices.length > 0 && t.slice(reader.index.value + 1, slices.length)}
          <br />
          {here && percent(here.probability, lang.value)}
        </p>
        <p class="corner corner-bl">
          {window && t.window(Math.round(window.width), Math.round(window.level))}
        </p>
        <p class="corner corner-br" role="status">
          {slices.length > 0 && loaded < slices.length && t.loaded(loaded, slices.length)}
          {failed > 0 && ` ${t.failed(failed)}`}
          {receiving && ` ${t.receiving}`}
        </p>
        {!reader.painted.value && !reader.problem.value && <p class="stage-wait">{t.first_image}</p>}
        {reader.problem.value && (
          <div class="stage-problem">
            <ProblemNote
              problem={reader.problem.value}
              kept={t.kept_images}
              onRetry={() => void reader.refresh()}
            />
          </div>
        )}
      </div>
      <Strip reader={reader} analysis={analysis} keys={keys} />
      <div class="viewer-foot">
        <Controls reader={reader} keys={keys} />
        <p class="viewer-keys quiet">{t.keys}</p>
      </div>
    </section>
  );
}
