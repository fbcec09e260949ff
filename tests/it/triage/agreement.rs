//! The networks say here what PyTorch said of the packs' reference vectors, to 1e-4.

use std::io::Read;
use std::path::{Path, PathBuf};

use ndarray::Array3;
use vigie::domain::evidence::Task;
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
