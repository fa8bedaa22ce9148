//! What could stand at the cursor.

use super::line::{At, Line, read};
use super::listed;
use super::meant::{about, connection, connector, kind};
use super::place::{Place, of};
use crate::args::Cli;
use crate::commands::run::with_action;
use crate::context::Context;
use crate::flags::{Property, Shape, properties};
use crate::problem::Stop;
use airlock_runtime::{About, Action, Host};
use clap::{Arg, ArgAction, Command, CommandFactory as _};
use serde_json::{Map, Value};

/// More than anybody looks through.
const MOST: usize = 500;

/// What could stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offer {
    /// Words, each with what it is.
    pub(super) words: Vec<(String, String)>,
    /// A file could stand there too: its beginning.
    pub(super) file: Option<String>,
    /// Whether the word goes on after what is offered.
    pub(super) goes_on: bool,
}

impl Offer {
    fn words(words: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            words: words.into_iter().collect(),
            ..Self::default()
        }
    }

    fn file(begun: &str) -> Self {
        Self {
            file: Some(begun.to_owned()),
            ..Self::default()
        }
    }

    fn going_on(mut self) -> Self {
        self.goes_on = true;
        self
    }

    /// What begins as the word at the cursor does, with `behind` before it.
    fn narrowed(mut self, begun: &str, behind: &str) -> Self {
        self.words.retain(|(word, _)| word.starts_with(begun));
        self.words.truncate(MOST);
        for (word, _) in &mut self.words {
            word.insert_str(0, behind);
        }
        self
    }
}

/// What could stand at the end of `words`; nothing where that cannot be found out.
pub(super) async fn at_the_cursor(context: &Context, words: &[String]) -> Offer {
    let mut command = Cli::command();
    command.build();
    let (line, at) = read(&command, words);
    let found = match line.path.join(" ").as_str() {
        "run" if line.value("action").is_some() => of_an_action(context, words, &line).await,
        _ => of_the_fixed_part(context, &line, at).await,
    };
    found.unwrap_or_default()
}

/// Behind an action stand its own flags as well.
async fn of_an_action(context: &Context, words: &[String], line: &Line) -> Result<Offer, Stop> {
    let host = context.host().await?;
    let Some((connection, about)) = connection(context, &host, line).await? else {
        return Ok(Offer::default());
    };
    let Some(action) = line.value("action").and_then(|name| about.action(name)) else {
        return Ok(Offer::default());
    };
    let (mut command, properties) = with_action(&connection, action);
    command.build();
    let (line, at) = read(&command, words);
    let At::Value { id, behind } = &line.at else {
        return of_the_fixed_part(context, &line, at).await;
    };
    let form = filled_in(&line, &properties);
    let asked = listed::Asked {
        context,
        host: &host,
        connection: &connection,
        form: &form,
    };
    if let Some(name) = id.strip_prefix("input:")
        && let Some(property) = properties.iter().find(|property| property.name == name)
    {
        return Ok(of_a_property(&asked, property, &line.begun, behind).await);
    }
    if let Some(name) = id.strip_prefix("pairs:")
        && let Some(property) = properties.iter().find(|property| property.name == name)
    {
        return Ok(of_pairs(&asked, action, property, &line.begun, behind).await);
    }
    of_the_fixed_part(context, &line, at).await
}

/// What of an action's input was typed already.
fn filled_in(line: &Line, properties: &[Property]) -> Value {
    let mut form = Map::new();
    for property in properties {
        let typed = line.value(&format!("input:{}", property.name));
        if let Some(value) = typed.and_then(|typed| property.shape.parse(typed).ok()) {
            form.insert(property.name.clone(), value);
        }
    }
    Value::Object(form)
}

async fn of_a_property(
    asked: &listed::Asked<'_>,
    property: &Property,
    begun: &str,
    behind: &str,
) -> Offer {
    if begun.starts_with('@') {
        return Offer::file(begun);
    }
    // Of a list the last item is at the cursor.
    let (behind, begun) = match (&property.shape, begun.rsplit_once(',')) {
        (Shape::List(_), Some((items, item))) => (format!("{behind}{items},"), item),
        _ => (behind.to_owned(), begun),
    };
    let item = match &property.shape {
        Shape::List(item) => item,
        shape => shape,
    };
    let offer = match (item, &property.source) {
        (Shape::Enum(choices), _) => Offer::words(
            choices
                .iter()
                .map(|choice| (choice.typed(), choice.help.clone().unwrap_or_default())),
        ),
        (Shape::Boolean, _) => {
            Offer::words(["true", "false"].map(|word| (word.to_owned(), String::new())))
        }
        (_, Some(source)) => Offer::words(listed::choices(asked, source).await),
        _ => Offer::default(),
    };
    let offer = match property.shape {
        Shape::List(_) => offer.going_on(),
        _ => offer,
    };
    offer.narrowed(begun, &behind)
}

/// Names before a `=`: a row's columns.
async fn of_pairs(
    asked: &listed::Asked<'_>,
    action: &Action,
    property: &Property,
    begun: &str,
    behind: &str,
) -> Offer {
    if let Some((_, value)) = begun.split_once('=') {
        return match value.starts_with('@') {
            true => Offer::file(value),
            false => Offer::default(),
        };
    }
    let names = match &property.source {
        Some(source) => listed::choices(asked, source).await,
        None => listed::names(asked, &action.name, &property.name).await,
    };
    let names = names
        .into_iter()
        .map(|(name, help)| (format!("{name}="), help));
    Offer::words(names).going_on().narrowed(begun, behind)
}

async fn of_the_fixed_part(context: &Context, line: &Line, at: &Command) -> Result<Offer, Stop> {
    let offer = match &line.at {
        At::Nothing => Offer::default(),
        At::Command => Offer::words(commands(at)),
        At::Flag => Offer::words(flags(at, line)),
        At::Value { id, behind } => {
            let argument = at
                .get_arguments()
                .find(|argument| argument.get_id() == id.as_str());
            let legal = argument.map(legal).unwrap_or_default();
            let offer = match legal.is_empty() {
                true => named(context, line, id).await?,
                false => Offer::words(legal),
            };
            return Ok(offer.narrowed(&line.begun, behind));
        }
    };
    Ok(offer.narrowed(&line.begun, ""))
}

fn commands(command: &Command) -> Vec<(String, String)> {
    command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(|command| {
            let about = command.get_about().map(ToString::to_string);
            (command.get_name().to_owned(), about.unwrap_or_default())
        })
        .collect()
}

/// Flags that can still be given.
fn flags(command: &Command, line: &Line) -> Vec<(String, String)> {
    let again = |argument: &Arg| {
        matches!(argument.get_action(), ArgAction::Append | ArgAction::Count)
            || !line.given.contains_key(argument.get_id().as_str())
    };
    command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set() && again(argument))
        .filter_map(|argument| {
            let help = argument.get_help().map(ToString::to_string);
            Some((
                format!("--{}", argument.get_long()?),
                help.unwrap_or_default(),
            ))
        })
        .collect()
}

fn legal(argument: &Arg) -> Vec<(String, String)> {
    argument
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| {
            let help = value.get_help().map(ToString::to_string);
            (value.get_name().to_owned(), help.unwrap_or_default())
        })
        .collect()
}

/// What is kept under names.
async fn named(context: &Context, line: &Line, id: &str) -> Result<Offer, Stop> {
    let place = of(&line.path.join(" "), id);
    match place {
        Place::Unknown => return Ok(Offer::default()),
        Place::File => return Ok(Offer::file(&line.begun)),
        Place::SecretPair if line.begun.contains('=') => {
            let path = line.begun.split_once('=').map_or("", |(_, path)| path);
            return Ok(match id {
                "secret_files" => Offer::file(path),
                _ => Offer::default(),
            });
        }
        _ => {}
    }
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let mut words = Vec::new();
    if matches!(place, Place::Connection | Place::ConnectionOrConnector) {
        for known in host.connections(tenant).await? {
            let what = format!("{} through {}", known.kind, known.connector);
            words.push((known.name.to_string(), what));
        }
    }
    if matches!(
        place,
        Place::Connector | Place::ConnectionOrConnector | Place::ConnectorOrFile
    ) {
        for known in host.connectors(tenant).await? {
            words.push((known.name.to_string(), known.title));
        }
    }
    let offer = match place {
        Place::ConnectorOrFile => Offer {
            file: Some(line.begun.clone()).filter(|_| words.is_empty()),
            words,
            goes_on: false,
        },
        Place::Tenant => Offer::words(
            host.tenants()
                .await?
                .into_iter()
                .map(|tenant| (tenant.to_string(), String::new())),
        ),
        Place::Run => Offer::words(listed::runs(&host, tenant).await),
        Place::Subscription => Offer::words(listed::subscriptions(&host, tenant).await),
        Place::Kind => match connector(context, &host, line).await? {
            Some(about) => Offer::words(
                about
                    .connections
                    .iter()
                    .filter(|kind| kind.grant.is_served())
                    .map(|kind| (kind.name.clone(), kind.title.clone())),
            ),
            None => Offer::default(),
        },
        Place::Setting | Place::Secret | Place::SecretPair => {
            of_a_kind(context, &host, line, place).await?
        }
        Place::Action | Place::Source | Place::Form => match about(context, &host, line).await? {
            Some(about) => of_a_manifest(&about, line, place),
            None => Offer::default(),
        },
        _ => Offer::words(words),
    };
    Ok(offer)
}

/// Names of settings and secrets, of the kind that the line names or that its connection has.
async fn of_a_kind(
    context: &Context,
    host: &Host,
    line: &Line,
    place: Place,
) -> Result<Offer, Stop> {
    let Some((kind, _)) = kind(context, host, line).await? else {
        return Ok(Offer::default());
    };
    let schema = match place {
        Place::Setting => &kind.settings,
        _ => &kind.secrets,
    };
    let names = properties(schema, &[])
        .into_iter()
        .map(|property| (property.name, property.help));
    Ok(match place {
        Place::Secret => Offer::words(names),
        _ => Offer::words(names.map(|(name, help)| (format!("{name}="), help))).going_on(),
    })
}

fn of_a_manifest(about: &About, line: &Line, place: Place) -> Offer {
    let actions = about.actions.iter();
    match place {
        Place::Action => {
            let own = about.actions_of(None);
            Offer::words(own.map(|action| (action.name.clone(), action.title.clone())))
        }
        Place::Form => {
            let named = line.value("action").and_then(|name| about.action(name));
            let fields = named
                .map(|action| properties(&action.input, &[]))
                .unwrap_or_default();
            Offer::words(
                fields
                    .into_iter()
                    .map(|property| (format!("{}=", property.name), property.help)),
            )
            .going_on()
        }
        _ => {
            let mut sources: Vec<String> = actions
                .flat_map(|action| properties(&action.input, &[]))
                .filter_map(|property| property.source)
                .collect();
            sources.sort();
            sources.dedup();
            Offer::words(sources.into_iter().map(|source| (source, String::new())))
        }
    }
}
