use super::*;
use crate::inference::pack::Pack;

fn judged(study: &str, truth: Truth, probability: Option<f64>) -> Judged {
    Judged {
        study: study.to_owned(),
        label: Label { truth, volume_ml: None },
        word: Word {
            status: if probability.is_some() { "analysed" } else { "not_analysable" }.to_owned(),
            reason: probability.is_none().then(|| "not a head".to_owned()),
            probability,
            volume_ml: None,
        },
    }
}

fn evaluation(studies: Vec<Judged>) -> Evaluation {
    let pack = Pack::bundled().unwrap().remove(0);
    Evaluation::of(&pack.manifest, pack.model_ref(), studies)
}

fn four() -> Vec<Judged> {
    vec![
        judged("a", Truth::Positive, Some(0.9)),
        judged("b", Truth::Positive, Some(0.2)),
        judged("c", Truth::Positive, None),
        judged("d", Truth::Negative, Some(0.3)),
    ]
}

#[test]
fn what_was_not_analysed_is_neither_right_nor_wrong_but_was_not_found() {
    let figures = evaluation(four()).figures;
    let counted = |share: figures::Share| (share.counted.part, share.counted.whole);
    assert_eq!(counted(figures.sensitivity), (1, 2));
    assert_eq!(counted(figures.specificity), (1, 1));
    assert_eq!(counted(figures.found), (1, 3));
    assert_eq!(counted(figures.not_analysable), (1, 4));
    assert_eq!(figures.reasons[0].reason, "not a head");
    assert_eq!((figures.measurement().positives, figures.measurement().negatives), (2, 1));
}

#[test]
fn the_file_read_again_says_the_same() {
    let written = evaluation(four());
    let json = serde_json::to_vec(&written).unwrap();
    let (read, said) = (Evaluation::read(&json).unwrap().figures.auc.unwrap(), written.figures.auc.unwrap());
    for (read, said) in [(read.value, said.value), (read.low, said.low), (read.high, said.high)] {
        assert!((read - said).abs() < 1e-12, "{read} {said}");
    }
}

#[test]
fn figures_that_the_studies_do_not_bear_out_are_refused() {
    let mut forged = serde_json::to_value(evaluation(four())).unwrap();
    forged["figures"]["sensitivity"]["part"] = 2.into();
    let refused = Evaluation::read(forged.to_string().as_bytes());
    assert!(matches!(refused, Err(EvaluationError::Figures)), "{refused:?}");
    let twice = evaluation([four(), four()].concat());
    let refused = Evaluation::read(&serde_json::to_vec(&twice).unwrap());
    assert!(matches!(refused, Err(EvaluationError::Twice(_))), "{refused:?}");
    let beyond = evaluation(vec![judged("a", Truth::Positive, Some(1.5))]);
    let refused = Evaluation::read(&serde_json::to_vec(&beyond).unwrap());
    assert!(matches!(refused, Err(EvaluationError::Probability(_))), "{refused:?}");
    let mut later = serde_json::to_value(evaluation(four())).unwrap();
    later["schema"] = "vigie.evaluation/2".into();
    let refused = Evaluation::read(later.to_string().as_bytes());
    assert!(matches!(refused, Err(EvaluationError::Schema(_))), "{refused:?}");
}

#[test]
fn two_packs_are_compared_on_what_both_analysed() {
    let first = evaluation(four());
    let mut better = four();
    better[1].word.probability = Some(0.8);
    let second = evaluation(better);
    let comparison = compare(&first, &second).unwrap();
    assert_eq!(comparison.sensitivity.counts.second_only, 1);
    assert_eq!(comparison.sensitivity.counts.studies(), 2);
    assert_eq!(comparison.analysed.counts.neither, 1);
    assert!((comparison.auc_difference.unwrap().value - 0.5).abs() < 1e-12);
    let fewer = evaluation(four()[..3].to_vec());
    assert_eq!(compare(&first, &fewer), Err(comparison::ComparisonError::Studies));
}
