//! What stands on the paper: who, what was concluded and seen, on whose word, and who signed which version when.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::PdfError;
use super::page::Flow;
use crate::domain::identity::{CaseId, Patient, Sex, UserId};
use crate::domain::report::{Cited, Report, ReportStatus, Source, Statement, in_force};
use crate::domain::time::Timestamp;
use crate::domain::wording::{Language, Number, Text, item_label, observed};

/// Everything that the paper needs.
#[derive(Debug)]
pub struct Paper<'a> {
    pub language: Language,
    /// In which times are written, with their offset from UTC.
    pub zone: TimeZone,
    pub site: &'a str,
    pub patient: &'a Patient,
    pub case: CaseId,
    pub first_image_at: Option<Timestamp>,
    /// Every signed version, earliest first.
    pub versions: &'a [Report],
    /// Which of them is wanted.
    pub shown: u32,
    pub signers: &'a BTreeMap<UserId, String>,
}

/// The paper of a signed version. Of an addendum: the report that it is added to, with what was added up to it.
///
/// # Errors
/// [`PdfError`]
pub fn report_pdf(paper: &Paper<'_>) -> Result<Vec<u8>, PdfError> {
    let until: Vec<Report> =
        paper.versions.iter().filter(|report| report.version <= paper.shown).cloned().collect();
    let last = until.last().filter(|report| report.version == paper.shown);
    let version = last.ok_or(PdfError::NoSuchVersion)?.version;
    let standing = in_force(until).ok_or(PdfError::NoSuchVersion)?;
    let report = &standing.report;
    let mut flow = Flow::new()?;
    paper.head(&mut flow, report);
    flow.heading(paper.say("Conclusion", "Conclusion"));
    flow.strong(&report.conclusion);
    paper.section(&mut flow, "Conduite à tenir", "Recommendation", &report.recommendation);
    paper.items(&mut flow, &report.items);
    paper.section(&mut flow, "Description", "Findings", &report.findings);
    flow.paragraph(&paper.signed(report));
    for addendum in &standing.addenda {
        let title = paper.said(&Text::new(
            format!("Additif, version {}", addendum.version),
            format!("Addendum, version {}", addendum.version),
        ));
        flow.heading(&title);
        flow.strong(&addendum.conclusion);
        flow.paragraph(&addendum.findings);
        paper.items(&mut flow, &addendum.items);
        flow.paragraph(&paper.signed(addendum));
    }
    paper.history(&mut flow);
    let title = paper.say("Compte rendu d'imagerie", "Imaging report");
    let footer = paper.say(
        "Aide à la décision, pas un diagnostic automatique ; usage de recherche jusqu'à certification.",
        "Decision support, not an automatic diagnosis; research use until certified.",
    );
    Ok(flow.finish(title, &format!("{footer} · {} · version {version}", paper.case)))
}

impl Paper<'_> {
    fn say<'t>(&self, fr: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::French => fr,
            Language::English => en,
        }
    }

    fn said(&self, text: &Text) -> String {
        self.say(&text.fr, &text.en).to_owned()
    }

    fn time(&self, at: Timestamp) -> String {
        at.to_jiff().to_zoned(self.zone.clone()).strftime("%d/%m/%Y %H:%M (%:z)").to_string()
    }

    fn signer(&self, id: UserId) -> &str {
        self.signers.get(&id).map_or("–", String::as_str)
    }

    fn status(&self, status: ReportStatus) -> &'static str {
        match status {
            ReportStatus::Preliminary => self.say("provisoire", "preliminary"),
            ReportStatus::Final => self.say("définitif", "final"),
            ReportStatus::Addendum => self.say("additif", "addendum"),
        }
    }

    fn head(&self, flow: &mut Flow, report: &Report) {
        flow.title(self.say("Compte rendu d'imagerie, filière AVC", "Imaging report, stroke pathway"));
        flow.paragraph(self.site);
        flow.rule();
        let Patient { id, family_name, given_name, birth_date, sex } = self.patient;
        let name = format!("{} {given_name}", family_name.to_uppercase());
        let born = birth_date.map_or_else(
            || self.say("naissance inconnue", "birth date unknown").to_owned(),
            |date| format!("{} {}", self.say("né(e) le", "born"), date.strftime("%d/%m/%Y")),
        );
        let sex = match sex {
            Sex::Male => self.say("masculin", "male"),
            Sex::Female => self.say("féminin", "female"),
            Sex::Other => self.say("autre", "other"),
            Sex::Unknown => self.say("sexe inconnu", "sex unknown"),
        };
        flow.row(self.say("Patient", "Patient"), name.trim(), &format!("{born} · {sex} · {id}"));
        if let Some(at) = self.first_image_at {
            flow.row(self.say("Première image", "First image"), &self.time(at), "");
        }
        let state = format!("{} · {}", report.version, self.status(report.status));
        flow.row(self.say("Version", "Version"), &state, "");
        let later = |later: &&Report| later.version > self.shown && later.status != ReportStatus::Addendum;
        if let Some(later) = self.versions.iter().find(later) {
            let warning =
                format!("{} {}", self.say("Remplacé par la version", "Replaced by version"), later.version);
            flow.strong(&warning);
        }
        flow.rule();
    }

    fn section(&self, flow: &mut Flow, fr: &str, en: &str, text: &str) {
        if !text.trim().is_empty() {
            flow.heading(self.say(fr, en));
            flow.paragraph(text);
        }
    }

    fn items(&self, flow: &mut Flow, items: &[Statement]) {
        if items.is_empty() {
            return;
        }
        flow.heading(self.say("Constatations par rubrique", "Findings by item"));
        for Statement { observation, source } in items {
            let remark = match source {
                Source::Reader => String::new(),
                Source::Computed => self.say("calculé à la signature", "computed on signing").to_owned(),
                Source::Confirmed(cited) => self.cited(cited),
            };
            let label = self.said(&item_label(observation.item()));
            flow.row(&label, &self.said(&observed(observation)), &remark);
        }
    }

    /// On which model's word, with its version and threshold.
    fn cited(&self, cited: &Cited) -> String {
        let [probability, threshold] = [cited.probability, cited.threshold]
            .map(|share| self.said(&Number::percent(share).as_percentage()));
        let hash: String = cited.sha256.chars().take(12).collect();
        format!(
            "{} {} {} ({hash}) : {probability}, {} {threshold}, {} {} ; {}",
            self.say("proposé par le modèle", "proposed by the model"),
            cited.model,
            cited.version,
            self.say("seuil", "threshold"),
            self.say("preuve", "evidence"),
            cited.evidence.as_str(),
            self.say("confirmé par le lecteur", "confirmed by the reader"),
        )
    }

    fn signed(&self, report: &Report) -> String {
        format!(
            "{} {}, {}",
            self.say("Signé électroniquement par", "Signed electronically by"),
            self.signer(report.signed_by),
            self.time(report.signed_at)
        )
    }

    fn history(&self, flow: &mut Flow) {
        flow.heading(self.say("Versions signées", "Signed versions"));
        for version in self.versions {
            let label = format!("{} · {}", version.version, self.status(version.status));
            flow.row(&label, self.signer(version.signed_by), &self.time(version.signed_at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::{EvidenceLevel, Task};
    use crate::domain::report::{Observation, Presence, Tenths};

    fn at(minute: i64) -> Timestamp {
        let start: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        Timestamp::from_microsecond(start.as_microsecond() + minute * 60_000_000).unwrap()
    }

    fn report(version: u32, status: ReportStatus, items: Vec<Statement>) -> Report {
        Report {
            version,
            status,
            findings: "Hyperdensité capsulo-thalamique gauche, œdème débutant. ".repeat(40),
            conclusion: "Hématome profond à gauche".to_owned(),
            recommendation: "Réversion de l'AVK".to_owned(),
            items,
            signed_by: UserId(uuid::Uuid::nil()),
            signed_at: at(i64::from(version)),
        }
    }

    fn paper(shown: u32) -> Result<Vec<u8>, PdfError> {
        let cited = Cited {
            task: Task::Hemorrhage,
            series: "1.2.3".parse().unwrap(),
            model: "haemorrhage-ncct".to_owned(),
            version: "0.2.0".to_owned(),
            sha256: "a".repeat(64),
            probability: 0.97,
            threshold: 0.5,
            evidence: EvidenceLevel::Internal,
        };
        let confirmed = Source::Confirmed(cited);
        let volume = Observation::HaemorrhageVolume(Tenths::try_from(12.3).unwrap());
        let items = vec![
            Statement { observation: Observation::Haemorrhage(Presence::Present), source: confirmed.clone() },
            Statement { observation: volume, source: confirmed },
        ];
        let versions = [
            report(1, ReportStatus::Final, items),
            report(2, ReportStatus::Addendum, vec![]),
            report(3, ReportStatus::Final, vec![]),
        ];
        let patient = Patient {
            id: "P-1".parse().unwrap(),
            family_name: "Brocéliande-Łódź".to_owned(),
            given_name: "Viviane".to_owned(),
            birth_date: Some(jiff::civil::date(1951, 6, 30)),
            sex: Sex::Female,
        };
        report_pdf(&Paper {
            language: Language::French,
            zone: TimeZone::UTC,
            site: "CH de Valmont",
            patient: &patient,
            case: CaseId(uuid::Uuid::nil()),
            first_image_at: Some(at(0)),
            versions: &versions,
            shown,
            signers: &BTreeMap::from([(UserId(uuid::Uuid::nil()), "Dr Hélène Marchand".to_owned())]),
        })
    }

    #[test]
    fn a_version_is_a_document_of_the_same_bytes_each_time() {
        let once = paper(2).unwrap();
        assert!(once.starts_with(b"%PDF-") && once.ends_with(b"%%EOF"));
        assert_eq!(once, paper(2).unwrap());
        assert_ne!(once, paper(3).unwrap());
    }

    #[test]
    fn a_version_that_was_never_signed_has_no_paper() {
        assert_eq!(paper(4), Err(PdfError::NoSuchVersion));
        assert_eq!(paper(0), Err(PdfError::NoSuchVersion));
    }
}
