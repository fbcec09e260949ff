//! The networks say here what PyTorch said of the packs' reference vectors, to 1e-4.

use std::io::Read;
use std::path::{Path, PathBuf};

use ndarray::{Array3, Array4};
use vigie::domain::evidence::Task;
use vigie::inference::infarct::Infarct;
use vigie::inference::occlusion::Occlusion;
use vigie::inference::pack::Pack;

use crate::imaging_support::{root, runtime};

const AGREEMENT: f64 = 1e-4;

fn bundled(task: Task) -> Pack {
    Pack::bundled().unwrap().into_iter().find(|pack| pack.manifest.task == task).unwrap()
}

fn reference(pack: &str) -> PathBuf {
    root().join("models").join(pack).join("reference")
}

fn floats(path: &Path) -> Vec<f32> {
    let mut bytes = Vec::new();
    let mut file = std::fs::File::open(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    } else {
        file.read_to_end(&mut bytes).unwrap();
    }
    bytes.chunks_exact(4).map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect()
}

fn said(folder: &Path, name: &str) -> toml::Table {
    std::fs::read_to_string(folder.join(name)).unwrap().parse().unwrap()
}

#[test]
fn of_a_diffusion_slice() {
    let Some(runtime) = runtime() else { return };
    let network = Infarct::open(&runtime, bundled(Task::Infarct), 1).unwrap();
    let (folder, size) = (reference("infarct"), network.steps().size);
    let input =
        Array4::from_shape_vec((1, 6, size, size), floats(&folder.join("series.expected.f32"))).unwrap();
    let slice = network.infer(&input).unwrap();
    let word = said(&folder, "series.word.toml");
    let wanted = word["slice_probability"].as_float().unwrap();
    assert!((slice.probability - wanted).abs() < AGREEMENT, "{} for {wanted}", slice.probability);
    let threshold = network.manifest().mask_threshold;
    let map: Vec<f64> = floats(&folder.join("series.map.f32")).into_iter().map(f64::from).collect();
    let marked = map.iter().filter(|&&share| share > threshold).count();
    let doubtful = map.iter().filter(|&&share| (share - threshold).abs() < AGREEMENT).count();
    assert!(slice.marked.abs_diff(marked) <= doubtful, "{} pixels marked for {marked}", slice.marked);
}

#[test]
fn of_an_angiogram() {
    let Some(runtime) = runtime() else { return };
    let network = Occlusion::open(&runtime, bundled(Task::Occlusion), 1).unwrap();
    let (folder, shape) = (reference("occlusion"), network.steps().input());
    let slabs = Array3::from_shape_vec(shape, floats(&folder.join("drawn.expected.f32.gz"))).unwrap();
    let word = said(&folder, "drawn.word.toml");
    let wanted = word["segment_probability"].as_array().unwrap();
    let segments = network.infer(slabs).unwrap();
    assert_eq!(segments.len(), wanted.len());
    for (segment, wanted) in segments.iter().zip(wanted) {
        let wanted = wanted.as_float().unwrap();
        assert!((segment.probability - wanted).abs() < AGREEMENT, "{segment:?} for {wanted}");
    }
}
