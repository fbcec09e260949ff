//! What a site asks of evidence decides what moves its queue.

use vigie::domain::evidence::{EvidenceLevel, Task};

use super::{Opinion, analysed, received, row, say, word};
use crate::support::server::Server;

pub async fn evidence_below_the_site_s_level_is_shown_and_moves_nothing(server: &Server) {
    let slice = received(server, "LEVEL-1", "valmont").await;
    let before = row(server, "LEVEL-1").await;
    let phantom = Opinion { evidence: EvidenceLevel::Phantom, ..word(analysed(0.97)) };
    say(server, &slice.series, &phantom).await;
    let shown = row(server, "LEVEL-1").await;
    assert_eq!(shown["flags"][0]["evidence"], "phantom");
    assert_eq!(shown["flags"][0]["flag"], true, "it is shown");
    assert_eq!(shown["urgency"], before["urgency"], "and moves nothing");
    say(server, &slice.series, &word(analysed(0.97))).await;
    let moved = row(server, "LEVEL-1").await;
    assert!(moved["urgency"].as_f64().unwrap() > before["urgency"].as_f64().unwrap());

    // the demonstration says that phantoms are enough for occlusion
    let slice = received(server, "LEVEL-2", "valmont").await;
    let before = row(server, "LEVEL-2").await;
    let occlusion = Opinion { task: Task::Occlusion, ..phantom };
    say(server, &slice.series, &occlusion).await;
    assert_ne!(row(server, "LEVEL-2").await["urgency"], before["urgency"]);
}
