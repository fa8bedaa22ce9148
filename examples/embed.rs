//! The host in a program of one's own: one call, its answer, and a good end.

use airlock_runtime::{Call, Config, Host, HostOptions};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let host = Host::open(Config::load(None)?, HostOptions::new()).await?;
    let call = Call {
        tenant: "contoso".parse()?,
        connection: "crm".parse()?,
        action: "list-rows".into(),
        input: serde_json::json!({ "table": "account", "top": 5 }),
        idempotency_key: None,
        deadline: None,
        progress: None,
    };
    match host.invoke(&call).await {
        // The text that the connector wrote; `.json()` makes a value of it.
        Ok(answer) => println!("{}", answer.output),
        // A code for programs, a sentence for people.
        Err(error) => eprintln!("{}: {error}", error.code()),
    }
    host.close().await;
    Ok(())
}
