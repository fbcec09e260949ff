#!/usr/bin/env python3
"""Makes demo/studies/ from series written by a CT-ICH converter: renames, gives fresh UIDs, compresses losslessly.

usage: make_studies.py BLEEDING_DIR CLEAR_DIR OUT_DIR
needs: pydicom 3, and dcmcjpls of DCMTK (JPEG-LS lossless, 1.2.840.10008.1.2.4.80)

The people named here do not exist. UIDs are fresh, so that the same patients sent from the source set by somebody
else are other studies.
"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile

import pydicom

PEOPLE = {
    "saignement": ("DEMO-0001", "LACOMBE^Jeanne", "19540312", "F"),
    "sans-saignement": ("DEMO-0002", "FABRE^Lucien", "19610725", "M"),
}


def fresh(uid: str) -> str:
    """A stable UID of the 2.25 form that is not the source's."""
    return "2.25." + str(int(hashlib.sha256(f"vigie demonstration/{uid}".encode()).hexdigest()[:31], 16))


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[3])
    for (name, (patient_id, person, born, sex)), source in zip(PEOPLE.items(), sys.argv[1:3]):
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(pathlib.Path(source).glob("*.dcm")):
            data = pydicom.dcmread(path)
            data.PatientID, data.PatientName, data.PatientBirthDate, data.PatientSex = patient_id, person, born, sex
            data.AccessionNumber, data.StudyID = patient_id, patient_id
            for word in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "SOPInstanceUID"):
                setattr(data, word, fresh(getattr(data, word)))
            data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
            with tempfile.NamedTemporaryFile(suffix=".dcm") as plain:
                data.save_as(plain.name, enforce_file_format=True)
                # +un: keep the SOP Instance UID, since lossless compression makes no new image.
                subprocess.run(["dcmcjpls", "+un", plain.name, folder / path.name], check=True)


if __name__ == "__main__":
    main()
