//! The direction of dependencies, which modules cannot forbid: every mention of `crate::<room>` in `src/`
//! is held against the table in ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each room may mention. A room that is not listed fails the test: it must be placed first.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &["domain"]),
    ("imaging", &["domain"]),
    ("inference", &["imaging", "domain"]),
    ("interop", &["inference", "imaging", "domain"]),
    ("archive", &["domain"]),
    ("db", &["domain"]),
    ("security", &["clock", "db", "domain"]),
    (
        "pathway",
        &["simulate", "interop", "inference", "imaging", "archive", "db", "security", "clock", "domain"],
    ),
    ("intake", &["pathway", "imaging", "archive", "clock", "domain"]),
    ("consult", &["pathway", "clock", "domain"]),
    ("notify", &["pathway", "db", "clock", "domain"]),
    ("api", &["pathway", "imaging", "archive", "db", "security", "inference", "simulate", "clock", "domain"]),
    ("simulate", &["domain"]),
    ("config", &["domain", "db"]),
    ("telemetry", &[]),
    (
        "cli",
        &[
            "domain",
            "clock",
            "imaging",
            "inference",
            "interop",
            "archive",
            "db",
            "security",
            "pathway",
            "intake",
            "consult",
            "notify",
            "simulate",
            "api",
            "config",
            "telemetry",
        ],
    ),
];

/// Of `domain`, imaging may use units, time and identity only.
const DOMAIN_FOR_IMAGING: &[&str] = &["identity", "time", "wording"];

fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("src is readable") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn room_of(file: &Path, src: &Path) -> Option<String> {
    let relative = file.strip_prefix(src).expect("below src");
    let first = relative.components().next()?.as_os_str().to_str()?;
    let room = first.strip_suffix(".rs").unwrap_or(first);
    (!matches!(room, "lib" | "main")).then(|| room.to_owned())
}

/// Every `crate::a::b` outside comments, as the path's segments; grouped imports are opened.
fn mentions(text: &str) -> BTreeSet<Vec<String>> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let preceded =
            code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$');
        if preceded {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let inner = &group[..group.find('}').unwrap_or(group.len())];
            for item in inner.split(',') {
                found.insert(segments(item.trim()));
            }
        } else {
            found.insert(segments(rest));
        }
    }
    found.retain(|path| path.first().is_some_and(|s| !s.is_empty()));
    found
}

fn segments(path: &str) -> Vec<String> {
    let end = path.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(path.len());
    path[..end].split("::").take(2).map(str::to_owned).collect()
}

#[test]
fn arrows_point_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 10, "the walk found the tree");

    let mut wrong = Vec::new();
    for file in files {
        let Some(room) = room_of(&file, &src) else { continue };
        let Some(targets) = allowed.get(room.as_str()) else {
            wrong.push(format!("{room}: a new room; give it its place in the table"));
            continue;
        };
        let text = fs::read_to_string(&file).expect("readable");
        for path in mentions(&text) {
            let target = path[0].as_str();
            let shown = file.strip_prefix(&src).expect("below src").display();
            if target != room && allowed.contains_key(target) && !targets.contains(&target) {
                wrong.push(format!("{shown}: {room} must not know {target}"));
            }
            let part = path.get(1).map(String::as_str);
            if room == "imaging"
                && target == "domain"
                && !part.is_some_and(|p| DOMAIN_FOR_IMAGING.contains(&p))
            {
                wrong.push(format!("{shown}: imaging takes only units, time and identity from domain"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rooms_have_no_cycle() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    while done.len() < allowed.len() {
        let next = allowed
            .iter()
            .find(|(room, targets)| !done.contains(*room) && targets.iter().all(|t| done.contains(t)))
            .map(|(room, _)| *room);
        done.insert(next.expect("the table itself has a cycle"));
    }
}

#[test]
fn grouped_and_inline_mentions_are_seen() {
    let text = "use crate::{db, domain::case};\n// crate::cli is only spoken of\nfn f() { crate::api::go() }";
    let seen: Vec<_> = mentions(text).into_iter().map(|p| p.join("::")).collect();
    assert_eq!(seen, ["api::go", "db", "domain::case"]);
}
