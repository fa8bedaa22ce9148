//! `airlock man`

use crate::args::{Cli, Man};
use crate::context::Context;
use crate::problem::{ErrorCode, Exit, Problem, Stop};
use clap::CommandFactory as _;
use serde_json::json;

pub(super) fn run(context: &Context, arguments: &Man) -> Result<(), Stop> {
    let folder = &arguments.folder;
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder));
    written.map_err(|error| {
        Problem::new(
            Exit::Unavailable,
            format!("writing manual pages to {}: {error}", folder.display()),
        )
        .coded(ErrorCode::File)
    })?;
    context.done(
        &format!("manual pages are in {}", folder.display()),
        &json!({ "folder": folder }),
    )
}
