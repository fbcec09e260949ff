import type { Case } from "../shared/api/types";
import { useWords } from "../shared/i18n/words";
import { type Mark, MarkIcon } from "../shared/ui/mark";
import { caseWords } from "./words";

/** The case's way from alert to decision, each step done, under way or to come. */
export function Steps({ of }: { of: Case }) {
  const t = useWords(caseWords);
  const { instances, receiving } = of.imaging;
  const analysed = of.analyses.filter((a) => a.status !== "not_applicable");
  const running =
    analysed.some((a) => a.status === "pending" || a.provisional) || (receiving && instances > 0);
  const analysis = analysed.length === 0 ? (running ? "running" : "none") : running ? "running" : "done";
  const steps: { mark: Mark; word: string; now: boolean }[] = [
    { mark: of.alert ? "done" : "unclear", word: of.alert ? t.step_alert : t.step_no_alert, now: false },
    {
      mark: instances > 0 && !receiving ? "done" : "waiting",
      word: receiving ? t.step_receiving(instances) : t.step_images(instances),
      now: receiving,
    },
    {
      mark: analysis === "done" ? "done" : "waiting",
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
