"""One drawn patient: head, lesions, signals, scanner, then the same preprocessing as a real series."""
from dataclasses import dataclass
from typing import List, Optional, Tuple

import numpy as np

import preprocess
from anatomy import Anatomy
from artefacts import scanned
from contrast import painted
from head import Folds, bent, drawn_cut, emboli, lesion_volume

Random = np.random.Generator
MOST_SLICES = 30
ADC_LOST = 0.3  # share of series without an ADC map
STRIPPED = 0.3  # share whose skull someone has cut away
OLD, EMBOLI, SMALL = 0.3, 0.25, 0.5
SMALL_VOXELS = 8000  # half the outlines drawn are below 8 mL


@dataclass
class Case:
    prepared: preprocess.Prepared
    fresh: np.ndarray  # float32 [slices, SIZE, SIZE] share of fresh infarct
    territory: np.ndarray  # uint8 [slices, SIZE, SIZE]
    slice_mm: float
    adc_known: bool

    @property
    def ml(self) -> float:
        return float((self.fresh > 0.5).sum()) * preprocess.SPACING_MM**2 * self.slice_mm / 1000


class Painter:
    def __init__(self, anatomy: Anatomy, split: str) -> None:
        self.anatomy, self.lesions = anatomy, anatomy.lesions[split]
        self.folds = Folds(anatomy.grey.shape)
        self.small = [v for v in self.lesions if len(v) < SMALL_VOXELS]

    def outlines(self, random: Random) -> List[np.ndarray]:
        pool = self.small if random.random() < SMALL else self.lesions
        return [pool[random.integers(len(pool))] for _ in range(1 if random.random() < 0.85 else 2)]

    def fresh(self, random: Random) -> np.ndarray:
        if random.random() < EMBOLI:
            mask = emboli(random, self.anatomy, int(random.integers(2, 14)))
            if random.random() < 0.3:
                return mask
            return np.maximum(mask, lesion_volume(random, self.anatomy, self.outlines(random)))
        return lesion_volume(random, self.anatomy, self.outlines(random))

    def case(self, random: Random, lesioned: bool, adc_lost: float) -> Case:
        adc_known = random.random() >= adc_lost
        fresh = self.fresh(random) if lesioned else None
        old = lesion_volume(random, self.anatomy, self.outlines(random)) if random.random() < OLD else None
        cut = drawn_cut(random, MOST_SLICES)
        head = bent(random, self.anatomy, self.folds, cut, fresh, old)
        signals = painted(random, head, adc_known)
        b0, trace = (images.numpy() for images in scanned(random, head, signals.b0, signals.trace))
        if random.random() < STRIPPED:
            kept = (head.depth > random.uniform(-3, 2)).numpy()
            b0, trace = b0 * kept, trace * kept
        spacing = (preprocess.SPACING_MM,) * 2
        source = preprocess.Source(trace, b0 if adc_known else None, None, cut.positions, spacing, signals.b)
        return self.finished(random, source, signals.fresh.numpy(), head.territory, adc_known)

    def finished(
        self, random: Random, source: preprocess.Source, fresh: np.ndarray, territory: np.ndarray, adc_known: bool
    ) -> Case:
        prepared = preprocess.prepare(source)
        if adc_known and random.random() < 0.3:  # maps whose outside the scanner has cut off
            prepared.adc[prepared.dwi < random.uniform(0.1, 0.4)] = 0.0
        fresh, territory = (preprocess.crop(images, prepared.origin) for images in (fresh, territory))
        return Case(prepared, fresh, territory, float(np.median(np.diff(source.positions))), adc_known)


def drawn(painter: Painter, seed: int, lesioned: bool, adc_lost: float = ADC_LOST) -> Tuple[Case, Optional[float]]:
    """The case of one seed and its volume of fresh infarct; `adc_lost` is the chance of a series without ADC map."""
    case = painter.case(np.random.default_rng(seed), lesioned, adc_lost)
    return case, case.ml if lesioned else None
