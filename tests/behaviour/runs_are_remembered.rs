//! The history of runs: what may have changed something leaves a record that helps, and that no
//! component can make large.

use airlock_runtime::store::{Run, RunFilter, RunOutcome, RunStatus};
use futures::StreamExt;
use serde_json::json;
use support::{Lab, Office};

const MIB: u64 = 1 << 20;

fn kept(lab: &Lab) -> u64 {
    ["airlock.db", "airlock.db-wal"]
        .iter()
        .filter_map(|file| std::fs::metadata(lab.data().join(file)).ok())
        .map(|file| file.len())
        .sum()
}

fn error(run: &Run) -> &str {
    match &run.outcome {
        RunOutcome::Failed(failure) => &failure.error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_cannot_fill_the_disk_with_its_errors() {
    let lab = Lab::open().await;
    let hoarder = lab.guest("huge_string").await;
    let before = kept(&lab);
    for _ in 0..5 {
        let input = json!({ "as": "error", "bytes": 30 * MIB });
        let told = hoarder.write(input).await.unwrap_err().to_string();
        assert!(told.len() as u64 > 30 * MIB, "its caller is told all of it");
    }
    assert!(kept(&lab) - before < MIB, "{} bytes", kept(&lab) - before);
    let runs = hoarder.runs(&lab, RunFilter::default()).await;
    assert_eq!(runs.len(), 5);
    for run in runs {
        assert!(error(&run).len() < 3_000, "{}", error(&run).len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_and_streams_that_write_are_remembered_and_reads_are_not() {
    let lab = Lab::with(|config| config.budgets.pipe_ms = 500).await;
    let guest = lab.guest("streamer").await;
    guest.run(json!({})).await.unwrap();
    guest
        .stream(json!({ "bytes": 1, "end": "summary" }))
        .await
        .unwrap();
    guest.write(json!({})).await.unwrap();
    for end in ["summary", "nothing"] {
        let mut piped = guest
            .pour(json!({ "bytes": 100_000, "end": end }))
            .await
            .unwrap();
        while piped.data.next().await.is_some() {}
        assert_eq!(piped.done.await.is_ok(), end == "summary");
    }
    let runs = guest.runs(&lab, RunFilter::default()).await;
    let told: Vec<(&str, RunStatus)> = runs
        .iter()
        .map(|run| (run.action.as_str(), run.outcome.status()))
        .collect();
    assert_eq!(
        told,
        [
            ("pour", RunStatus::Failed),
            ("pour", RunStatus::Succeeded),
            ("write", RunStatus::Succeeded),
        ]
    );
    assert!(runs.iter().all(|run| run.duration().is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_remembered_with_what_the_services_support_asks_for() {
    let office = Office::open().await;
    let nobody = "00000000-0000-4000-8000-00000000dead";
    let input = json!({ "table": "task", "id": nobody, "row": { "subject": "x" } });
    office.run("update-row", input).await.unwrap_err();
    let tenant = "default".parse().unwrap();
    let failed = RunFilter {
        status: Some(RunStatus::Failed),
        action: Some("update-row".to_owned()),
        ..RunFilter::default()
    };
    let runs = office
        .host
        .store()
        .runs(&tenant, &failed, 10)
        .await
        .unwrap();
    let RunOutcome::Failed(failure) = &runs[0].outcome else {
        panic!("{runs:?}");
    };
    assert_eq!(failure.http_status, Some(404));
    assert!(
        failure.code.is_some() && failure.request_id.is_some(),
        "{failure:?}"
    );
    let found = office.host.store().run(&tenant, &runs[0].id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&runs[0]));
}
