"""Series for the benches: one real head CT, copied under fresh UIDs."""
import pathlib

import pydicom
from pydicom.uid import ExplicitVRLittleEndian, generate_uid


def copies(source: pathlib.Path, out: pathlib.Path, tag: str, instances: int | None = None) -> dict:
    """Writes one series of `source`'s slices (repeated up to `instances`), uncompressed, as a new patient and study.

    Returns {"patient", "study", "files"}.
    """
    out.mkdir(parents=True)
    files = sorted(source.glob("*.dcm"))
    study, series = generate_uid(), generate_uid()
    written = []
    for index in range(instances or len(files)):
        data = pydicom.dcmread(files[index % len(files)])
        if data.file_meta.TransferSyntaxUID.is_compressed:
            data.decompress()
        data.StudyInstanceUID, data.SeriesInstanceUID, data.SOPInstanceUID = study, series, generate_uid()
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.PatientID = data.AccessionNumber = data.StudyID = f"BENCH{tag}"[:16]
        data.InstanceNumber = index + 1
        path = out / f"{index:05d}.dcm"
        data.save_as(path, enforce_file_format=True)
        written.append(path)
    return {"patient": data.PatientID, "study": study, "files": written}
