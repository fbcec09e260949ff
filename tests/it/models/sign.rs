//! `vigie models sign`: the administrator's own name and password, from the server's command line.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::said;
use crate::evidence::evaluation;
use crate::imaging_support::{bundled, text};

const PASSWORD: &str = "un mot de passe d'essai";

/// Runs the program on a data folder, with a line on its standard input.
fn vigie(data: &Path, arguments: &[&str], line: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(arguments)
        .env("VIGIE_DATA_DIR", data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // a command that reads nothing may have ended already
    writeln!(program.stdin.take().unwrap(), "{line}").ok();
    program.wait_with_output().unwrap()
}

#[test]
fn an_administrator_signs_at_the_command_line() {
    let data = tempfile::tempdir().unwrap();
    for (name, role) in [("chief", "admin"), ("reader", "neurologist")] {
        let arguments = ["user", "add", name, "--name", name, "--role", role, "--site", "valmont"];
        let added = vigie(data.path(), &arguments, PASSWORD);
        assert!(added.status.success(), "{}", said(&added));
    }
    let sign = |figures, who: &str, password: &str| {
        let file = data.path().join("evaluation.json");
        std::fs::write(&file, serde_json::to_vec(&evaluation(&bundled().manifest, figures)).unwrap())
            .unwrap();
        let arguments = [
            "models",
            "sign",
            "--pack",
            "haemorrhage",
            "--site",
            "valmont",
            "--user",
            who,
            "--evaluation",
            text(&file),
        ];
        let run = vigie(data.path(), &arguments, password);
        (run.status.code(), said(&run))
    };
    let enough = [28, 30, 56, 60];
    let (code, words) = sign(enough, "chief", "another password");
    assert!(code == Some(1) && words.contains("wrong name or password"), "{words}");
    let (code, words) = sign(enough, "reader", PASSWORD);
    assert!(code == Some(1) && words.contains("only an administrator signs"), "{words}");
    let (code, words) = sign([5, 5, 5, 5], "chief", PASSWORD);
    assert!(
        code == Some(1) && words.contains("5 analysed studies with the disease, 30 are needed"),
        "{words}"
    );
    let (code, words) = sign(enough, "chief", PASSWORD);
    assert!(code == Some(0) && words.contains("counts as measured at valmont"), "{words}");
    let verified = vigie(data.path(), &["audit", "verify"], "");
    assert!(verified.status.success(), "{}", said(&verified));
}
