import { useState } from "preact/hooks";
import { currentUser, may } from "../session/session";
import { api } from "../shared/api";
import { asProblem, type Problem } from "../shared/api/problem";
import { useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { ProblemNote } from "../shared/ui/problem-note";
import { OrderDetails } from "./order";
import { PrescribeForm } from "./prescribe-form";
import { protocolWords } from "./words";

/** A case's orders; a reader prescribes and takes back. */
export function CaseOrders({ caseId }: { caseId: string }) {
  const t = useWords(protocolWords);
  const found = useResource(`protocols ${caseId}`, () => api.protocolsOf(caseId), {
    on: (event) => event.case_id === caseId && event.kind.startsWith("protocol."),
  });
  const [writing, setWriting] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const mayPrescribe = may(currentUser()?.role, "prescribe");
  const orders = found.data?.protocols ?? [];
  const withdraw = async (id: string) => {
    setProblem(null);
    try {
      await api.orderStep(caseId, id, "withdraw");
      found.reload();
    } catch (cause) {
      setProblem(asProblem(cause));
    }
  };
  return (
    <div class="orders">
      {found.problem && <ProblemNote problem={found.problem} onRetry={found.reload} />}
      {found.loading && !found.data && <p class="quiet">{t.page_loading}</p>}
      {found.data && orders.length === 0 && !writing && <p class="quiet">{t.none}</p>}
      {problem && <ProblemNote problem={problem} />}
      {writing ? (
        <PrescribeForm
          caseId={caseId}
          onCancel={() => setWriting(false)}
          onSent={() => {
            setWriting(false);
            found.reload();
          }}
        />
      ) : (
        mayPrescribe && (
          <button type="button" class="button" onClick={() => setWriting(true)}>
            {orders.length > 0 ? t.another : t.prescribe}
          </button>
        )
      )}
      {orders.map((order) => (
        <OrderDetails key={order.protocol_id} order={order}>
          {mayPrescribe && order.open && (
            <button
              type="button"
              class="button button-small"
              onClick={() => void withdraw(order.protocol_id)}
            >
              {t.withdraw}
            </button>
          )}
        </OrderDetails>
      ))}
    </div>
  );
}
