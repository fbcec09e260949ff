"""Classic pictures of one series as one enhanced multi-frame object, frames shuffled: the same in its other form."""
import random
from typing import List

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

COPIED = ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "SamplesPerPixel")
GROUPS = {
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness"),
    "PixelValueTransformationSequence": ("RescaleIntercept", "RescaleSlope"),
    "MRDiffusionSequence": ("DiffusionBValue",),
}


def functional_groups(picture: Dataset) -> Dataset:
    item = Dataset()
    for sequence, keywords in GROUPS.items():
        inner = Dataset()
        for keyword in keywords:
            setattr(inner, keyword, picture[keyword].value)
        setattr(item, sequence, Sequence([inner]))
    return item


def enhanced(pictures: List[Dataset], seed: int = 1) -> Dataset:
    order = random.Random(seed).sample(pictures, len(pictures))
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    for keyword in COPIED:
        setattr(made, keyword, order[0][keyword].value)
    made.Modality, made.PhotometricInterpretation, made.NumberOfFrames = "MR", "MONOCHROME2", len(order)
    made.PerFrameFunctionalGroupsSequence = Sequence([functional_groups(p) for p in order])
    made.PixelData = np.stack([p.pixel_array for p in order]).astype("<u2").tobytes()
    return made
