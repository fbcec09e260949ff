//! The engine under arrival in any order.

use ndarray::Array2;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use vigie::domain::evidence::Analysis;
use vigie::imaging::gate::Limits;
use vigie::inference::analysis::SeriesAnalysis;
use vigie::inference::haemorrhage::series::{Prepared, SeriesTriage};

use crate::imaging_support::{files, model, phantom, prepared, root};

/// The word without the time it took.
fn timeless(mut analysis: SeriesAnalysis) -> SeriesAnalysis {
    analysis.timing = vigie::inference::analysis::Timing::default();
    analysis
}

#[test]
fn any_order_of_arrival_gives_one_word() {
    let Some(model) = model() else { return };
    let slices = prepared(&phantom("hemorrhage", 7, 28), &model);
    let mut batch = SeriesTriage::new(model.clone());
    slices.iter().cloned().for_each(|slice| batch.add(slice));
    let expected = timeless(batch.finish());
    assert!(matches!(expected.outcome, Analysis::Analysed { flag: true, .. }));
    for seed in 0..3 {
        let mut order = slices.clone();
        order.shuffle(&mut StdRng::seed_from_u64(seed));
        let mut series = SeriesTriage::new(model.clone());
        for slice in order {
            series.add(slice.clone());
            series.add(slice);
            while series.advance().unwrap() {}
        }
        assert_eq!(timeless(series.finish()), expected, "seed {seed}");
    }
}

#[test]
fn in_order_all_but_the_ends_is_inferred_before_the_last_slice() {
    let Some(model) = model() else { return };
    let mut series = SeriesTriage::new(model.clone());
    let mut inferred = 0;
    for slice in prepared(&phantom("normal", 7, 28), &model) {
        series.add(slice);
        while series.advance().unwrap() {
            inferred += 1;
        }
    }
    assert_eq!(inferred, 26);
    assert_eq!(series.provisional(), None);
    assert!(matches!(series.finish().outcome, Analysis::Analysed { flag: false, .. }));
}

#[test]
fn strong_evidence_comes_before_the_last_slice_and_never_a_negative_one() {
    let Some(model) = model() else { return };
    let slices = prepared(&phantom("hemorrhage", 7, 28), &model);
    let mut series = SeriesTriage::new(model.clone());
    let mut first = None;
    for (index, slice) in slices.iter().enumerate() {
        series.add(slice.clone());
        while series.advance().unwrap() {}
        if let Some(evidence) = series.provisional() {
            assert!(evidence.probability >= model.manifest().early_threshold);
            assert!(evidence.finding().is_positive() && evidence.finding().provisional);
            first.get_or_insert(index);
        }
    }
    assert!(first.is_some_and(|index| index + 1 < slices.len()), "{first:?}");
}

#[test]
fn an_unfit_slice_makes_the_whole_series_not_analysable() {
    let Some(model) = model() else { return };
    let mut series = SeriesTriage::new(model.clone());
    prepared(&phantom("hemorrhage", 7, 28), &model).into_iter().for_each(|slice| series.add(slice));
    let unfit = vigie::imaging::quality::Unfit::Undecodable { reason: "no decoder".to_owned() };
    series.add(Prepared::Unfit(unfit.clone()));
    assert_eq!(series.provisional(), None);
    let analysis = series.finish();
    assert_eq!(analysis.unfit, Some(unfit));
    assert_eq!(analysis.line().flag, None);
    assert!(analysis.reason().unwrap().fr.contains("indécodables"));
}

#[test]
fn thin_slices_are_judged_as_slabs_and_each_has_its_word() {
    let Some(model) = model() else { return };
    let folder = phantom("hemorrhage", 7, 140);
    let slices = prepared(&folder, &model);
    let mut series = SeriesTriage::new(model);
    for slice in slices {
        series.add(slice);
        while series.advance().unwrap() {}
    }
    let analysis = series.finish();
    assert!(matches!(analysis.outcome, Analysis::Analysed { flag: true, .. }), "{:?}", analysis.outcome);
    assert_eq!(analysis.slices.len(), 140);
    let distinct: std::collections::BTreeSet<u64> =
        analysis.slices.iter().map(|slice| slice.probability.to_bits()).collect();
    assert!(distinct.len() <= 28);
}

#[test]
fn contours_lie_around_the_lesion_in_the_instance_s_pixels() {
    let Some(model) = model() else { return };
    let folder = phantom("hemorrhage", 7, 28);
    let mut series = SeriesTriage::new(model.clone());
    prepared(&folder, &model).into_iter().for_each(|slice| series.add(slice));
    let analysis = series.finish();
    let key = analysis.key_instance.as_ref().unwrap();
    let contours = &analysis.slices[key.index].contours;
    assert!(!contours.is_empty());
    assert!(contours.iter().flatten().flatten().all(|&part| (0.0..512.0).contains(&part)));
}

#[test]
fn an_enhanced_ct_gives_the_word_of_its_slices() {
    let Some(model) = model() else { return };
    let folder = phantom("hemorrhage", 7, 28);
    let images: Vec<_> = files(&folder).iter().map(|path| std::fs::read(path).unwrap()).collect();
    let whole = crate::infarct::enhanced::enhanced(&images);
    let instance = vigie::imaging::decode::Instance::open_file(&whole, Limits::default()).unwrap();
    let mut series = SeriesTriage::new(model.clone());
    series.add(Prepared::of(&instance, &model));
    let multi = series.finish();
    let mut series = SeriesTriage::new(model.clone());
    prepared(&folder, &model).into_iter().for_each(|slice| series.add(slice));
    let single = series.finish();
    assert_eq!(multi.outcome, single.outcome);
    let frames: Vec<_> = multi.slices.iter().map(|slice| slice.frame).collect();
    assert_eq!(frames, (1..=28).map(Some).collect::<Vec<_>>());
}

/// `reference/ctich.*` of the bundled pack: a crop, and what PyTorch says of it given as all three slices.
#[test]
fn the_network_says_here_what_it_says_where_it_was_trained() {
    let Some(model) = model() else { return };
    let folder = root().join("models/haemorrhage/reference");
    let values = |name: &str| -> Vec<f32> {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
    };
    let size = model.steps().size;
    let crop = Array2::from_shape_vec((size, size), values("ctich.expected.f32")).unwrap();
    assert_eq!(model.steps().origin(&crop), [0, 0]);
    let said = model.infer([&crop; 3]).unwrap();
    let word: toml::Table = std::fs::read_to_string(folder.join("ctich.word.toml")).unwrap().parse().unwrap();
    assert!((said.probability - word["slice_probability"].as_float().unwrap()).abs() < 1e-4);
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    let threshold = model.manifest().mask_threshold as f32;
    let mask = values("ctich.mask.f32");
    let marked = mask.iter().filter(|&&share| share > threshold).count();
    let doubtful = mask.iter().filter(|&&share| (share - threshold).abs() < 1e-4).count();
    assert!(said.marked.abs_diff(marked) <= doubtful, "{} pixels marked, {marked} in PyTorch", said.marked);
    assert!(marked > 0);
}
