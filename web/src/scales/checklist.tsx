import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import type { Checklist, ChecklistAnswer, ChecklistQuestion, Score, Thrombolytic } from "../shared/api/types";
import { decimal } from "../shared/format";
import { colon, lang, say, useWords } from "../shared/i18n/words";
import { Choice } from "../shared/ui/choice";
import { Field } from "../shared/ui/field";
import { MarkIcon } from "../shared/ui/mark";
import { ProblemNote } from "../shared/ui/problem-note";
import { parseWeight, stands } from "./review";
import { usualWay } from "./scale-sheet";
import { scaleWords } from "./words";

const ANSWERS: readonly ChecklistAnswer[] = ["yes", "no", "unknown"];

/** The thrombolysis checklist: every item yes, no or unknown; the server gives the dose, or what stands in its way. */
export function ChecklistSheet({ caseId, checklist }: { caseId: string; checklist: Checklist }) {
  const t = useWords(scaleWords);
  const [answers, setAnswers] = useState<Record<string, ChecklistAnswer>>({});
  const [weighed, setWeighed] = useState<Record<string, string>>({});
  const [agent, setAgent] = useState<Thrombolytic>("alteplase");
  const [weight, setWeight] = useState("");
  const [requestKey, setRequestKey] = useState<string>(() => crypto.randomUUID());
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sent, setSent] = useState<Score | null>(null);
  const words = t.checklist;
  const kilograms = parseWeight(weight);
  const open = checklist.questions.filter((q) => (answers[q.code] ?? "unknown") === "unknown").length;

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (kilograms === "invalid") return;
    setBusy(true);
    setProblem(null);
    const input = {
      scale: "thrombolysis" as const,
      way: usualWay(),
      answers,
      agent,
      weight_kg: kilograms,
      weighed,
    };
    try {
      setSent(await api.score(caseId, input, requestKey));
      setRequestKey(crypto.randomUUID());
    } catch (cause) {
      const why = asProblem(cause);
      if (why.status >= 400 && why.status < 500) setRequestKey(crypto.randomUUID());
      setProblem(why);
    } finally {
      setBusy(false);
    }
  };

  if (sent) {
    return <Verdict sent={sent} caseId={caseId} onCorrect={() => setSent(null)} />;
  }
  const rule = checklist.agents.find((known) => known.code === agent);
  return (
    <form class="checklist" onSubmit={submit} noValidate>
      <header>
        <h2>{words.title}</h2>
        <p class="quiet">{words.lead}</p>
      </header>
      <ol class="checklist-questions">
        {checklist.questions.map((question) => (
          <Question
            key={question.code}
            question={question}
            answer={answers[question.code] ?? null}
            reason={weighed[question.code] ?? ""}
            onAnswer={(answer) => setAnswers((kept) => ({ ...kept, [question.code]: answer }))}
            onReason={(reason) => setWeighed((kept) => ({ ...kept, [question.code]: reason }))}
          />
        ))}
      </ol>
      <Choice
        legend={words.agent}
        options={checklist.agents.map((known) => ({ value: known.code, label: words.agents[known.code] }))}
        value={agent}
        onChange={setAgent}
      />
      <Field
        label={words.weight}
        value={weight}
        onInput={setWeight}
        name="weight"
        inputMode="numeric"
        autocomplete="off"
        hint={
          rule &&
          words.rule(
            decimal(rule.mg_per_kg, lang.value, rule.mg_per_kg < 0.5 ? 2 : 1),
            decimal(rule.most_mg, lang.value, 0),
          )
        }
        error={
          tried && kilograms === "invalid" ? words.weight_error : say(problem?.field("/weight_kg")) || null
        }
      />
      {problem && <ProblemNote problem={problem} kept={t.kept} next={t.retry} />}
      <div class="scale-send">
        {open > 0 && (
          <p role="status">
            <MarkIcon mark="unclear" /> {words.open(open)}
          </p>
        )}
        <button type="submit" class="button button-primary button-large" disabled={busy}>
          {busy ? t.sending : words.check}
        </button>
      </div>
      <p class="quiet scale-source">
        {colon(t.source)} {[...new Set([checklist.source, rule?.source])].filter(Boolean).join(" · ")}
      </p>
    </form>
  );
}

interface QuestionProps {
  question: ChecklistQuestion;
  answer: ChecklistAnswer | null;
  reason: string;
  onAnswer: (answer: ChecklistAnswer) => void;
  onReason: (reason: string) => void;
}

function Question({ question, answer, reason, onAnswer, onReason }: QuestionProps) {
  const t = useWords(scaleWords).checklist;
  const standing = stands(question, answer);
  return (
    <li class={`checklist-question checklist-${standing}`}>
      <Choice
        legend={say(question.text)}
        options={ANSWERS.map((value) => ({ value, label: t.answers[value] }))}
        value={answer}
        onChange={onAnswer}
      />
      {standing === "against" && (
        <p class="checklist-word">
          <MarkIcon mark="warn" /> {t.against}
        </p>
      )}
      {answer !== null &&
        standing !== "passes" &&
        (question.may_be_weighed ? (
          <Field label={t.reason} value={reason} onInput={onReason} autocomplete="off" />
        ) : (
          <p class="field-hint">{t.never}</p>
        ))}
    </li>
  );
}

function Verdict({ sent, caseId, onCorrect }: { sent: Score; caseId: string; onCorrect: () => void }) {
  const t = useWords(scaleWords);
  return (
    <div class="scale-done">
      {sent.dose ? (
        <section class="card card-done" role="status">
          <h2>
            <MarkIcon mark="done" /> {t.checklist.dose}
          </h2>
          <p class="decision-word">{say(sent.dose.text)}</p>
          <p class="quiet">{t.checklist.disclaimer}</p>
        </section>
      ) : (
        <section class="card checklist-blocked" role="status">
          <h2>
            <MarkIcon mark="warn" /> {t.checklist.blocked}
          </h2>
          <p>{say(sent.blocked_by)}</p>
        </section>
      )}
      <button type="button" class={`button ${sent.dose ? "" : "button-primary"}`} onClick={onCorrect}>
        {t.checklist.correct}
      </button>
      <a class="button" href={`/cases/${caseId}`}>
        {t.back_to_case}
      </a>
    </div>
  );
}
