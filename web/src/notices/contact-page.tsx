import "./notices.css";
import { useEffect, useState } from "preact/hooks";
import { asProblem, type Problem } from "../shared/api/problem";
import { lang, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { Field } from "../shared/ui/field";
import { ProblemNote } from "../shared/ui/problem-note";
import { calls } from "./api";
import { canBePushed, pushSubscription, startPush, stopPush } from "./push";
import type { Contact } from "./types";
import { noticeWords } from "./words";

/** How the person at this screen is reached when they are not at it. */
export default function ContactPage() {
  const t = useWords(noticeWords);
  const found = useResource("contact", calls.contact);
  return (
    <div class="contact">
      <h1>{t.contact}</h1>
      <p class="quiet">{t.contact_lead}</p>
      {found.problem && <ProblemNote problem={found.problem} onRetry={found.reload} />}
      {!found.data && found.loading && <span class="skeleton skeleton-card" role="status" />}
      {found.data && (
        <>
          <Addresses contact={found.data} />
          <Browser contact={found.data} onChange={found.reload} />
        </>
      )}
    </div>
  );
}

function Addresses({ contact }: { contact: Contact }) {
  const t = useWords(noticeWords);
  const [email, setEmail] = useState(contact.email ?? "");
  const [pager, setPager] = useState(contact.pager ?? "");
  const [saved, setSaved] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setSaved(false);
    setProblem(null);
    try {
      await calls.setContact({
        // Written to in the language of the screen that said so.
        language: lang.value,
        email: email.trim() || null,
        pager: pager.trim() || null,
        muted: contact.muted,
      });
      setSaved(true);
    } catch (cause) {
      setProblem(asProblem(cause));
    }
  };
  const note = (channel: "email" | "webhook") =>
    contact.available.includes(channel) ? undefined : t.unavailable;
  return (
    <form class="card form" onSubmit={submit} noValidate>
      <Field label={t.email} value={email} onInput={setEmail} autocapitalize="none" hint={note("email")} />
      <Field
        label={t.pager}
        value={pager}
        onInput={setPager}
        autocapitalize="none"
        hint={note("webhook") ?? t.pager_hint}
      />
      {problem && <ProblemNote problem={problem} />}
      {saved && (
        <p class="note note-done" role="status">
          {t.saved}
        </p>
      )}
      <button type="submit" class="button button-primary">
        {t.save}
      </button>
    </form>
  );
}

function Browser({ contact, onChange }: { contact: Contact; onChange: () => void }) {
  const t = useWords(noticeWords);
  const [mine, setMine] = useState<PushSubscription | null>(null);
  const [denied, setDenied] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    pushSubscription()
      .then(setMine)
      .catch(() => setMine(null));
  }, []);
  const key = contact.push_key;
  const toggle = async () => {
    setProblem(null);
    setDenied(false);
    try {
      if (mine) {
        await stopPush(mine);
        setMine(null);
      } else if (key) {
        const subscription = await startPush(key);
        setDenied(subscription === null);
        setMine(subscription);
      }
      onChange();
    } catch (cause) {
      setProblem(asProblem(cause));
    }
  };
  return (
    <section class="card form">
      <h2>{t.push}</h2>
      {!canBePushed() && <p class="quiet">{t.push_unable}</p>}
      {canBePushed() && !key && <p class="quiet">{t.unavailable}</p>}
      {contact.browsers > 0 && <p>{t.push_count(contact.browsers)}</p>}
      {canBePushed() && key && (
        <button type="button" class="button" aria-pressed={mine !== null} onClick={() => void toggle()}>
          {mine ? t.push_off : t.push_on}
        </button>
      )}
      {denied && <p class="note note-problem">{t.push_denied}</p>}
      {problem && <ProblemNote problem={problem} />}
    </section>
  );
}
