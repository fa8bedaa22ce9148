//! Room on the disk that holds the data folder.

use super::finding::Finding;
use std::path::Path;

/// Below this a compiled component (about 10 MiB) and the database's journal no longer fit.
const TOO_LITTLE: u64 = 32 << 20;

/// Below this it is time to make room.
const LITTLE: u64 = 256 << 20;

pub(super) fn check(data: &Path) -> Finding {
    // The folder may not be there yet; its disk is that of the nearest folder which is.
    let there = data
        .ancestors()
        .find(|folder| folder.exists())
        .unwrap_or(Path::new("."));
    match rustix::fs::statvfs(there) {
        Ok(about) => judge(
            about.f_bavail.saturating_mul(about.f_frsize),
            about.f_favail,
        ),
        Err(error) => Finding::notable("disk", format!("its free space is not known: {error}")),
    }
}

fn judge(free: u64, files: u64) -> Finding {
    let size = format!("{} MiB free", free >> 20);
    // File systems without a fixed number of files report none at all.
    if free < TOO_LITTLE {
        Finding::bad("disk", format!("only {size}"))
            .advise("make room, or move the data folder: --data-dir DIR")
    } else if free < LITTLE || (1..100).contains(&files) {
        Finding::notable("disk", format!("{size}, {files} files more")).advise("make room soon")
    } else {
        Finding::good("disk", size)
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Status;
    use super::*;

    #[test]
    fn room_is_judged_by_what_a_call_may_need() {
        for (free, files, status) in [
            (0, 0, Status::Bad),
            (100 << 20, 1_000, Status::Notable),
            (10 << 30, 5, Status::Notable),
            (10 << 30, 0, Status::Good),
            (10 << 30, 1_000, Status::Good),
        ] {
            assert_eq!(judge(free, files).status, status, "{free} {files}");
        }
    }
}
