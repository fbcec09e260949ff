import { spoken } from "../shared/analyses";
import type { Case } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import { type Mark, MarkIcon } from "../shared/ui/mark";
import { caseWords } from "./words";

type AnalysisStep = "none" | "running" | "done" | "unable";

const ANALYSIS_MARK: Record<AnalysisStep, Mark> = {
  none: "waiting",
  running: "waiting",
  done: "done",
  unable: "unclear",
};

/** Where the analysis stands; done only where some series was analysed, for what could not be is not done. */
export function analysisStep(of: Case): AnalysisStep {
  const { instances, receiving } = of.imaging;
  const all = spoken(of.analyses);
  if (all.some((a) => a.status === "pending" || a.provisional) || (receiving && instances > 0))
    return "running";
  if (all.length === 0) return "none";
  return all.some((a) => a.status === "analysed") ? "done" : "unable";
}

/** The case's way from alert to decision, each step done, under way or to come. */
export function Steps({ of }: { of: Case }) {
  const t = useWords(caseWords);
  const { instances, receiving } = of.imaging;
  const analysis = analysisStep(of);
  const steps: { mark: Mark; word: string; now: boolean }[] = [
    { mark: of.alert ? "done" : "unclear", word: of.alert ? t.step_alert : t.step_no_alert, now: false },
    {
      mark: instances > 0 && !receiving ? "done" : "waiting",
      word: receiving ? t.step_receiving(instances) : t.step_images(instances),
      now: receiving,
    },
    {
      mark: ANALYSIS_MARK[analysis],
      word: t.step_analysis[analysis],
      now: analysis === "running",
    },
    {
      mark: of.decision ? "done" : "waiting",
      word: of.decision
        ? t.step_read
        : of.claimed_by
          ? t.step_reading(of.claimed_by.display_name)
          : t.step_unread,
      now: of.claimed_by !== null && !of.decision,
    },
    {
      mark: of.decision ? "done" : "waiting",
      word: of.decision ? t.step_decision : t.step_no_decision,
      now: false,
    },
  ];
  return (
    <ol class="steps" aria-label={t.steps}>
      {steps.map((step, index) => (
        <li key={index} class={`step step-${step.mark}`} aria-current={step.now ? "step" : undefined}>
          <MarkIcon mark={step.mark} /> {step.word}
        </li>
      ))}
    </ol>
  );
}
