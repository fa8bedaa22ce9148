//! What an idle connection and a call under way keep in memory.

use crate::memory::resident_kib;
use crate::report::Report;
use crate::server::{HELD_PATH, PAGE_PATH, Server};
use crate::subjects::{Shared, call, component_call, connect};
use anyhow::Result;
use std::sync::Arc;
use std::time::Duration;

/// Connections that are used once and then left alone.
const IDLE: usize = 64;
/// Calls under way on one connection.
const IN_FLIGHT: usize = 256;
/// How often it is called until memory counts as settled.
const SETTLING: usize = 6;

pub(crate) async fn measure(report: &mut Report, server: &Server, host: &Shared) -> Result<()> {
    // The first ones live in what the compiler left behind.
    idle(host, server, 0..IDLE).await?;
    let before = settled(host, server).await?;
    idle(host, server, IDLE..2 * IDLE).await?;
    report.put(
        "rss_per_idle_connection_kib",
        (settled(host, server).await? - before) / IDLE as f64,
    );

    component_call(host, &call("bench", server, PAGE_PATH)?).await?;
    let before = settled(host, server).await?;
    let held = (0..IN_FLIGHT)
        .map(|_| {
            let host = Arc::clone(host);
            let call = call("bench", server, HELD_PATH)?;
            Ok(tokio::spawn(async move { host.invoke(&call).await }))
        })
        .collect::<Result<Vec<_>>>()?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let during = resident_kib()?;
    // A request that was still on its way is held back too: knock until all have been answered.
    while held.iter().any(|call| !call.is_finished()) {
        server.release();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for call in held {
        call.await??;
    }
    report.put(
        "rss_per_call_in_flight_kib",
        (during - before) / IN_FLIGHT as f64,
    );
    Ok(())
}

async fn idle(host: &Shared, server: &Server, which: std::ops::Range<usize>) -> Result<()> {
    for index in which {
        let name = format!("idle-{index}");
        connect(host, server, "dynamics", &name).await?;
        component_call(host, &call(&name, server, PAGE_PATH)?).await?;
    }
    Ok(())
}

/// Resident memory once the allocator has given back what the compiler and earlier calls freed. It does so a second
/// later, and only while somebody allocates.
async fn settled(host: &Shared, server: &Server) -> Result<f64> {
    for _ in 0..SETTLING {
        tokio::time::sleep(Duration::from_millis(500)).await;
        component_call(host, &call("bench", server, PAGE_PATH)?).await?;
    }
    resident_kib()
}
