//! `airlock complete`: what completion scripts ask at each press of the tab key.
//!
//! It answers or it answers nothing: whatever goes wrong is no reason to write into the line that a person
//! types. `line` finds out what stands at the cursor, `offer` what could stand there, `listed` asks the
//! connection for it, briefly, and `shell` writes it down for the shell.

mod line;
mod listed;
mod meant;
mod offer;
mod place;
mod shell;

use crate::args::{Complete, last_value};
use crate::context::Context;
use crate::problem::Stop;
use offer::Offer;
use std::ffi::OsString;

pub(super) async fn run(context: &Context, asked: Complete) -> Result<(), Stop> {
    let words: Vec<String> = asked
        .words
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let typed = shell::read(asked.shell, words);
    let offer = match in_place_of(context, &typed.words) {
        Some(context) => offer::at_the_cursor(&context, &typed.words).await,
        None => Offer::default(),
    };
    context.say(&shell::reply(asked.shell, &typed, &offer))
}

/// The settings of the line that is typed, in place of this command's own.
fn in_place_of(context: &Context, typed: &[String]) -> Option<Context> {
    let words: Vec<OsString> = typed.iter().map(OsString::from).collect();
    let mut globals = context.globals.clone();
    // The word at the cursor is not finished, and so is no value yet.
    let (_, finished) = words.split_last()?;
    if let Some(tenant) = last_value(finished, "tenant") {
        globals.tenant = tenant.to_str()?.parse().ok()?;
    }
    if let Some(folder) = last_value(finished, "data-dir") {
        globals.data_dir = Some(folder.into());
    }
    if let Some(file) = last_value(finished, "config") {
        globals.config = Some(file.into());
    }
    globals.quiet = true;
    Some(Context {
        words,
        globals,
        term: context.term,
        console: crate::console::Console::new(true, false),
        hosts: context.hosts.clone(),
    })
}
