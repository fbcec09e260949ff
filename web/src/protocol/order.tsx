import "./protocol.css";
import type { ComponentChildren } from "preact";
import type { Protocol } from "../shared/api/types";
import { moment } from "../shared/format";
import { lang, say, useWords } from "../shared/i18n/words";
import { now } from "../shared/time";
import { type Mark, MarkIcon } from "../shared/ui/mark";
import { protocolWords } from "./words";

const MARK: Record<Protocol["state"], Mark> = {
  prescribed: "waiting",
  acknowledged: "clear",
  done: "done",
  deviated: "warn",
  refused: "alarm",
  withdrawn: "unclear",
};

/** What is asked of the scanner, what speaks against it, and where it stands. */
export function OrderDetails({ order, children }: { order: Protocol; children?: ComponentChildren }) {
  const t = useWords(protocolWords);
  const time = (at: string) => moment(at, now(), lang.value);
  const names = (concerns: Protocol["against"]) => concerns.map((c) => say(c.name)).join(", ");
  return (
    <div class={`order order-${order.state}`} data-protocol={order.protocol_id}>
      <p class="order-what">
        {t.modality_name[order.modality]} · {order.phases.map((phase) => say(phase.name)).join(" + ")}
      </p>
      <p>
        {order.contrast_ml === null ? t.no_contrast : t.contrast(String(order.contrast_ml))}
        {order.questions.egfr !== null && ` · ${t.egfr_said(String(order.questions.egfr))}`}
        {order.range && ` · ${order.range}`}
      </p>
      <p>{order.reason}</p>
      {order.against.length > 0 && (
        <p class="order-against">
          <MarkIcon mark="alarm" /> {t.against(names(order.against))}. {t.despite_said(order.despite)}
        </p>
      )}
      {order.unknown.length > 0 && (
        <p class="order-unknown">
          <MarkIcon mark="unclear" /> {t.unknown(names(order.unknown))}
        </p>
      )}
      <p class="order-state">
        <MarkIcon mark={MARK[order.state]} /> {t.state[order.state]}
        {order.state_at && (
          <span class="quiet"> · {t.by(order.state_by?.display_name ?? "–", time(order.state_at))}</span>
        )}
      </p>
      {order.note && <p class="order-note">{order.note}</p>}
      <p class="quiet">
        {t.by(order.prescribed_by?.display_name ?? "–", time(order.prescribed_at))} ·{" "}
        {order.imaged ? t.imaged_at(t.imaged[order.imaged.by], time(order.imaged.at)) : t.not_imaged}
      </p>
      {children}
    </div>
  );
}
