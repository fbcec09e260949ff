import type { Patient } from "../api/types";
import { age, birthDate, fullName, SEX_SHORT } from "../format";
import { common } from "../i18n/common";
import { lang, useWords } from "../i18n/words";
import { now } from "../time";

/** Who: name, sex, birth date and age, always together. */
export function Identity({ patient, as = "p" }: { patient: Patient; as?: "p" | "h1" }) {
  const t = useWords(common);
  const years = age(patient.birth_date, now());
  const Name = as;
  return (
    <div class="identity">
      <Name class="identity-name">{fullName(patient) || patient.id}</Name>
      <p class="identity-facts">
        {SEX_SHORT[lang.value][patient.sex]} ·{" "}
        {patient.birth_date ? (
          <>
            <span class="visually-hidden">{t.born} </span>
            {birthDate(patient.birth_date)}
          </>
        ) : (
          t.birth_unknown
        )}
        {years !== null && ` · ${t.years(years)}`}
      </p>
    </div>
  );
}
