"""The servers that the benches compare: ours and Debian's Orthanc, each on free loopback ports in a folder of its own."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(probe, what: str, seconds: float = 120):
    """Polls `probe` until it returns something true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if value := probe():
                return value
        except OSError:
            pass
        time.sleep(0.05)
    raise SystemExit(f"bench: {what} did not happen within {seconds:.0f} s")


def resident_mb(pid: int) -> float:
    """VmRSS of a process in MB (10^6 bytes)."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


class Server:
    """A child process with a temporary folder; ended and removed on exit."""

    def __enter__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="vigie-bench-"))
        self.start()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)
        shutil.rmtree(self.dir, ignore_errors=True)


class Vigie(Server):
    """`vigie demo` on free ports. `study` is what its own sender sends at the start."""

    def __init__(self, binary: str, study: str):
        self.binary, self.study = binary, study

    def start(self):
        self.dicom_port, http, media = free_port(), free_port(), free_port()
        env = os.environ | {
            "VIGIE_HTTP_ADDR": f"127.0.0.1:{http}",
            "VIGIE_DICOM_ADDR": f"127.0.0.1:{self.dicom_port}",
            "VIGIE_MEDIA_ADDR": f"127.0.0.1:{media}",
        }
        self.process = subprocess.Popen(
            [self.binary, "demo", "--data-dir", str(self.dir), "--study", self.study],
            env=env, stdout=subprocess.DEVNULL, stderr=open(self.dir / "log", "w"),
        )
        demo = self.dir / "demo.json"
        self.demo = wait_for(lambda: demo.exists() and json.loads(demo.read_text()), "vigie demo's start")
        self.http = self.demo["http"]
        self.aet = self.demo["dicom"]["ae_title"]
        self.token = next(u["token"] for u in self.demo["users"] if u["role"] == "neurologist")
        self.emergency = next(u for u in self.demo["users"] if u["role"] == "emergency")

    def get(self, path: str, token: str | None = None):
        request = urllib.request.Request(self.http + path, headers={"Authorization": f"Bearer {token or self.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def follow(self) -> threading.Event:
        """Set whenever the event stream says something; ends with the server."""
        news = threading.Event()
        request = urllib.request.Request(
            self.http + "/api/v1/events", headers={"Authorization": f"Bearer {self.token}"}
        )
        stream = urllib.request.urlopen(request, timeout=600)

        def listen() -> None:
            with contextlib.suppress(OSError):
                for line in stream:
                    if line.startswith(b"id:"):
                        news.set()

        threading.Thread(target=listen, daemon=True).start()
        return news

    def worklist(self) -> list[dict]:
        return self.get("/api/v1/worklist")["items"]


class Orthanc(Server):
    """Debian's Orthanc with its default index, every file synced as ours are."""

    aet = "ORTHANC"

    def start(self):
        self.dicom_port, self.http_port = free_port(), free_port()
        config = {
            "Name": "bench", "StorageDirectory": str(self.dir / "db"), "IndexDirectory": str(self.dir / "db"),
            "DicomPort": self.dicom_port, "HttpPort": self.http_port, "DicomAet": self.aet,
            "SyncStorageArea": True, "AuthenticationEnabled": False, "RemoteAccessAllowed": False, "Plugins": [],
        }
        (self.dir / "orthanc.json").write_text(json.dumps(config))
        self.process = subprocess.Popen(
            ["Orthanc", str(self.dir / "orthanc.json")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        url = f"http://127.0.0.1:{self.http_port}/system"
        wait_for(lambda: urllib.request.urlopen(url, timeout=5).status == 200, "Orthanc's start")
