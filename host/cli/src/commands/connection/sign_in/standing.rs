//! Where a connection's sign-in stands, in words.

use crate::commands::times::stamp;
use airlock_runtime::auth::{Identity, Standing};
use airlock_runtime::store::Connection;
use airlock_runtime::{Host, HostError};
use serde_json::{Map, Value, json};

/// What a list shows of it: who, or that somebody has to sign in; nothing where nobody does.
pub(in super::super) async fn column(host: &Host, connection: &Connection) -> Value {
    match standing(host, connection).await {
        Ok(None) => Value::Null,
        Ok(Some(Standing::SignedIn { identity, .. })) => who(identity.as_ref()).into(),
        Ok(Some(Standing::SignedOut | Standing::Needed { .. })) => "needs sign-in".into(),
        // A connection that is not well, such as one whose connector is gone, is listed all the same.
        Err(_) => "unknown".into(),
    }
}

/// What a record of the connection has beside its own fields.
pub(in super::super) async fn fields(host: &Host, connection: &Connection) -> Map<String, Value> {
    let told = match standing(host, connection).await {
        Ok(None) => json!({}),
        Ok(Some(Standing::SignedOut)) => json!({"sign-in": "needs sign-in"}),
        Ok(Some(Standing::SignedIn { identity, since })) => json!({
            "sign-in": "signed in",
            "signed-in-as": who(identity.as_ref()),
            "signed-in-since": stamp(since),
            "directory": identity.as_ref().map(|identity| &identity.tenant),
            "object-id": identity.as_ref().map(|identity| &identity.object),
        }),
        Ok(Some(Standing::Needed {
            identity,
            since,
            reason,
        })) => json!({
            "sign-in": "needs sign-in",
            "sign-in-problem": reason,
            "sign-in-needed-since": stamp(since),
            "signed-in-as": who(identity.as_ref()),
        }),
        Err(error) => json!({"sign-in": "unknown", "sign-in-problem": error.to_string()}),
    };
    match told {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

async fn standing(host: &Host, connection: &Connection) -> Result<Option<Standing>, HostError> {
    match host.sign_in_way(connection).await? {
        Some(_) => Ok(Some(host.standing(connection).await?)),
        None => Ok(None),
    }
}

fn who(identity: Option<&Identity>) -> String {
    identity.map_or_else(
        || "somebody whom the sign-in does not name".to_owned(),
        ToString::to_string,
    )
}
