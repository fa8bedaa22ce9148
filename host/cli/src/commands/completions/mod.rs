//! `airlock completions`: scripts that ask `airlock complete`. Shells that have none get the fixed part of
//! the command line.

use crate::args::{Cli, Completions};
use crate::context::Context;
use crate::problem::Stop;
use clap::CommandFactory as _;
use clap_complete::Shell;

pub(super) fn run(context: &Context, arguments: Completions) -> Result<(), Stop> {
    let script = match arguments.shell {
        Shell::Bash => include_str!("airlock.bash"),
        Shell::Zsh => include_str!("airlock.zsh"),
        Shell::Fish => include_str!("airlock.fish"),
        other => {
            let mut script = Vec::new();
            clap_complete::generate(other, &mut Cli::command(), "airlock", &mut script);
            return context.say(&String::from_utf8_lossy(&script));
        }
    };
    context.say(script)
}
