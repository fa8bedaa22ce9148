//! What `airlock connection add` asks a person for. Pure but for [`Ask`]: where nobody can be asked, the
//! same rules say what is missing.
//!
//! An answer is judged at once and asked for again with what is wrong with it; what was typed as a flag is
//! never asked for.

use super::kinds;
use crate::flags::{Property, properties};
use crate::output::clean;
use crate::problem::{Code, Problem};
use crate::prose::wrap;
use crate::secrets::{Ask, NEEDED};
use crate::suggest;
use airlock_runtime::egress::EgressConfig;
use airlock_runtime::store::{ConnectionName, ConnectorName};
use airlock_runtime::{About, ConnectionKind, is_address, judge_address};
use serde_json::{Map, Value};

/// How wide explanations are.
const WIDTH: u16 = 80;

/// What the tenant has already.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Names of connections, which are taken.
    pub(super) connections: Vec<ConnectionName>,
    /// Connectors with their titles.
    pub(super) connectors: Vec<(ConnectorName, String)>,
}

/// The connection's name and its connector.
pub(super) fn beginning(
    ask: &mut dyn Ask,
    name: Option<ConnectionName>,
    connector: Option<ConnectorName>,
    known: &Known,
) -> Result<(ConnectionName, ConnectorName), Problem> {
    // What is taken or not there is said before anybody answers anything.
    if let Some(name) = &name {
        free(name, known)?;
    }
    let connector = match (connector, known.connectors.as_slice()) {
        (Some(connector), _) => Some(connector),
        (None, [(only, _)]) => Some(only.clone()),
        (None, []) => {
            return Err(Problem::input("there is no connector yet")
                .coded(Code::NoSuchConnector)
                .advise("add one with: airlock connector add FILE.wasm"));
        }
        (None, _) => None,
    };
    let name_is_known = name.is_some();
    let name = match name {
        Some(name) => Some(name),
        None => ask_name(ask, known)?,
    };
    let connector = match connector {
        Some(connector) => Some(connector),
        // Whoever could not be asked for the name cannot be asked for this.
        None if name.is_some() => ask_connector(ask, known)?,
        None => None,
    };
    match (name, connector) {
        (Some(name), Some(connector)) => Ok((name, connector)),
        (_, connector) => Err(nobody_to_ask(name_is_known, connector.is_some(), known)),
    }
}

fn nobody_to_ask(name: bool, connector: bool, known: &Known) -> Problem {
    let missing: Vec<&str> = [(name, "NAME"), (connector, "--connector")]
        .into_iter()
        .filter_map(|(given, what)| (!given).then_some(what))
        .collect();
    let problem = Problem::input(format!("missing: {}", missing.join(", ")))
        .coded(Code::Usage)
        .advise(
            "airlock connection add NAME --connector CONNECTOR --kind KIND --setting NAME=VALUE …",
        );
    let names: Vec<&str> = known
        .connectors
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    match connector {
        true => problem,
        false => problem.advise(format!("connectors: {}", names.join(", "))),
    }
}

fn free(name: &ConnectionName, known: &Known) -> Result<(), Problem> {
    if !known.connections.contains(name) {
        return Ok(());
    }
    Err(
        Problem::input(format!("there is a connection \"{name}\" already"))
            .coded(Code::Exists)
            .advise(format!(
                "choose another name, change that one: airlock connection update {name}, or remove it: airlock connection remove {name}"
            )),
    )
}

fn ask_name(ask: &mut dyn Ask, known: &Known) -> Result<Option<ConnectionName>, Problem> {
    loop {
        let Some(typed) = ask.line("Name of the connection: ")? else {
            return Ok(None);
        };
        if typed.is_empty() {
            ask.tell(NEEDED);
            continue;
        }
        match typed.parse::<ConnectionName>() {
            Ok(name) => match free(&name, known) {
                Ok(()) => return Ok(Some(name)),
                Err(taken) => ask.tell(&taken.message),
            },
            Err(wrong) => ask.tell(&clean(&wrong.to_string())),
        }
    }
}

fn ask_connector(ask: &mut dyn Ask, known: &Known) -> Result<Option<ConnectorName>, Problem> {
    let options: Vec<(String, String)> = known
        .connectors
        .iter()
        .map(|(name, title)| (name.to_string(), title.clone()))
        .collect();
    let chosen = choose(ask, "Connector", &options)?;
    Ok(chosen
        .and_then(|at| known.connectors.get(at))
        .map(|(name, _)| name.clone()))
}

/// The kind of connection: the one that was named, the only one, or the one that is chosen.
pub(super) fn kind<'a>(
    ask: &mut dyn Ask,
    about: &'a About,
    asked: Option<&str>,
) -> Result<&'a ConnectionKind, Problem> {
    if let Some(kind) = kinds::meant(about, asked)? {
        return Ok(kind);
    }
    let served = kinds::served(about);
    let options: Vec<(String, String)> = served
        .iter()
        .map(|kind| (kind.name.clone(), kind.title.clone()))
        .collect();
    let chosen = match options.is_empty() {
        true => None,
        false => choose(ask, "Kind", &options)?,
    };
    chosen
        .and_then(|at| served.get(at).copied())
        .ok_or_else(|| kinds::missing(about))
}

/// Asks for one of several, by number or by name.
fn choose(
    ask: &mut dyn Ask,
    what: &str,
    options: &[(String, String)],
) -> Result<Option<usize>, Problem> {
    let mut told = false;
    loop {
        if !told {
            for (at, (name, title)) in options.iter().enumerate() {
                ask.tell(&format!("  {}  {}  {}", at + 1, clean(name), clean(title)));
            }
            told = true;
        }
        let Some(typed) = ask.line(&format!("{what} (1 to {}, or its name): ", options.len()))?
        else {
            return Ok(None);
        };
        let by_name = options.iter().position(|(name, _)| *name == typed);
        let by_number = typed
            .parse::<usize>()
            .ok()
            .and_then(|number| number.checked_sub(1));
        match by_name.or(by_number).filter(|at| *at < options.len()) {
            Some(at) => return Ok(Some(at)),
            None if typed.is_empty() => ask.tell(NEEDED),
            None => {
                let names = options.iter().map(|(name, _)| name.as_str());
                let hint = suggest::hint(&typed, names);
                ask.tell(&hint.unwrap_or_else(|| format!("there is no \"{}\"", clean(&typed))));
            }
        }
    }
}

/// The settings that are missing, each with its description. Answers whether any was asked for.
pub(super) fn settings(
    ask: &mut dyn Ask,
    kind: &ConnectionKind,
    settings: &mut Map<String, Value>,
    egress: &EgressConfig,
) -> Result<bool, Problem> {
    let mut asked = false;
    for property in properties(&kind.settings, &[]) {
        let rare = (property.advanced || property.deprecated) && !property.required;
        if rare || property.default.is_some() || settings.contains_key(&property.name) {
            continue;
        }
        let schema = kind.settings.get("properties");
        let schema = schema.and_then(|all| all.get(&property.name));
        let schema = schema.unwrap_or(&Value::Null);
        match setting(ask, &property, schema, egress)? {
            Answer::Nobody => return Ok(asked),
            Answer::Left => {}
            Answer::Given(value) => {
                settings.insert(property.name, value);
            }
        }
        asked = true;
    }
    Ok(asked)
}

enum Answer {
    /// There is nobody to ask.
    Nobody,
    /// The person leaves it out.
    Left,
    /// This.
    Given(Value),
}

fn setting(
    ask: &mut dyn Ask,
    property: &Property,
    schema: &Value,
    egress: &EgressConfig,
) -> Result<Answer, Problem> {
    let mut told = false;
    let mut proposed: Option<String> = None;
    loop {
        let name = clean(&property.name);
        let question = match (&proposed, property.required) {
            (Some(address), _) => format!("{name} [{address}]: "),
            (None, true) => format!("{name}: "),
            (None, false) => format!("{name} (Enter leaves it out): "),
        };
        if !told && !property.help.is_empty() {
            ask.tell(&wrap(&clean(&property.help), Some(WIDTH), ""));
            told = true;
        }
        let Some(typed) = ask.line(&question)? else {
            return Ok(Answer::Nobody);
        };
        let typed = match (typed.is_empty(), proposed.take()) {
            (false, _) => typed,
            (true, Some(address)) => address,
            (true, None) if property.required => {
                ask.tell(NEEDED);
                continue;
            }
            (true, None) => return Ok(Answer::Left),
        };
        let address = is_address(schema).then(|| judge_address(&typed, schema, egress));
        match (address, property.shape.parse(&typed)) {
            (Some(Err(fault)), _) => {
                ask.tell(&wrap(
                    &clean(&format!("that {}", fault.message)),
                    Some(WIDTH),
                    "",
                ));
                proposed = fault.instead;
            }
            (_, Err(wrong)) => ask.tell(&format!("{name} {}", clean(&wrong))),
            (_, Ok(value)) => return Ok(Answer::Given(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Unanswered;
    use airlock_runtime::{Grant, Placement};
    use secrecy::SecretString;
    use serde_json::json;
    use std::collections::VecDeque;

    /// A person who gives these answers, then leaves.
    #[derive(Default)]
    struct Person {
        answers: VecDeque<&'static str>,
        there: bool,
        asked: Vec<String>,
        told: Vec<String>,
    }

    impl Person {
        fn saying(answers: &[&'static str]) -> Self {
            Self {
                answers: answers.iter().copied().collect(),
                there: true,
                ..Self::default()
            }
        }
    }

    impl Ask for Person {
        fn stdin(&mut self) -> Result<SecretString, String> {
            Err("not here".into())
        }
        fn file(&mut self, _: &str) -> Result<SecretString, String> {
            Err("not here".into())
        }
        fn variable(&mut self, _: &str) -> Result<SecretString, String> {
            Err("not here".into())
        }
        fn hidden(&mut self, _: &str) -> Result<Option<SecretString>, Unanswered> {
            Err(Unanswered::Cancelled)
        }
        fn line(&mut self, question: &str) -> Result<Option<String>, Unanswered> {
            if !self.there {
                return Ok(None);
            }
            self.asked.push(question.to_owned());
            match self.answers.pop_front() {
                Some(answer) => Ok(Some(answer.to_owned())),
                None => Err(Unanswered::Cancelled),
            }
        }
        fn tell(&mut self, text: &str) {
            self.told.push(text.to_owned());
        }
    }

    fn known(connectors: &[&str]) -> Known {
        Known {
            connections: vec!["taken".parse().unwrap()],
            connectors: connectors
                .iter()
                .map(|name| (name.parse().unwrap(), String::new()))
                .collect(),
        }
    }

    fn kind_of(name: &str, grant: Grant) -> ConnectionKind {
        ConnectionKind {
            name: name.into(),
            title: String::new(),
            description: String::new(),
            grant,
            oauth: None,
            placement: Placement::Bearer,
            hosts: vec![],
            settings: json!({
                "required": ["url", "scopes"],
                "properties": {
                    "url": {"type": "string", "format": "uri", "description": "Where it is."},
                    "scopes": {"type": "string", "default": "{url:origin}/.default"},
                    "pages": {"type": "integer"},
                    "rare": {"type": "string", "x-airlock-advanced": true}
                }
            }),
            secrets: json!({}),
        }
    }

    fn about(kinds: Vec<ConnectionKind>) -> About {
        About {
            name: "dynamics".into(),
            title: String::new(),
            version: "1.0.0".into(),
            description: String::new(),
            connections: kinds,
            actions: vec![],
            triggers: vec![],
        }
    }

    #[test]
    fn names_are_asked_for_until_one_is_free_and_well_formed() {
        let mut person = Person::saying(&["", "Not A Name", "taken", "contoso"]);
        let (name, connector) = beginning(&mut person, None, None, &known(&["dynamics"])).unwrap();
        assert_eq!((name.as_str(), connector.as_str()), ("contoso", "dynamics"));
        assert_eq!(person.told.len(), 3, "{:?}", person.told);
    }

    #[test]
    fn one_of_several_is_chosen_by_number_or_name() {
        for answer in ["2", "other"] {
            let mut person = Person::saying(&["contoso", "3", "0", answer]);
            let (_, connector) =
                beginning(&mut person, None, None, &known(&["dynamics", "other"])).unwrap();
            assert_eq!(connector.as_str(), "other");
        }
        let kinds = vec![
            kind_of("client-credentials", Grant::ClientCredentials),
            kind_of("open", Grant::None),
            kind_of("key", Grant::ApiKey),
        ];
        let about = about(kinds);
        let mut person = Person::saying(&["opne", "open"]);
        assert_eq!(kind(&mut person, &about, None).unwrap().name, "open");
        assert!(person.told.contains(&"did you mean \"open\"?".to_owned()));
        assert!(person.asked[0].contains("1 to 2"), "{:?}", person.asked);
    }

    #[test]
    fn what_no_host_serves_is_refused_before_anything_is_asked() {
        let about = about(vec![
            kind_of("key", Grant::ApiKey),
            kind_of("open", Grant::None),
        ]);
        let mut person = Person::saying(&[]);
        let refused = kind(&mut person, &about, Some("key")).unwrap_err();
        assert_eq!(refused.code, Code::KindNotServed);
        assert_eq!(kind(&mut person, &about, None).unwrap().name, "open");
        assert!(person.asked.is_empty());
    }

    #[test]
    fn an_address_is_judged_at_once_and_the_one_that_was_meant_is_offered() {
        let mut person = Person::saying(&["", "contoso.example", "", "ten", "10"]);
        let mut given = Map::new();
        let kind = kind_of("open", Grant::None);
        assert!(settings(&mut person, &kind, &mut given, &EgressConfig::default()).unwrap());
        assert_eq!(
            Value::Object(given),
            json!({"url": "https://contoso.example", "pages": 10})
        );
        assert!(
            person.asked[2].contains("[https://contoso.example]"),
            "{:?}",
            person.asked
        );
        assert!(person.told[0].contains("Where it is"), "{:?}", person.told);
    }

    #[test]
    fn what_was_typed_and_what_has_a_default_is_not_asked_for() {
        let mut person = Person::saying(&[""]);
        let mut given = Map::new();
        given.insert("url".into(), json!("https://contoso.example"));
        let kind = kind_of("open", Grant::None);
        settings(&mut person, &kind, &mut given, &EgressConfig::default()).unwrap();
        assert_eq!(person.asked, ["pages (Enter leaves it out): "]);
        assert_eq!(given.len(), 1);
    }

    #[test]
    fn without_a_person_what_is_missing_is_named() {
        let mut nobody = Person::default();
        let several = known(&["dynamics", "other"]);
        let problem = beginning(&mut nobody, None, None, &several).unwrap_err();
        assert_eq!(problem.message, "missing: NAME, --connector");
        assert!(problem.advice[1].contains("dynamics, other"), "{problem:?}");
        let problem = beginning(&mut nobody, None, None, &known(&[])).unwrap_err();
        assert_eq!(problem.code, Code::NoSuchConnector);
        let about = about(vec![]);
        assert_eq!(
            kind(&mut nobody, &about, None).unwrap_err().code,
            Code::Usage
        );
    }

    #[test]
    fn leaving_is_a_cancellation() {
        let mut person = Person::saying(&[]);
        let problem = beginning(&mut person, None, None, &known(&["dynamics"])).unwrap_err();
        assert_eq!((problem.code, problem.exit.code()), (Code::Cancelled, 130));
    }
}
