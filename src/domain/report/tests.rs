use proptest::prelude::*;

use super::*;
use crate::domain::clinical::aspects::{Aspects, Change, Region};
use crate::domain::clinical::hematoma::Ventricles;
use crate::domain::evidence::{
    Analysis, EvidenceLevel, Finding, Interval, Location, Performance, Segment, Side, SiteEvidence, Task,
    Territory,
};

fn at(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
    Timestamp::from_microsecond(start.as_microsecond() + minutes * 60_000_000).unwrap()
}

fn draft(status: ReportStatus, items: Vec<DraftItem>) -> Draft {
    Draft {
        status,
        findings: "hyperdensité capsulo-thalamique gauche".to_owned(),
        conclusion: "hématome profond".to_owned(),
        recommendation: String::new(),
        items,
    }
}

fn entered(observation: Observation) -> DraftItem {
    DraftItem { observation, standing: Standing::Entered }
}

fn ich(total: u8) -> DraftItem {
    entered(Observation::IchScore(total.try_into().unwrap()))
}

fn sign_with(draft: Draft, previous: Option<&Report>, proposals: &[Proposal]) -> Result<Report, SignRefused> {
    let born = Some(jiff::civil::date(1944, 11, 25));
    draft.sign(Signing { previous, proposals, born, by: UserId(uuid::Uuid::nil()), at: at(0) })
}

fn sign(draft: Draft, previous: Option<&Report>) -> Result<Report, SignRefused> {
    sign_with(draft, previous, &[])
}

fn ml(value: f64) -> Tenths {
    Tenths::try_from(value).unwrap()
}

fn word(task: Task, analysis: Analysis, location: Option<Location>) -> Seen {
    let half = Interval { value: 0.8, low: 0.7, high: 0.9 };
    Seen {
        finding: Finding {
            task,
            analysis,
            provisional: false,
            evidence: EvidenceLevel::Internal,
            performance: Some(Performance { sensitivity: half, specificity: half }),
        },
        location,
        series: "1.2.3".parse().unwrap(),
        model: "model".to_owned(),
        version: "1".to_owned(),
        sha256: "00".to_owned(),
    }
}

fn analysed(flag: bool, volume_ml: Option<f64>) -> Analysis {
    Analysis::Analysed { probability: 0.97, threshold: 0.5, flag, volume_ml }
}

fn observations(words: &[Seen]) -> Vec<Observation> {
    proposals(words, &SiteEvidence::default()).into_iter().map(|p| p.observation).collect()
}

#[test]
fn each_signature_is_the_next_version() {
    let first = sign(draft(ReportStatus::Preliminary, vec![]), None).unwrap();
    let second = sign(draft(ReportStatus::Final, vec![]), Some(&first)).unwrap();
    let third = sign(draft(ReportStatus::Final, vec![]), Some(&second)).unwrap();
    assert_eq!([first.version, second.version, third.version], [1, 2, 3]);
    let late = draft(ReportStatus::Preliminary, vec![]);
    assert_eq!(sign(late, Some(&third)), Err(SignRefused::AlreadyFinal));
}

#[test]
fn an_addendum_is_added_to_a_final_report_and_replaces_nothing() {
    let addendum = || draft(ReportStatus::Addendum, vec![]);
    assert_eq!(sign(addendum(), None), Err(SignRefused::NothingToAddTo));
    let first = sign(draft(ReportStatus::Preliminary, vec![]), None).unwrap();
    assert_eq!(sign(addendum(), Some(&first)), Err(SignRefused::NothingToAddTo));
    let second = sign(draft(ReportStatus::Final, vec![]), Some(&first)).unwrap();
    let third = sign(addendum(), Some(&second)).unwrap();
    let fourth = sign(addendum(), Some(&third)).unwrap();
    let versions = vec![first, second.clone(), third.clone(), fourth.clone()];
    assert_eq!(in_force(versions), Some(InForce { report: second, addenda: vec![third, fourth.clone()] }));
    assert_eq!(sign(draft(ReportStatus::Preliminary, vec![]), Some(&fourth)), Err(SignRefused::AlreadyFinal));
    assert_eq!(in_force(vec![]), None);
}

#[test]
fn nothing_is_signed_without_what_it_must_say() {
    let empty = Draft { conclusion: "  ".to_owned(), ..draft(ReportStatus::Preliminary, vec![]) };
    assert_eq!(sign(empty, None), Err(SignRefused::NoConclusion));
    let bare = Draft { findings: String::new(), ..draft(ReportStatus::Final, vec![]) };
    assert_eq!(sign(bare, None), Err(SignRefused::NoFindings));
}

#[test]
fn what_a_model_proposed_is_signed_only_once_confirmed_and_with_its_source() {
    let words = [word(Task::Hemorrhage, analysed(true, Some(12.34)), None)];
    let proposals = proposals(&words, &SiteEvidence::default());
    let all = |standing| -> Vec<DraftItem> {
        proposals.iter().map(|p| DraftItem { observation: p.observation.clone(), standing }).collect()
    };
    let unread = draft(ReportStatus::Final, all(Standing::Proposed));
    assert_eq!(sign_with(unread, None, &proposals), Err(SignRefused::Unconfirmed(Item::Haemorrhage)));
    let report = sign_with(draft(ReportStatus::Final, all(Standing::Confirmed)), None, &proposals).unwrap();
    assert_eq!(report.items.len(), 2);
    assert!(report.items.iter().all(|s| matches!(&s.source, Source::Confirmed(by) if by.model == "model")));
    let changed = draft(ReportStatus::Final, all(Standing::Confirmed));
    assert_eq!(sign_with(changed, None, &[]), Err(SignRefused::Outdated(Item::Haemorrhage)));
}

#[test]
fn each_confirmed_item_cites_the_model_that_proposed_it() {
    let volume = word(Task::Infarct, analysed(true, Some(4.2)), None);
    let words = [
        Seen { model: "one".to_owned(), ..word(Task::Occlusion, analysed(true, None), None) },
        Seen { model: "other".to_owned(), ..volume },
    ];
    let proposals = proposals(&words, &SiteEvidence::default());
    let items = proposals
        .iter()
        .map(|p| DraftItem { observation: p.observation.clone(), standing: Standing::Confirmed });
    let report = sign_with(draft(ReportStatus::Final, items.collect()), None, &proposals).unwrap();
    let cited: Vec<_> = report
        .items
        .iter()
        .map(|s| match &s.source {
            Source::Confirmed(by) => (s.observation.item(), by.model.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(cited, [(Item::Occlusion, "one"), (Item::Infarct, "other"), (Item::InfarctVolume, "other")]);
}

#[test]
fn a_volume_of_nothing_is_not_proposed() {
    let bleeding = |ml| observations(&[word(Task::Hemorrhage, analysed(true, Some(ml)), None)]);
    let present = Observation::Haemorrhage(Presence::Present);
    let measured = Observation::HaemorrhageVolume(ml(0.1));
    assert_eq!(bleeding(0.1), [present.clone(), measured]);
    for nothing in [0.0, 0.04] {
        assert_eq!(bleeding(nothing), std::slice::from_ref(&present));
    }
}

#[test]
fn measures_and_scores_stay_in_their_scale() {
    assert_eq!([0.0, 12.34, 12.36, 2000.0].map(|value| f64::from(ml(value))), [0.0, 12.3, 12.4, 2000.0]);
    for wrong in [-0.1, 2000.1, f64::NAN] {
        assert!(Tenths::try_from(wrong).is_err(), "{wrong}");
    }
    let glasgow = |total| Glasgow::try_from(total).map(u8::from).ok();
    assert_eq!([2, 3, 15, 16].map(glasgow), [None, Some(3), Some(15), None]);
    let ich = |total| IchTotal::try_from(total).map(u8::from).ok();
    assert_eq!([0, 6, 7].map(ich), [Some(0), Some(6), None]);
}

#[test]
fn the_age_of_an_ich_score_is_that_of_the_birthday() {
    let age = |born: (i16, i8, i8)| {
        let born = Some(jiff::civil::date(born.0, born.1, born.2));
        let unsure = || draft(ReportStatus::Final, parts_of_an_ich_score());
        let signing =
            Signing { previous: None, proposals: &[], born, by: UserId(uuid::Uuid::nil()), at: at(0) };
        let report = unsure().sign(signing).unwrap();
        report.items.into_iter().find_map(|s| match s.observation {
            Observation::IchScore(score) => Some(u8::from(score)),
            _ => None,
        })
    };
    // Three points without the age; signed on 24 November 2026.
    assert_eq!(age((1946, 11, 24)), Some(4), "80 today");
    assert_eq!(age((1946, 11, 25)), Some(3));
    assert_eq!(age((1946, 12, 1)), Some(3));
    assert_eq!(age((1946, 10, 30)), Some(4));
    assert_eq!(age((1947, 1, 1)), Some(3));
    assert_eq!(age((2030, 1, 1)), None, "not born yet: the age is not known");
}

#[test]
fn an_ich_score_is_reckoned_of_a_bleeding_that_is_there() {
    let mut items = parts_of_an_ich_score();
    items[0] = entered(Observation::Haemorrhage(Presence::Uncertain));
    assert_eq!(signed_ich(items), Ok(None));
}

#[test]
fn only_a_final_flag_that_counts_here_proposes_and_never_an_absence() {
    let right_m1 = Location::Segment { segment: Segment::M1, side: Side::Right };
    let flagged = word(Task::Occlusion, analysed(true, None), Some(right_m1));
    assert_eq!(
        observations(std::slice::from_ref(&flagged)),
        [
            Observation::Occlusion(Presence::Present),
            Observation::OcclusionSite(VesselSite { vessel: Vessel::M1, side: Some(Side::Right) })
        ]
    );
    let middle = Location::Territory { territory: Territory::MiddleCerebral, side: Side::Left };
    assert_eq!(observations(&[word(Task::Infarct, analysed(true, Some(4.2)), Some(middle))]).len(), 3);
    let mut early = flagged.clone();
    early.finding.provisional = true;
    let mut research = flagged;
    research.finding.evidence = EvidenceLevel::Phantom;
    let refused = Analysis::NotAnalysable { reason: "too few slices".to_owned() };
    let silent = [
        early,
        research,
        word(Task::Hemorrhage, analysed(false, Some(0.0)), None),
        word(Task::Hemorrhage, refused, None),
        word(Task::Hemorrhage, Analysis::Pending, None),
    ];
    assert_eq!(observations(&silent), []);
}

#[test]
fn an_item_is_stated_once_and_contradicts_no_other() {
    let present = || entered(Observation::Haemorrhage(Presence::Present));
    let volume = || entered(Observation::HaemorrhageVolume(ml(12.0)));
    let refused = |items| sign(draft(ReportStatus::Final, items), None).unwrap_err();
    assert_eq!(refused(vec![present(), present()]), SignRefused::Twice(Item::Haemorrhage));
    let contradicts = SignRefused::Contradicts { item: Item::HaemorrhageVolume, with: Item::Haemorrhage };
    assert_eq!(refused(vec![volume()]), contradicts);
    let absent = entered(Observation::Haemorrhage(Presence::Absent));
    assert_eq!(refused(vec![absent, volume()]), contradicts);
    assert!(sign(draft(ReportStatus::Final, vec![volume(), present()]), None).is_ok());
    let contradicts = SignRefused::Contradicts { item: Item::IchScore, with: Item::Haemorrhage };
    assert_eq!(refused(vec![ich(2)]), contradicts);
}

/// The parts of an ICH score of 4. Glasgow 12: 1; 31 mL: 1; ventricles: 1; 81 years and a day short of 82: 1.
fn parts_of_an_ich_score() -> Vec<DraftItem> {
    let site = BleedSite { kind: BleedKind::Deep, side: Some(Side::Left) };
    vec![
        entered(Observation::Haemorrhage(Presence::Present)),
        entered(Observation::HaemorrhageSite(site)),
        entered(Observation::HaemorrhageVolume(ml(31.0))),
        entered(Observation::Ventricles(Ventricles::Bloody)),
        entered(Observation::Glasgow(Glasgow::try_from(12).unwrap())),
    ]
}

/// The score as it is signed, and on whose word.
fn signed_ich(items: Vec<DraftItem>) -> Result<Option<(u8, Source)>, SignRefused> {
    let report = sign(draft(ReportStatus::Final, items), None)?;
    Ok(report.items.into_iter().find_map(|s| match s.observation {
        Observation::IchScore(score) => Some((score.into(), s.source)),
        _ => None,
    }))
}

#[test]
fn the_ich_score_is_reckoned_when_each_part_is_stated_and_never_guessed() {
    let parts = parts_of_an_ich_score;
    assert_eq!(signed_ich(parts()), Ok(Some((4, Source::Computed))));
    for left_out in 1..parts().len() {
        let mut items = parts();
        items.remove(left_out);
        assert_eq!(signed_ich(items), Ok(None));
    }
}

#[test]
fn a_recorded_ich_score_is_the_readers_word_where_parts_are_missing_and_never_against_the_others() {
    let parts = parts_of_an_ich_score;
    let with = |mut items: Vec<DraftItem>, total| {
        items.push(ich(total));
        signed_ich(items)
    };
    assert_eq!(with(parts(), 4), Ok(Some((4, Source::Computed))), "the same is reckoned");
    assert_eq!(with(parts(), 3), Err(SignRefused::IchScore { stated: 3, bounds: [4, 4] }));
    for left_out in 1..parts().len() {
        let mut items = parts();
        items.remove(left_out);
        assert_eq!(with(items.clone(), 4), Ok(Some((4, Source::Reader))));
        assert!(matches!(with(items, 0), Err(SignRefused::IchScore { stated: 0, .. })));
    }
    let unread = DraftItem { standing: Standing::Proposed, ..ich(3) };
    let items = vec![entered(Observation::Haemorrhage(Presence::Present)), unread];
    assert_eq!(signed_ich(items), Err(SignRefused::Unconfirmed(Item::IchScore)));
    assert!(IchTotal::try_from(7).is_err());
}

fn presence() -> impl Strategy<Value = Presence> {
    prop::sample::select(vec![Presence::Present, Presence::Absent, Presence::Uncertain])
}

fn observation() -> impl Strategy<Value = Observation> {
    let side = prop::sample::select(vec![None, Some(Side::Left), Some(Side::Right), Some(Side::Both)]);
    let aspects = prop::collection::btree_map(
        prop::sample::select(Region::ALL.to_vec()),
        prop::sample::select(vec![Change::Affected, Change::Unreadable]),
        0..10,
    );
    prop_oneof![
        presence().prop_map(Observation::Haemorrhage),
        presence().prop_map(Observation::Occlusion),
        (0.0..2000.0_f64).prop_map(|v| Observation::HaemorrhageVolume(ml(v))),
        (0.0..2000.0_f64).prop_map(|v| Observation::MidlineShift(ml(v))),
        (0..=42_u8).prop_map(|total| Observation::Nihss(total.try_into().unwrap())),
        side.prop_map(|side| Observation::OcclusionSite(VesselSite { vessel: Vessel::M2, side })),
        (aspects.clone(), aspects).prop_map(|(left, right)| Observation::Aspects(Aspects { left, right })),
    ]
}

proptest! {
    #[test]
    fn a_statement_is_read_back_as_it_was_written(observation in observation()) {
        let statement = Statement { observation, source: Source::Reader };
        let text = serde_json::to_string(&statement).unwrap();
        prop_assert_eq!(serde_json::from_str::<Statement>(&text).unwrap(), statement);
    }

    #[test]
    fn nothing_unconfirmed_is_ever_signed(
        items in prop::collection::vec((observation(), 0..3_u8), 0..6),
    ) {
        let items: Vec<DraftItem> = items
            .into_iter()
            .map(|(observation, n)| DraftItem {
                observation,
                standing: [Standing::Entered, Standing::Proposed, Standing::Confirmed][usize::from(n)],
            })
            .collect();
        let unread = items.iter().any(|item| item.standing != Standing::Entered);
        let signed = sign(draft(ReportStatus::Final, items), None);
        prop_assert!(!(unread && signed.is_ok()), "no proposal stands, so none can have been confirmed");
    }
}
