//! How many files this process may have open: every socket is one. I/O edge.

/// Where the system does not say: what most systems begin with.
#[cfg(any(test, not(unix)))]
const USUAL: u64 = 1_024;

/// How many files this process may have open at once.
pub(crate) fn limit() -> u64 {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        // Without a number there is no limit.
        getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
    }
    #[cfg(not(unix))]
    USUAL
}

/// Lets this process have as many files open as its user may, which is often a thousand times what it
/// begins with. To be called at the start of a program, before it opens a host: what each tenant may use
/// is a part of the limit at that moment. Answers how many that are.
pub fn raise_open_files() -> u64 {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut wanted = getrlimit(Resource::Nofile);
        if wanted.current != wanted.maximum {
            wanted.current = wanted.maximum;
            // Where that is refused, what there was has to do.
            let _ = setrlimit(Resource::Nofile, wanted);
        }
    }
    limit()
}

/// What one tenant may have in flight of `files`: an eighth, and as many again between two requests, so that
/// four at their limits leave room for each other and for what else is open.
pub(crate) fn part(files: u64) -> usize {
    const TENANTS: u64 = 8;
    const LEAST: u64 = 16;
    const ELSEWHERE: u64 = 64;
    let part = files.saturating_sub(ELSEWHERE) / TENANTS;
    usize::try_from(part.max(LEAST)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_tenants_at_their_limits_leave_files_for_what_else_is_open() {
        for files in [USUAL, 4_096, 524_288] {
            let both = 2 * part(files) as u64;
            assert!(4 * both <= files - 64, "{files}: {both}");
        }
        assert_eq!(part(0), 16);
        assert!(part(u64::MAX) > 1 << 40);
    }

    #[cfg(unix)]
    #[test]
    fn the_limit_is_raised_as_far_as_it_goes() {
        let raised = raise_open_files();
        assert!(raised > 0);
        assert_eq!(raise_open_files(), raised);
    }
}
