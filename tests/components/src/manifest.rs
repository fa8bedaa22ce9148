//! What a guest says about itself when it does not lie: a way to connect with a credential, one by a
//! person's sign-in, one without, and actions of each kind.

use crate::contract::exports::airlock::connector::manifest::{
    About, Action, ConnectionKind, Grant, Oauth, Placement, Traits,
};

/// Names in it are the same for every guest, so that a test can swap one for another.
pub fn harmless() -> About {
    About {
        name: "guest".to_owned(),
        title: "Guest".to_owned(),
        version: "0.1.0".to_owned(),
        description: "Shows one behaviour.".to_owned(),
        connections: vec![with_credential(), with_sign_in(), without_credential()],
        actions: vec![
            action("run", Traits::READ_ONLY),
            action("write", Traits::empty()),
            action("look", Traits::READ_ONLY | Traits::IDEMPOTENT),
            action("put", Traits::IDEMPOTENT),
            action("pour", Traits::IDEMPOTENT | Traits::PIPES),
            action("stream", Traits::READ_ONLY | Traits::PIPES),
        ],
        triggers: Vec::new(),
    }
}

/// The same with this schema for the input of each action.
pub fn with_input(schema: &serde_json::Value) -> About {
    let mut about = harmless();
    for action in &mut about.actions {
        action.input = schema.to_string();
    }
    about
}

fn with_credential() -> ConnectionKind {
    ConnectionKind {
        name: "client-credentials".to_owned(),
        title: "With a credential".to_owned(),
        description: String::new(),
        grant: Grant::ClientCredentials,
        oauth: Some(Oauth {
            token_url: "{token-url}".to_owned(),
            authorize_url: None,
            device_url: None,
            scopes: vec!["{url:origin}/.default".to_owned()],
        }),
        placement: Placement::Bearer,
        hosts: vec!["{url:host}".to_owned()],
        settings: r#"{"type":"object","required":["url","token-url"],"properties":{
            "url":{"type":"string"},"token-url":{"type":"string"}}}"#
            .to_owned(),
        secrets: r#"{"type":"object","required":["client-id","client-secret"],"properties":{
            "client-id":{"type":"string"},"client-secret":{"type":"string"}}}"#
            .to_owned(),
    }
}

fn with_sign_in() -> ConnectionKind {
    ConnectionKind {
        name: "authorization-code".to_owned(),
        title: "With a person's sign-in".to_owned(),
        grant: Grant::AuthorizationCode,
        oauth: Some(Oauth {
            token_url: "{token-url}".to_owned(),
            authorize_url: Some("{token-url:origin}/authorize".to_owned()),
            device_url: None,
            scopes: vec!["{url:origin}/.default offline_access".to_owned()],
        }),
        ..with_credential()
    }
}

fn without_credential() -> ConnectionKind {
    ConnectionKind {
        name: "none".to_owned(),
        title: "Without a credential".to_owned(),
        description: String::new(),
        grant: Grant::None,
        oauth: None,
        placement: Placement::Nowhere,
        hosts: vec!["{url:host}".to_owned()],
        settings: r#"{"type":"object","required":["url"],"properties":{"url":{"type":"string"}}}"#
            .to_owned(),
        secrets: r#"{"type":"object","properties":{}}"#.to_owned(),
    }
}

fn action(name: &str, traits: Traits) -> Action {
    Action {
        name: name.to_owned(),
        aliases: Vec::new(),
        title: name.to_owned(),
        description: String::new(),
        group: "Guest".to_owned(),
        input: r#"{"type":"object"}"#.to_owned(),
        output: "true".to_owned(),
        traits,
        dialect: None,
    }
}
