use super::*;
use dicom_ul::pdu::PresentationContextResultReason::{
    AbstractSyntaxNotSupported as NoAbstract, Acceptance, TransferSyntaxesNotSupported as NoTransfer,
};

const CT: &str = "1.2.840.10008.5.1.4.1.1.2";
const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const JPEG_BASELINE: &str = "1.2.840.10008.1.2.4.50";

fn terms() -> Terms {
    let valmont: SiteId = "valmont".parse().unwrap();
    let sites = SitePolicy::Listed([("VALMONT_CT".parse().unwrap(), valmont)].into());
    Terms { title: "VIGIE".parse().unwrap(), called: CalledTitle::OwnOnly, sites, max_length: 131_072 }
}

fn request(contexts: &[(u8, &str, &[&str])]) -> AssociationRQ {
    AssociationRQ {
        protocol_version: 1,
        calling_ae_title: "VALMONT_CT".into(),
        called_ae_title: "VIGIE".into(),
        application_context_name: APPLICATION_CONTEXT.into(),
        presentation_contexts: contexts
            .iter()
            .map(|(id, abstract_syntax, transfer_syntaxes)| PresentationContextProposed {
                id: *id,
                abstract_syntax: (*abstract_syntax).to_owned(),
                transfer_syntaxes: transfer_syntaxes.iter().map(|ts| (*ts).to_owned()).collect(),
            })
            .collect(),
        user_variables: vec![UserVariableItem::MaxLength(16_384)],
    }
}

fn accepted(answer: Answer) -> (Agreed, AssociationAC) {
    match answer {
        Answer::Accept(agreed, ac) => (*agreed, ac),
        other => panic!("not accepted: {other:?}"),
    }
}

#[test]
fn the_sender_s_first_lossless_syntax_is_taken() {
    let offered = [JPEG_BASELINE, "1.2.840.10008.1.2.4.70", EXPLICIT];
    let (agreed, _) = accepted(terms().answer(&request(&[(1, CT, &offered)])));
    assert_eq!(agreed.contexts[&1].transfer_syntax.as_str(), "1.2.840.10008.1.2.4.70");
    assert_eq!(agreed.site.as_str(), "valmont");
    assert_eq!(agreed.peer_max_length, 16_384);
}

#[test]
fn a_context_with_only_a_lossy_or_unknown_syntax_is_still_taken() {
    let unknown = "1.2.826.0.1.3680043.1.2.3";
    let (agreed, _) = accepted(terms().answer(&request(&[(1, CT, &[JPEG_BASELINE]), (3, CT, &[unknown])])));
    assert_eq!(agreed.contexts[&1].transfer_syntax.as_str(), JPEG_BASELINE);
    assert_eq!(agreed.contexts[&3].transfer_syntax.as_str(), unknown);
}

#[test]
fn storage_of_every_class_and_nothing_else() {
    let proposals: Vec<(u8, &str, &[&str])> = vec![
        (1, VERIFICATION, &[EXPLICIT]),
        (3, "1.2.840.10008.5.1.4.1.1.88.33", &[EXPLICIT]),
        (5, "1.2.840.113619.4.26", &[EXPLICIT]),
        (7, "1.2.840.10008.5.1.4.38.1", &[EXPLICIT]),
        (9, "1.2.840.10008.5.1.4.1.2.2.1", &[EXPLICIT]),
        (11, "1.2.840.10008.1.20.1", &[EXPLICIT]),
        (13, "../../etc/passwd", &[EXPLICIT]),
        (15, CT, &["not a uid"]),
    ];
    let (agreed, ac) = accepted(terms().answer(&request(&proposals)));
    assert_eq!(agreed.contexts.keys().copied().collect::<Vec<_>>(), [1, 3, 5, 7]);
    let reasons: Vec<_> = ac.presentation_contexts.iter().map(|r| r.reason.clone()).collect();
    let yes = || Acceptance;
    assert_eq!(reasons, [yes(), yes(), yes(), yes(), NoAbstract, NoAbstract, NoAbstract, NoTransfer]);
}

#[test]
fn titles_are_checked_both_ways() {
    let mut stranger = request(&[(1, CT, &[EXPLICIT])]);
    stranger.calling_ae_title = "STRANGER".into();
    assert_eq!(
        terms().answer(&stranger),
        reject(AssociationRJServiceUserReason::CallingAETitleNotRecognized)
    );
    let mut lost = request(&[(1, CT, &[EXPLICIT])]);
    lost.called_ae_title = "ELSEWHERE".into();
    assert_eq!(terms().answer(&lost), reject(AssociationRJServiceUserReason::CalledAETitleNotRecognized));
    let open = SitePolicy::Else { listed: [].into(), otherwise: "valmont".parse().unwrap() };
    let demo = Terms { called: CalledTitle::Any, sites: open, ..terms() };
    assert_eq!(accepted(demo.answer(&stranger)).0.site.as_str(), "valmont");
    assert_eq!(accepted(demo.answer(&lost)).0.site.as_str(), "valmont");
}

#[test]
fn even_or_repeated_context_ids_abort() {
    assert_eq!(terms().answer(&request(&[(2, CT, &[EXPLICIT])])), Answer::Abort);
    assert_eq!(terms().answer(&request(&[(1, CT, &[EXPLICIT]), (1, CT, &[EXPLICIT])])), Answer::Abort);
}

#[test]
fn another_application_context_or_protocol_is_rejected() {
    let mut other = request(&[]);
    other.application_context_name = "1.2.3".into();
    assert_eq!(
        terms().answer(&other),
        reject(AssociationRJServiceUserReason::ApplicationContextNameNotSupported)
    );
    let mut future = request(&[]);
    future.protocol_version = 2;
    assert!(matches!(terms().answer(&future), Answer::Reject(_)));
}
