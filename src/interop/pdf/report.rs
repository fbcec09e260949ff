//! What stands on the paper: who, what was concluded and seen, on whose word, and who signed which version when.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::PdfError;
use super::page::Flow;
use crate::domain::identity::{CaseId, Patient, Sex, UserId};
use crate::domain::report::{Cited, Report, ReportStatus, Source, Statement, in_force};
use crate::domain::time::Timestamp;
use crate::domain::wording::{Language, Number, Text, evidence_level, item_label, observed};

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
    flow.signature(&paper.signed(report));
    for addendum in &standing.addenda {
        let title = paper.said(&Text::new(
            format!("Additif, version {}", addendum.version),
            format!("Addendum, version {}", addendum.version),
        ));
        flow.heading(&title);
        flow.strong(&addendum.conclusion);
        flow.paragraph(&addendum.findings);
        paper.items(&mut flow, &addendum.items);
        flow.signature(&paper.signed(addendum));
    }
    paper.history(&mut flow);
    let title = paper.say("Compte rendu d'imagerie", "Imaging report");
    let footer = paper.say(
        "Aide à la décision, pas un diagnostic automatique ; usage de recherche jusqu'à certification.",
        "Decision support, not an automatic diagnosis; research use until certified.",
    );
    // Each page says whose it is: pages part.
    let whose = format!("{} · {} · version {version}", paper.name(), paper.born_and_id());
    Ok(flow.finish(title, [&whose, &format!("{footer} · {}", paper.case)]))
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
        flow.row(self.say("Patient", "Patient"), &self.name(), &self.born_and_id());
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

    fn name(&self) -> String {
        let Patient { family_name, given_name, .. } = self.patient;
        format!("{} {given_name}", family_name.to_uppercase()).trim().to_owned()
    }

    fn born_and_id(&self) -> String {
        let Patient { id, birth_date, sex, .. } = self.patient;
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
        format!("{born} · {sex} · {id}")
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
            "{} {} {} ({hash}) : {probability}, {} {threshold}, {} ; {}",
            self.say("proposé par le modèle", "proposed by the model"),
            cited.model,
            cited.version,
            self.say("seuil", "threshold"),
            self.said(&evidence_level(cited.evidence)),
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
mod tests;
