use super::support::{DCMSEND, ECHOSCU, Vigie, demo_study, options, tool};

#[tokio::test(flavor = "multi_thread")]
async fn an_echo_is_answered_and_another_title_rejected() {
    let vigie = Vigie::start(options()).await;
    let (code, said) = tool(ECHOSCU, &vigie, &["-aec", "VIGIE"], &[]).await;
    assert_eq!(code, 0, "{said}");
    let (code, said) = tool(ECHOSCU, &vigie, &["-v", "-aec", "OTHER"], &[]).await;
    assert_ne!(code, 0);
    assert!(said.contains("Called AE Title Not Recognized"), "{said}");
    vigie.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dcmsend_sends_a_compressed_study() {
    let vigie = Vigie::start(options()).await;
    let study = demo_study("saignement");
    let arguments = ["-v", "-aec", "VIGIE", "-aet", "VALMONT_CT", "--decompress-never", "--scan-directories"];
    let start = std::time::Instant::now();
    let (code, said) = tool(DCMSEND, &vigie, &arguments, &[&study]).await;
    eprintln!("{:?}", start.elapsed());
    assert_eq!(code, 0, "{said}");
    assert_eq!(vigie.files().len(), std::fs::read_dir(&study).unwrap().count(), "{said}");
    vigie.stop().await;
}
