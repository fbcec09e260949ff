import { split } from "../protocol/draft";
import { OrderDetails } from "../protocol/order";
import { protocolWords } from "../protocol/words";
import { api } from "../shared/api";
import type { Protocol } from "../shared/api/types";
import { duration, minutesBetween } from "../shared/format";
import { useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { beat } from "../shared/time";
import { Identity } from "../shared/ui/identity";
import { ProblemNote } from "../shared/ui/problem-note";
import { Answer } from "./answer";

/** What is asked of one's scanners: the open orders, latest first, then what was closed in the night. */
export default function TechnologistPage() {
  const t = useWords(protocolWords);
  const found = useResource("protocols here", () => api.protocolsHere(), {
    on: (event) => event.kind.startsWith("protocol."),
    everyMs: 60_000,
  });
  const { open, closed } = split(found.data?.protocols ?? []);
  return (
    <div class="technologist">
      <h1>{t.page_title}</h1>
      {found.problem && <ProblemNote problem={found.problem} onRetry={found.reload} />}
      {!found.data && found.loading && (
        <div role="status" aria-label={t.page_loading}>
          <span class="skeleton skeleton-card" />
        </div>
      )}
      {found.data && open.length === 0 && (
        <div class="empty">
          <h2>{t.page_none}</h2>
          <p class="quiet">{t.page_none_detail}</p>
        </div>
      )}
      <ul class="order-list">
        {open.map((order) => (
          <li key={order.protocol_id} class="card">
            <Head order={order} />
            <OrderDetails order={order}>
              <Answer order={order} onDone={found.reload} />
            </OrderDetails>
          </li>
        ))}
      </ul>
      {closed.length > 0 && (
        <>
          <h2>{t.closed_title}</h2>
          <ul class="order-list">
            {closed.map((order) => (
              <li key={order.protocol_id} class="card">
                <Head order={order} />
                <OrderDetails order={order} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Head({ order }: { order: Protocol }) {
  const t = useWords(protocolWords);
  return (
    <header class="order-head">
      <Identity patient={order.patient} />
      <p class="quiet">
        {order.patient.id} · {order.site.name} ·{" "}
        {t.since(duration(minutesBetween(order.prescribed_at, beat.value)))}
      </p>
      <a class="button button-quiet" href={`/cases/${order.case_id}`}>
        {t.open_case}
      </a>
    </header>
  );
}
