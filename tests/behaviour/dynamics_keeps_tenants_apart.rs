//! Two tenants of one host, each connected to an organisation of its own under the same name: no action of the real
//! connector reads or writes the other's rows.

use std::sync::Arc;

use airlock_runtime::{Call, Config, ConnectorError, Host, HostError, HostOptions, NewConnection};
use dataverse_sim::seed::Seed;
use dataverse_sim::{RunningSim, Sim};
use serde_json::{Value, json};
use support::dynamics;

fn rows(answer: &Value) -> &[Value] {
    answer["rows"].as_array().unwrap()
}

/// One host with two tenants, each connected under the same name to an organisation of its own.
struct Neighbours {
    host: Arc<Host>,
    sims: Vec<(&'static str, RunningSim)>,
    _folder: tempfile::TempDir,
}

impl Neighbours {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config {
            data_dir: Some(folder.path().join("data")),
            ..Config::default()
        };
        config.egress.allow_loopback = true;
        let mut sims = Vec::new();
        for tenant in ["contoso", "fabrikam"] {
            let sim = Sim::builder()
                .tls(true)
                .seed(Seed::Small)
                .start()
                .await
                .unwrap();
            let root = folder.path().join(format!("{tenant}.pem"));
            std::fs::write(&root, sim.ca_pem().unwrap()).unwrap();
            config.egress.trusted_roots.push(root);
            sims.push((tenant, sim));
        }
        let host = Arc::new(Host::open(config, HostOptions::new()).await.unwrap());
        for (tenant, sim) in &sims {
            let tenant = tenant.parse().unwrap();
            host.add_connector(&tenant, None, dynamics()).await.unwrap();
            let secrets = [
                ("client-id", sim.client_id().to_string()),
                ("client-secret", sim.client_secret().to_owned()),
            ];
            let secrets = secrets.map(|(name, secret)| (name.to_owned(), secret.into()));
            host.add_connection(NewConnection {
                tenant,
                name: "crm".parse().unwrap(),
                connector: "dynamics".parse().unwrap(),
                kind: "client-credentials".to_owned(),
                settings: json!({"web-api-url": sim.base_url(), "token-url": sim.token_url()}),
                secrets: secrets.into(),
                allowed_hosts: Vec::new(),
            })
            .await
            .unwrap();
        }
        Self {
            host,
            sims,
            _folder: folder,
        }
    }

    async fn run(&self, tenant: &str, action: &str, input: Value) -> Result<Value, HostError> {
        let call = Call {
            tenant: tenant.parse().unwrap(),
            connection: "crm".parse().unwrap(),
            action: action.to_owned(),
            input,
            idempotency_key: None,
            deadline: None,
            progress: None,
        };
        self.host.invoke(&call).await?.output.json().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_tenant_reads_and_writes_its_own_organisation() {
    let neighbours = Neighbours::open().await;
    let (ours, theirs) = (neighbours.sims[0].0, neighbours.sims[1].0);
    let mut made = Vec::new();
    for tenant in [ours, theirs] {
        let row = json!({"name": tenant, "accountnumber": "SHARED"});
        let input = json!({"table": "account", "row": row});
        let created = neighbours.run(tenant, "create-row", input).await.unwrap();
        made.push((tenant, created["id"].clone()));
    }
    let shared = "accountnumber eq 'SHARED'";
    let query = "<fetch><entity name='account'><attribute name='name'/><filter><condition attribute='accountnumber' operator='eq' value='SHARED'/></filter></entity></fetch>";
    for (tenant, id) in &made {
        let run = |action, input| neighbours.run(tenant, action, input);
        let by = json!({"table": "account", "filter": shared});
        assert_eq!(run("count-rows", by.clone()).await.unwrap()["count"], 1);
        let found = run("find-row", by.clone()).await.unwrap();
        assert_eq!(found["row"]["name"], *tenant);
        let fetched = run("fetch-xml", json!({"fetch-xml": query})).await.unwrap();
        assert_eq!(rows(&fetched)[0]["name"], *tenant);
        let listed = run("list-rows", by).await.unwrap();
        assert_eq!(rows(&listed)[0]["accountid"], *id);
        let name =
            json!({"table": "account", "key": {"accountnumber": "SHARED"}, "property": "name"});
        let read = run("get-property", name.clone()).await.unwrap();
        assert_eq!(read["value"], *tenant);
        let changed = run("list-changes", json!({"table": "account"}))
            .await
            .unwrap();
        let told = rows(&changed).iter().any(|row| row["accountid"] == *id);
        assert!(told);
        let relationship = json!({"table": "account", "id": id,
            "relationship": "contact_customer_accounts"});
        assert!(rows(&run("list-related-rows", relationship).await.unwrap()).is_empty());
    }
    // The other's row is nobody's here, whatever is done to it.
    let (_, foreign) = &made[1];
    for (action, more) in [
        ("get-property", json!({"property": "name"})),
        (
            "set-property",
            json!({"property": "name", "value": "taken"}),
        ),
        ("clear-property", json!({"property": "telephone1"})),
        ("delete-row", json!({})),
    ] {
        let mut input = json!({"table": "account", "id": foreign});
        let members = more.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(members);
        let error = neighbours.run(ours, action, input).await.unwrap_err();
        let missing = matches!(error, HostError::Connector(ConnectorError::NotFound(_)));
        assert!(missing, "{action}: {error:?}");
    }
    let own = json!({"table": "account", "id": foreign, "select": ["name"]});
    let untouched = neighbours.run(theirs, "get-row", own).await.unwrap();
    assert_eq!(untouched["row"]["name"], theirs);
}
