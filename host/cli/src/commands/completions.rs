//! `airlock completions`

use crate::args::{Cli, Completions};
use crate::context::Context;
use crate::problem::Stop;
use clap::CommandFactory as _;

pub(super) fn run(context: &Context, arguments: Completions) -> Result<(), Stop> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "airlock", &mut script);
    context.say(&String::from_utf8_lossy(&script))
}
