"""Diffusion series -> `preprocess.Source`: DICOM (classic or enhanced, gzipped or not), NIfTI; as the server reads."""
import gzip
import io
import pathlib
import re
from dataclasses import dataclass
from typing import Dict, Iterable, List, Optional, Tuple

import numpy as np
import pydicom
from pydicom.dataset import Dataset

from preprocess import NotAnalysable, Source

B_MINIMUM, B_MAXIMUM, B_PREFERRED, SHELL_WIDTH, B0_BELOW = 500.0, 1500.0, 1000.0, 50.0, 50.0
LEAST_NORMAL_Z, SAME_POSITION_MM = 0.7, 0.1
ISOTROPIC, MAPS = {"TRACEW", "TRACE", "ISOTROPIC"}, {"ADC", "FA", "EADC", "EXP", "COLFA", "TENSOR"}
GE_OFFSET = 1_000_000_000


@dataclass
class Frame:
    pixels: np.ndarray  # turned: rows to posterior, columns to the patient's left
    b: Optional[float]  # s/mm2
    z: float  # mm along the normal
    spacing: Tuple[float, float]
    isotropic: bool
    kind: frozenset  # words of ImageType


def number(value: object) -> Optional[float]:
    """A private element's first number: text, binary (VR UN) or already a number."""
    if isinstance(value, bytes):
        if len(value) in (4, 8) and not re.fullmatch(rb"[\d.\s\x00+-]+", value):
            return float(np.frombuffer(value, "<f4" if len(value) == 4 else "<f8")[0])
        value = value.decode("ascii", "ignore").strip("\0 ").split("\\")[0]
    elif isinstance(value, (list, tuple)) or hasattr(value, "append"):
        value = value[0] if len(value) else None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def private(item: Dataset, group: int, element: int, creator: str) -> Optional[object]:
    """A private element, only where its block's creator says so."""
    for block in range(0x10, 0x100):
        if (group, block) in item and str(item[group, block].value).strip().startswith(creator):
            tag = (group, block << 8 | element)
            if tag in item:
                return item[tag].value
    return None


def csa_b_value(header: bytes) -> Optional[float]:
    """`B_value` of a Siemens CSA2 header: tags of 84 bytes, each followed by its items."""
    if header[:4] != b"SV10":
        return None
    count, at = int.from_bytes(header[8:12], "little"), 16
    for _ in range(count):
        name = header[at : at + 64].split(b"\0")[0]
        items = int.from_bytes(header[at + 76 : at + 80], "little")
        at += 84
        for _ in range(items):
            length = int.from_bytes(header[at : at + 4], "little")
            text, at = header[at + 16 : at + 16 + length], at + 16 + (length + 3) // 4 * 4
            if name == b"B_value" and length:
                return number(text)
    return None


def b_value(items: Iterable[Dataset]) -> Optional[float]:
    """s/mm2, from the first of the known places, over the functional groups and the header."""
    items = list(items)
    for item in items:
        for holder in [item] + list(item.get("MRDiffusionSequence", [])):
            if "DiffusionBValue" in holder:
                return float(holder.DiffusionBValue)
    for group, element, creator in ((0x19, 0x0C, "SIEMENS MR HEADER"), (0x29, 0x10, "SIEMENS CSA HEADER")):
        for item in items:
            value = private(item, group, element, creator)
            found = csa_b_value(value) if group == 0x29 and value else number(value)
            if found is not None:
                return found
    for group, element, creator in ((0x2001, 0x03, "Philips Imaging"), (0x43, 0x39, "GEMS_PARM")):
        for item in items:
            found = number(private(item, group, element, creator))
            if found is not None:
                return found % GE_OFFSET
    for item in items:
        match = re.search(r"b(\d+)", str(item.get("SequenceName", "")))
        if match:
            return float(match.group(1))
    return None


def first(items: Iterable[Dataset], keyword: str) -> object:
    for item in items:
        if keyword in item:
            return item[keyword].value
    raise NotAnalysable(f"no {keyword}")


def turned(pixels: np.ndarray, cosines: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """The picture with columns to the left and rows to posterior, and the slice normal."""
    along, down = cosines[:3], cosines[3:]
    normal = np.cross(along, down)
    if abs(normal[2]) < LEAST_NORMAL_Z or np.argmax(np.abs(along)) != 0 or np.argmax(np.abs(down)) != 1:
        raise NotAnalysable("not axial")
    return pixels[:: -1 if down[1] < 0 else 1, :: -1 if along[0] < 0 else 1], normal * np.sign(normal[2])


def frame(pixels: np.ndarray, items: List[Dataset]) -> Frame:
    try:
        slope, intercept = float(first(items, "RescaleSlope")), float(first(items, "RescaleIntercept"))
    except NotAnalysable:
        slope, intercept = 1.0, 0.0
    cosines = np.array(first(items, "ImageOrientationPatient"), float)
    picture, normal = turned(pixels.astype(np.float64) * slope + intercept, cosines)
    kind = frozenset(
        word for item in items for key in ("FrameType", "ImageType") for word in (item.get(key) or []) if key in item
    )
    directions = [
        str(d.get("DiffusionDirectionality", "")) for i in items for d in [i] + list(i.get("MRDiffusionSequence", []))
    ]
    philips = [str(private(item, 0x2001, 0x04, "Philips Imaging") or "") for item in items]
    return Frame(
        picture,
        b_value(items),
        float(normal @ np.array(first(items, "ImagePositionPatient"), float)),
        tuple(float(v) for v in first(items, "PixelSpacing")),
        bool(kind & ISOTROPIC) or "ISOTROPIC" in directions or "I" in philips,
        kind,
    )


def groups(item: Dataset) -> List[Dataset]:
    """The items of one set of functional groups."""
    return [entry for element in item if element.VR == "SQ" for entry in element.value]


def frames(dataset: Dataset) -> List[Frame]:
    if "PerFrameFunctionalGroupsSequence" not in dataset:
        return [frame(dataset.pixel_array, [dataset])]
    shared = [e for item in dataset.get("SharedFunctionalGroupsSequence", []) for e in groups(item)]
    pixels = dataset.pixel_array.reshape((-1, dataset.Rows, dataset.Columns))
    return [
        frame(picture, groups(item) + shared + [dataset])
        for picture, item in zip(pixels, dataset.PerFrameFunctionalGroupsSequence)
    ]


def read(path: pathlib.Path) -> Optional[Dataset]:
    """A DICOM picture; nothing where the file is none."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    dataset = pydicom.dcmread(io.BytesIO(content), force=True)
    return dataset if "PixelData" in dataset and dataset.get("Modality") == "MR" else None


def by_position(chosen: List[Frame]) -> Dict[float, List[Frame]]:
    """Pictures by place, ascending, whatever their instance numbers."""
    places: Dict[float, List[Frame]] = {}
    for one in sorted(chosen, key=lambda f: f.z):
        last = next(reversed(places), None)
        places.setdefault(last if last is not None and one.z - last <= SAME_POSITION_MM else one.z, []).append(one)
    return places


def trace_of(pictures: List[np.ndarray]) -> np.ndarray:
    """Geometric mean; 0 where any has no signal."""
    stacked = np.stack(pictures)
    known = (stacked > 0).all(0)
    return np.where(known, np.exp(np.log(np.where(known, stacked, 1.0)).mean(0)), 0.0)


def assemble(pictures: List[Frame]) -> Source:
    usable = [f for f in pictures if f.b is not None and not f.kind & MAPS]
    candidates = [f for f in usable if B_MINIMUM <= f.b <= B_MAXIMUM]
    if not candidates:
        raise NotAnalysable("no pictures of a b-value about 1000")
    best = min(candidates, key=lambda f: (abs(f.b - B_PREFERRED), -f.b)).b
    shell = [f for f in candidates if abs(f.b - best) <= SHELL_WIDTH]
    shell = [f for f in shell if f.isotropic] or shell
    if len({(f.pixels.shape, f.spacing) for f in shell}) > 1:
        raise NotAnalysable("pictures of several sizes")
    high, low = by_position(shell), by_position([f for f in usable if f.b < B0_BELOW])
    z = np.array(list(high))

    def at(places: Dict[float, List[Frame]], position: float) -> Optional[List[Frame]]:
        return next((v for k, v in places.items() if abs(k - position) <= SAME_POSITION_MM), None)

    def whole(places: Dict[float, List[Frame]]) -> Optional[np.ndarray]:
        found = [at(places, p) for p in z]
        if any(f is None or f[0].pixels.shape != shell[0].pixels.shape for f in found):
            return None
        return np.stack([np.mean([one.pixels for one in f], axis=0) for f in found])

    return Source(
        np.stack([trace_of([f.pixels for f in high[p]]) for p in z]),
        whole(low) if low else None,
        whole(by_position([f for f in pictures if "ADC" in f.kind])),
        z,
        shell[0].spacing,
        float(np.mean([f.b for f in shell])),
        float(np.mean([f.b for group in low.values() for f in group])) if low else 0.0,
    )


def pictures_in(folder: pathlib.Path) -> List[Dataset]:
    found = [read(path) for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "DICOMDIR"]
    return [dataset for dataset in found if dataset is not None]


def from_dicom(datasets: List[Dataset]) -> Source:
    """The pictures of one series."""
    return assemble([f for dataset in datasets for f in frames(dataset)])


def from_nifti(dwi: pathlib.Path, adc: Optional[pathlib.Path]) -> Source:
    """A trace NIfTI and its ADC map, axial."""
    import nibabel

    image = nibabel.load(dwi)
    codes = nibabel.aff2axcodes(image.affine)

    def pictures(path: pathlib.Path) -> np.ndarray:
        array = nibabel.as_closest_canonical(nibabel.load(path)).get_fdata()  # right, anterior, superior
        return np.ascontiguousarray(array.transpose(2, 1, 0)[:, ::-1, ::-1])

    if {codes[0], codes[1], codes[2]} & {"S", "I"} != {codes[2]}:
        raise NotAnalysable("not axial")
    zooms = image.header.get_zooms()
    trace = pictures(dwi)
    return Source(
        trace,
        None,
        None if adc is None else pictures(adc),
        float(zooms[2]) * np.arange(len(trace)),
        (float(zooms[1]), float(zooms[0])),
    )
