//! `vigie demo`: the demonstration region on embedded defaults, with logins and a first patient.

mod people;
mod rota;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::region::{self, titles};
use super::system::{System, progress, say};
use super::{Failure, arenas};
use crate::config::Config;
use crate::db::users::User;
use crate::domain::case::{Anticoagulant, ClinicalPicture, Nihss, Onset, Race};
use crate::domain::identity::{AeTitle, Patient, Sex, SiteId};
use crate::domain::region::Region;
use crate::domain::time::Minutes;
use crate::imaging::gate::Limits;
use crate::intake::scu::{self, Destination, SendOptions, Sent};
use crate::intake::sites::SitePolicy;
use crate::pathway::desk::{Actor, Desk};
use crate::pathway::raise_alert::{NewAlert, raise_alert};
use crate::telemetry::{self, LogFormat};
use people::{Login, People};

/// Run the demonstration region: three emergency rooms, a thrombectomy centre, one helicopter.
///
/// Prints the address and one login a role, writes them to DIR/demo.json once it is ready, and stays up. The first
/// time it raises an alert and sends two studies over a real DICOM association. The same folder again keeps its
/// cases, users and tokens. Not for patients.
///
/// Example: vigie demo --data-dir data/demo
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Where everything is kept.
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    data_dir: PathBuf,
    /// Send the DICOM files of this folder instead of the bundled studies.
    #[arg(long, value_name = "DIR")]
    study: Option<PathBuf>,
}

/// A folder of studies and the scanner that sends it.
struct Shipment {
    folder: PathBuf,
    calling: AeTitle,
}

/// Runs the demonstration until a signal.
///
/// # Errors
/// [`Failure`] when a part cannot start.
pub fn run(args: &Args) -> Result<(), Failure> {
    arenas::few()?;
    if let Some(study) = args.study.as_ref().filter(|study| !study.is_dir()) {
        return Err(Failure::Usage(format!("{} is not a folder", study.display())));
    }
    let dir = std::path::absolute(&args.data_dir)?;
    let environment = |name: &str| match name {
        "VIGIE_DATA_DIR" => Some(dir.display().to_string()),
        _ => std::env::var(name).ok(),
    };
    let config = Config::load(None, environment)?;
    let quiet = std::env::var_os("VIGIE_LOG").is_none();
    telemetry::start(if quiet { "warn" } else { &config.log }, LogFormat::Text);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(demonstrate(&config, args.study.as_deref()))
}

async fn demonstrate(config: &Config, study: Option<&Path>) -> Result<(), Failure> {
    let written = config.data_dir.join("demo.json");
    match std::fs::remove_file(&written) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let region = Arc::new(region::load(config.region_file.as_deref())?);
    let first = region.sites().first().ok_or_else(|| Failure::Usage("the region has no site".to_owned()))?;
    let emergency = first.id.clone();
    let scanner = first.calling_ae_titles.first().cloned();
    let sites = SitePolicy::Else { listed: titles(&region), otherwise: emergency.clone() };
    let system = System::start(config, Arc::clone(&region), sites).await?;
    progress("preparing the logins");
    let people = People::of(&system.desk, &config.data_dir, &region).await?;
    if people.are_new {
        rota::everyone_on_call(&system.desk, &region).await?;
    }
    let destination = Destination {
        title: config.ae_title.clone(),
        host: system.dicom_addr.ip().to_string(),
        port: system.dicom_addr.port(),
    };
    let shipments = match (study, people.are_new) {
        (Some(folder), _) => vec![Shipment { folder: folder.to_owned(), calling: caller(scanner)? }],
        (None, true) => {
            if let Some(physician) = &people.emergency {
                alert_for_the_first_patient(&system.desk, physician, &emergency).await?;
            }
            bundled(&region, scanner)?
        }
        (None, false) => Vec::new(),
    };
    let url = format!("http://{}", system.http_addr);
    write_whole(&written, &description(&url, &destination, &region, &people.logins))?;
    announce(&url, &destination, &people.logins);
    let senders = tokio::spawn(async move {
        for shipment in shipments {
            send(&shipment, &destination).await;
        }
    });
    let outcome = system.run_to_the_end().await;
    senders.abort();
    outcome
}

fn caller(title: Option<AeTitle>) -> Result<AeTitle, Failure> {
    title.map_or_else(|| Ok("DEMO_CT".parse()?), Ok)
}

/// The studies that come with the program: one from the first site, one from the second.
fn bundled(region: &Region, first: Option<AeTitle>) -> Result<Vec<Shipment>, Failure> {
    let studies = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/studies");
    let second = region.sites().get(1).and_then(|site| site.calling_ae_titles.first().cloned());
    Ok(vec![
        Shipment { folder: studies.join("saignement"), calling: caller(first)? },
        Shipment { folder: studies.join("sans-saignement"), calling: caller(second)? },
    ])
}

/// The alert that the first study joins. The person does not exist.
async fn alert_for_the_first_patient(desk: &Desk, physician: &User, site: &SiteId) -> Result<(), Failure> {
    let now = desk.now();
    let alert = NewAlert {
        site: site.clone(),
        patient: Patient {
            id: "DEMO-0001".parse()?,
            family_name: "LACOMBE".to_owned(),
            given_name: "Jeanne".to_owned(),
            birth_date: Some(jiff::civil::date(1954, 3, 12)),
            sex: Sex::Female,
        },
        picture: ClinicalPicture {
            onset: Onset::Known { at: now + Minutes(-70.0) },
            nihss: Some(Nihss::try_from(14)?),
            race: Some(Race::try_from(4)?),
            anticoagulant: Anticoagulant::Doac,
            note: "Hémiplégie gauche brutale, céphalées.".to_owned(),
        },
        door_at: Some(now + Minutes(-6.0)),
        idempotency_key: Some("demonstration".to_owned()),
    };
    let actor = Actor { user: physician.clone(), from: None };
    raise_alert(desk, &actor, alert).await?;
    Ok(())
}

async fn send(shipment: &Shipment, to: &Destination) {
    let folder = shipment.folder.clone();
    let shown = folder.display().to_string();
    let found = match tokio::task::spawn_blocking(move || scu::scan(&folder, Limits::default())).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => return progress(&format!("{shown} cannot be read: {error}")),
        Err(error) => return progress(&format!("{shown} cannot be read: {error}")),
    };
    let options = SendOptions {
        calling: shipment.calling.clone(),
        parallel: NonZeroUsize::MIN,
        patience: Duration::from_secs(60),
    };
    let all = found.sendable.len();
    progress(&format!("sending {all} images of {shown}"));
    let mut reports = scu::send(found.sendable, to, &options);
    let mut stored = 0_usize;
    while let Some(report) = reports.recv().await {
        stored += usize::from(matches!(report, Sent::Stored { .. }));
    }
    progress(&format!("{stored} of {all} images stored"));
}

fn description(url: &str, dicom: &Destination, region: &Region, logins: &[Login]) -> serde_json::Value {
    let sites: Vec<_> = region
        .sites()
        .iter()
        .map(|site| json!({"id": site.id, "name": site.name, "calling_ae_titles": site.calling_ae_titles}))
        .collect();
    json!({
        "http": url,
        "dicom": {"host": dicom.host, "port": dicom.port, "ae_title": dicom.title},
        "sites": sites,
        "users": logins,
    })
}

/// Replaces a file at once: whoever waits for it never reads half of it. It holds passwords: its owner's alone.
fn write_whole(path: &Path, value: &serde_json::Value) -> Result<(), Failure> {
    let beside = path.with_extension("new");
    people::write_private(&beside, &serde_json::to_vec_pretty(value)?)?;
    std::fs::rename(&beside, path)?;
    Ok(())
}

fn announce(url: &str, dicom: &Destination, logins: &[Login]) {
    say(&format!("\nVigie: {url}    DICOM: {}@{}:{}\n", dicom.title, dicom.host, dicom.port));
    say(&format!("{:<14} {:<12} {:<16} {}", "role", "login", "password", "site"));
    for login in logins {
        say(&format!(
            "{:<14} {:<12} {:<16} {}",
            login.role.as_str(),
            login.username,
            login.password,
            login.site
        ));
    }
    say("\nDemonstration: invented people, research use. Ctrl-C ends it.");
}
