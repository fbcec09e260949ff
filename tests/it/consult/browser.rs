//! A headless Chromium with a false camera and microphone, ended with its handle.

use std::process::{Child, Command, Stdio};

pub struct Chromium {
    process: Child,
    _profile: tempfile::TempDir,
}

impl Chromium {
    /// Opens one page in a browser of its own. `CHROMIUM` names another program than Debian's.
    pub fn open(url: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let program = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
        let process = Command::new(&program)
            .args(["--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", "--mute-audio"])
            .args(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"])
            .args(["--autoplay-policy=no-user-gesture-required", "--disable-background-networking"])
            .args(["--disable-background-timer-throttling", "--disable-renderer-backgrounding"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        Self { process, _profile: profile }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
