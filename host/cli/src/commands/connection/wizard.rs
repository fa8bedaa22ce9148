//! What `airlock connection add` asks a person for. Pure but for [`Ask`]: where nobody can be asked, the
//! same rules say what is missing.
//!
//! An answer is judged at once and asked for again with what is wrong with it; what was typed as a flag is
//! never asked for.

use super::kinds;
use crate::flags::{Property, properties};
use crate::output::clean;
use crate::problem::{Code, ErrorCode, Problem};
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
                .coded(ErrorCode::NoSuchConnector)
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
            .coded(ErrorCode::Exists)
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
        let schema = kind.settings.get("properties");
        let schema = schema.and_then(|all| all.get(&property.name));
        let schema = schema.unwrap_or(&Value::Null);
        let proposed = usual_address(schema);
        let rare = (property.advanced || property.deprecated) && !property.required;
        let settled = proposed.is_none() && (rare || property.default.is_some());
        if settled || settings.contains_key(&property.name) {
            continue;
        }
        match setting(ask, &property, schema, proposed, egress)? {
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

/// An address that the connector proposes. It is not taken in silence: what the connector's author wrote
/// does not count as named by the person whose connection it is.
fn usual_address(schema: &Value) -> Option<String> {
    let usual = schema.get("default")?.as_str()?;
    (is_address(schema) && !usual.contains('{')).then(|| usual.to_owned())
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
    mut proposed: Option<String>,
    egress: &EgressConfig,
) -> Result<Answer, Problem> {
    let mut told = false;
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
mod tests;
