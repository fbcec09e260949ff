import { useId } from "preact/hooks";
import type {
  Aspects,
  BleedSite,
  InfarctSite,
  ItemName,
  ItemValue,
  Presence,
  Side,
  VesselSite,
} from "../../shared/api/types";
import { useWords } from "../../shared/i18n/words";
import { Choice } from "../../shared/ui/choice";
import { AspectsMap } from "./aspects-map";
import { reportWords } from "./words";

interface EditorProps<V> {
  label: string;
  value: V | null;
  onChange: (next: ItemValue) => void;
}

/** The control of an item, by what it holds. */
export function Editor({ item, ...props }: EditorProps<ItemValue> & { item: ItemName }) {
  switch (item) {
    case "haemorrhage":
    case "occlusion":
    case "infarct":
      return <PresenceEditor {...props} value={props.value as Presence | null} />;
    case "ventricles":
      return <VentriclesEditor {...props} value={props.value as "clear" | "bloody" | null} />;
    case "haemorrhage_site":
      return <BleedEditor {...props} value={props.value as BleedSite | null} />;
    case "occlusion_site":
      return <VesselEditor {...props} value={props.value as VesselSite | null} />;
    case "infarct_site":
      return <TerritoryEditor {...props} value={props.value as InfarctSite | null} />;
    case "aspects":
      return (
        <AspectsMap
          value={(props.value as Aspects | null) ?? { left: {}, right: {} }}
          onChange={props.onChange}
        />
      );
    case "glasgow":
      return <NumberEditor {...props} value={props.value as number | null} low={3} high={15} step={1} />;
    case "nihss":
      return <NumberEditor {...props} value={props.value as number | null} low={0} high={42} step={1} />;
    case "ich_score":
      return <TotalEditor {...props} value={props.value as number | null} most={6} />;
    default:
      return <NumberEditor {...props} value={props.value as number | null} low={0} high={2000} step={0.1} />;
  }
}

function PresenceEditor({ label, value, onChange }: EditorProps<Presence>) {
  const t = useWords(reportWords);
  const options = (["present", "absent", "uncertain"] as const).map((p) => ({
    value: p,
    label: t.presence[p],
  }));
  return <Choice legend={label} hideLegend options={options} value={value} onChange={onChange} />;
}

function VentriclesEditor({ label, value, onChange }: EditorProps<"clear" | "bloody">) {
  const t = useWords(reportWords);
  const options = [
    { value: "bloody", label: t.presence.present },
    { value: "clear", label: t.presence.absent },
  ] as const;
  return <Choice legend={label} options={options} value={value} onChange={onChange} />;
}

function BleedEditor({ label, value, onChange }: EditorProps<BleedSite>) {
  const t = useWords(reportWords);
  return (
    <div class="item-pair">
      <Select
        label={label}
        words={t.bleed}
        value={value?.kind ?? null}
        onChange={(kind) => onChange({ kind, side: value?.side ?? null })}
      />
      {value && <SideSelect value={value.side} onChange={(side) => onChange({ ...value, side })} />}
    </div>
  );
}

function VesselEditor({ label, value, onChange }: EditorProps<VesselSite>) {
  const t = useWords(reportWords);
  const midline = value?.vessel === "basilar";
  return (
    <div class="item-pair">
      <Select
        label={label}
        words={t.vessel}
        value={value?.vessel ?? null}
        onChange={(vessel) => onChange({ vessel, side: vessel === "basilar" ? null : (value?.side ?? null) })}
      />
      {value && !midline && (
        <SideSelect value={value.side} onChange={(side) => onChange({ ...value, side })} />
      )}
    </div>
  );
}

function TerritoryEditor({ label, value, onChange }: EditorProps<InfarctSite>) {
  const t = useWords(reportWords);
  return (
    <div class="item-pair">
      <Select
        label={label}
        words={t.territory}
        value={value?.territory ?? null}
        onChange={(territory) => onChange({ territory, side: value?.side ?? "left" })}
      />
      {value && (
        <Select
          label={t.side_label}
          words={t.side}
          value={value.side}
          onChange={(side) => onChange({ ...value, side: side as Side })}
        />
      )}
    </div>
  );
}

/** A total of few points: each stands there, and none other can be entered. */
function TotalEditor({ label, value, most, onChange }: EditorProps<number> & { most: number }) {
  const options = Array.from({ length: most + 1 }, (_, n) => ({ value: String(n), label: String(n) }));
  return (
    <Choice
      legend={label}
      options={options}
      value={value === null ? null : String(value)}
      onChange={(points) => onChange(Number(points))}
    />
  );
}

const NO_SIDE = "none";

function SideSelect({ value, onChange }: { value: Side | null; onChange: (side: Side | null) => void }) {
  const t = useWords(reportWords);
  return (
    <Select
      label={t.side_label}
      words={{ [NO_SIDE]: t.side_none, ...t.side }}
      value={value ?? NO_SIDE}
      onChange={(side) => onChange(side === NO_SIDE ? null : (side as Side))}
    />
  );
}

interface SelectProps {
  label: string;
  words: Record<string, string>;
  value: string | null;
  onChange: (value: string) => void;
}

function Select({ label, words, value, onChange }: SelectProps) {
  const t = useWords(reportWords);
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
      </label>
      <select
        id={id}
        class="input"
        value={value ?? ""}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {value === null && (
          <option value="" disabled>
            {t.choose}
          </option>
        )}
        {Object.entries(words).map(([key, word]) => (
          <option key={key} value={key}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

interface NumberProps extends EditorProps<number> {
  low: number;
  high: number;
  step: number;
}

function NumberEditor({ label, value, onChange, low, high, step }: NumberProps) {
  const id = useId();
  return (
    <div class="field item-number">
      <label class="label" for={id}>
        {label}
      </label>
      <input
        id={id}
        class="input"
        type="number"
        min={low}
        max={high}
        step={step}
        value={value ?? ""}
        onInput={(event) => {
          const next = event.currentTarget.valueAsNumber;
          if (next >= low && next <= high) onChange(next);
        }}
      />
    </div>
  );
}
