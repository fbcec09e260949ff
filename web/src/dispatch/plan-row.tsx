import type { Plan } from "../shared/api/types";
import { decimal, duration, euros, percent } from "../shared/format";
import { lang, say, useWords } from "../shared/i18n/words";
import { MarkIcon } from "../shared/ui/mark";
import type { Axis } from "./axis";
import { Legs } from "./legs";
import { MrsBar } from "./mrs";
import { dispatchWords } from "./words";

export interface PlanRowProps {
  plan: Plan;
  axis: Axis;
  fromOnset: boolean;
  /** Share of haemorrhage in the posterior: what a bypass may harm. */
  hemorrhage: number;
  recommended: boolean;
  chosen: boolean;
  mayChoose: boolean;
  onChoose: () => void;
  onLook: () => void;
}

export function PlanRow(props: PlanRowProps) {
  const t = useWords(dispatchWords);
  const { plan, axis, recommended, chosen } = props;
  const name = say(plan.label);
  if (!plan.feasible) {
    return (
      <li class={`plan plan-blocked ${chosen ? "plan-chosen" : ""}`} data-plan={plan.name}>
        <div class="plan-head">
          <h2 class="plan-name">{name}</h2>
          <p class="plan-gate">
            <MarkIcon mark="unclear" /> {t.blocked(say(plan.blocked_by))}
          </p>
          {props.mayChoose && (
            <button
              type="button"
              class={chosen ? "button button-small button-primary" : "button button-small button-quiet"}
              aria-pressed={chosen}
              aria-label={t.against_of(name)}
              onClick={props.onChoose}
            >
              {chosen ? t.chosen : t.against}
            </button>
          )}
        </div>
      </li>
    );
  }
  const p = (value: number, digits = 0) => percent(value, lang.value, digits);
  const points = (share: number) => decimal(share * 100, lang.value, 1);
  const good = plan.range.p_mrs_0_2;
  const treatment = (at: number | null) => (at === null ? t.not_given : t.at_onset(duration(at)));
  return (
    <li
      class={`plan ${chosen ? "plan-chosen" : ""} ${recommended ? "plan-recommended" : ""}`}
      data-plan={plan.name}
      onPointerEnter={props.onLook}
    >
      <div class="plan-head">
        <h2 class="plan-name">{name}</h2>
        {recommended && (
          <p class="plan-mark">
            <MarkIcon mark="done" size={12} /> {t.recommended}
          </p>
        )}
        {props.mayChoose && (
          <button
            type="button"
            class={chosen ? "button button-small button-primary" : "button button-small"}
            aria-pressed={chosen}
            aria-label={t.choose_of(chosen ? t.chosen : t.choose, name)}
            onClick={props.onChoose}
            onFocus={props.onLook}
          >
            {chosen ? t.chosen : t.choose}
          </button>
        )}
      </div>
      {plan.bypass && props.hemorrhage > 0 && (
        <p class="plan-caution">
          <MarkIcon mark="warn" size={12} /> {t.bypass(p(props.hemorrhage))}
        </p>
      )}
      <Legs plan={plan} axis={axis} fromOnset={props.fromOnset} />
      <dl class="plan-numbers">
        <div class="plan-good">
          <dt>{t.good}</dt>
          <dd>
            <strong>{p(plan.p_mrs_0_2, 1)}</strong>
            {good && <span class="quiet num"> ({t.range(points(good[0]), points(good[1]))})</span>}
          </dd>
        </div>
        <div>
          <dt>{t.utility}</dt>
          <dd>
            {decimal(plan.expected_utility, lang.value, 3)}{" "}
            <span class="quiet">
              {t.range(
                decimal(plan.range.expected_utility[0], lang.value, 2),
                decimal(plan.range.expected_utility[1], lang.value, 2),
              )}
            </span>
          </dd>
        </div>
        <div>
          <dt>{t.gained}</dt>
          <dd>
            {plan.minutes_gained === null ? "–" : `${Math.round(plan.minutes_gained)} min`.replace("-", "−")}
          </dd>
        </div>
        <div>
          <dt>{t.cost}</dt>
          <dd>{euros(plan.cost_euros, lang.value)}</dd>
        </div>
        <div>
          <dt>{t.futile}</dt>
          <dd>{p(plan.futile)}</dd>
        </div>
        <div>
          <dt>{t.needle}</dt>
          <dd>{treatment(plan.needle_at)}</dd>
        </div>
        <div>
          <dt>{t.groin}</dt>
          <dd>{treatment(plan.groin_at)}</dd>
        </div>
      </dl>
      <MrsBar mrs={plan.mrs} />
    </li>
  );
}
