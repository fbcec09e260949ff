import { common } from "../i18n/common";
import { lang, setLang, useWords } from "../i18n/words";

export function LangSwitch() {
  const t = useWords(common);
  return (
    <fieldset class="lang" aria-label={t.language}>
      {(["fr", "en"] as const).map((code) => (
        <button
          key={code}
          type="button"
          class="lang-button"
          lang={code}
          aria-pressed={lang.value === code}
          onClick={() => setLang(code)}
        >
          {code.toUpperCase()}
        </button>
      ))}
    </fieldset>
  );
}
