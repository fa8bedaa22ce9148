//! `airlock subscription …`, `airlock watch`, `airlock listen`

use super::duration::duration;
use super::removal::Sure;
use airlock_runtime::store::{ConnectionName, SubscriptionName};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use std::time::Duration;

/// What to do with subscriptions.
#[derive(Debug, Subcommand)]
pub enum SubscriptionCommand {
    /// Watch for something, and tell a command, an address or an action of it
    #[command(after_help = ADD_HELP)]
    Add(Box<AddSubscription>),
    /// List subscriptions
    #[command(visible_alias = "ls")]
    List,
    /// Show a subscription: what it watches, how far it has come, what waits
    Show {
        /// The subscription
        name: SubscriptionName,
    },
    /// Show what was found, as it is handed over
    Events(SubscriptionEvents),
    /// Let a subscription rest; what waits stays
    Pause {
        /// The subscription
        name: SubscriptionName,
    },
    /// Let a subscription work again
    Resume(ResumeSubscription),
    /// Remove a subscription with everything that was found for it
    #[command(visible_alias = "rm", after_help = super::REMOVE_HELP)]
    Remove {
        /// The subscription
        name: SubscriptionName,
        /// Whether to ask.
        #[command(flatten)]
        sure: Sure,
    },
    /// Hand events over once more, in their order
    Replay(ReplayEvents),
}

/// Shown below `airlock subscription add --help`.
const ADD_HELP: &str = "\
Who is told gets one JSON object for each event: type, timestamp, id, subscription, seq and data. An event may
come more than once, always under the same id; a larger seq is later. `airlock listen` does the work.

Examples:
  airlock subscription add new-leads contoso row-changes --with table=lead -- ./on-lead.sh
  airlock subscription add to-erp contoso row-changes --with table=account --url https://erp.example/hook
  airlock subscription add copy contoso rows-modified --with table=lead --action fabrikam/create-row \\
    --input '{\"table\": \"task\", \"row\": {\"subject\": \"@{triggerBody()?[''data'']?[''id'']}\"}}'";

/// `airlock subscription add`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("consumer").args(["url", "action", "command"])))]
pub struct AddSubscription {
    /// What to call it
    pub name: SubscriptionName,
    /// The connection to watch through
    pub connection: ConnectionName,
    /// The trigger, as `airlock connector inspect` names it
    pub trigger: String,
    /// What to watch.
    #[command(flatten)]
    pub watched: Watched,
    /// How often to poll; as the trigger has it, unless said otherwise
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub every: Option<Duration>,
    /// Without news poll ever more seldom, up to this
    #[arg(long, value_name = "TIME", value_parser = duration, requires = "every")]
    pub at_most: Option<Duration>,
    /// Begin with what happened since this RFC 3339 time, in place of now
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// When the service does not tell any more what happened: resynchronise, or stop
    #[arg(
        long,
        value_name = "WHAT",
        default_value = "resynchronise",
        hide_possible_values = true
    )]
    pub on_expired: WhenExpired,
    /// Try an event so often before it becomes a dead letter
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub attempts: u32,
    /// Wait so long after the first failure; each further wait is four times as long, up to six hours
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "5s")]
    pub retry_after: Duration,
    /// Send events to this address, signed as Standard Webhooks has it
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The variable that holds the signing secret (whsec_…); a new one is made and shown once, unless it is named
    #[arg(long, value_name = "VARIABLE", requires = "url")]
    pub signing_secret_env: Option<String>,
    /// Run this action with each event
    #[arg(long, value_name = "CONNECTION/ACTION", requires = "input")]
    pub action: Option<String>,
    /// The action's input, as JSON; `@{…}` in it is an expression, `triggerBody()` the event
    #[arg(long, value_name = "JSON", requires = "action")]
    pub input: Option<String>,
    /// Run this command with each event on its standard input; without it, a URL or an action, events are only kept
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// What a trigger watches.
#[derive(Debug, Args)]
pub struct Watched {
    /// A field of the trigger's configuration; repeat for more
    #[arg(long = "with", value_name = "NAME=VALUE")]
    pub with: Vec<String>,
    /// The configuration as a JSON file; - is standard input. --with adds to it
    #[arg(long, value_name = "FILE")]
    pub with_file: Option<String>,
}

/// What happens when the service does not tell any more what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WhenExpired {
    /// Everything is read anew, and what differs is told.
    Resynchronise,
    /// The subscription stops.
    Stop,
}

/// `airlock subscription resume`.
#[derive(Debug, Args)]
pub struct ResumeSubscription {
    /// The subscription
    pub name: SubscriptionName,
    /// Where to go on: pause (with all that happened since), or now
    #[arg(long, value_name = "WHERE", hide_possible_values = true)]
    pub from: ResumeFrom,
}

/// Where a subscription goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ResumeFrom {
    /// Where it was.
    Pause,
    /// Now.
    Now,
}

/// `airlock subscription events`.
#[derive(Debug, Args)]
pub struct SubscriptionEvents {
    /// The subscription
    pub name: SubscriptionName,
    /// Only those that are: pending, delivered or dead
    #[arg(long, value_name = "STATE", hide_possible_values = true)]
    pub state: Option<StateOfEvent>,
    /// Only those behind this number
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    pub after: i64,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
}

/// What has become of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StateOfEvent {
    /// It waits.
    Pending,
    /// It was handed over.
    Delivered,
    /// It could not be handed over.
    Dead,
}

/// `airlock subscription replay`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).multiple(true).args(["events", "since", "dead", "all"])))]
pub struct ReplayEvents {
    /// The subscription
    pub name: SubscriptionName,
    /// An event, by id or number; repeat for more
    #[arg(long = "event", value_name = "ID")]
    pub events: Vec<String>,
    /// Those found at this RFC 3339 time or later
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Those that could not be handed over
    #[arg(long)]
    pub dead: bool,
    /// All that are kept
    #[arg(long)]
    pub all: bool,
}

/// `airlock watch`.
#[derive(Debug, Args)]
pub struct WatchTrigger {
    /// The connection to watch through
    pub connection: ConnectionName,
    /// The trigger, as `airlock connector inspect` names it
    pub trigger: String,
    /// What to watch.
    #[command(flatten)]
    pub watched: Watched,
    /// How often to look
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "5s")]
    pub every: Duration,
    /// Begin with what happened since this RFC 3339 time, in place of now
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Also give each event to this command line, run by sh, on its standard input
    #[arg(long, value_name = "COMMAND")]
    pub exec: Option<String>,
    /// End once nothing is waiting
    #[arg(long)]
    pub once: bool,
}

/// `airlock listen`.
#[derive(Clone, Copy, Debug, Args)]
pub struct Listen {
    /// End by itself after this time
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub time: Option<Duration>,
}
