"""Series for the benches: one real head CT, copied under fresh UIDs."""
import pathlib
import subprocess
import tempfile

import pydicom
from pydicom.uid import ExplicitVRLittleEndian, generate_uid


def plain(path: pathlib.Path) -> pydicom.Dataset:
    """The data set with its pixels uncompressed (DCMTK decodes the JPEG-LS of the demonstration's studies)."""
    with tempfile.NamedTemporaryFile(suffix=".dcm") as out:
        subprocess.run(["dcmdjpls", path, out.name], check=True)
        return pydicom.dcmread(out.name)


def copies(source: pathlib.Path, out: pathlib.Path, patient: str, instances: int | None = None) -> dict:
    """Writes one series of `source`'s slices (repeated up to `instances`), uncompressed, as a new patient and study.

    Returns {"patient", "study", "files"}.
    """
    out.mkdir(parents=True, exist_ok=True)
    files = sorted(source.glob("*.dcm"))
    study, series = generate_uid(), generate_uid()
    written = []
    slices = [plain(path) for path in files]
    for index in range(instances or len(files)):
        data = slices[index % len(files)]
        data.StudyInstanceUID, data.SeriesInstanceUID, data.SOPInstanceUID = study, series, generate_uid()
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.PatientID = data.AccessionNumber = data.StudyID = patient
        data.InstanceNumber = index + 1
        path = out / f"{index:05d}.dcm"
        data.save_as(path, enforce_file_format=True)
        written.append(path)
    return {"patient": patient, "study": study, "files": written}


if __name__ == "__main__":
    import sys

    source, out, patient = sys.argv[1:]
    print(copies(pathlib.Path(source), pathlib.Path(out), patient)["study"])
