//! Files under way: uploads whose parts have not all come, and downloads that are read in blocks.
//!
//! Layer: organisation, in memory only: what is under way ends with the process.

use std::collections::HashMap;

use bytes::Bytes;
use indexmap::IndexMap;
use parking_lot::Mutex;
use uuid::Uuid;

/// How many are under way at most; the oldest is forgotten when one more begins.
const MOST: usize = 256;

/// The column of a row that a file goes to or comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferPlace {
    /// Logical name of the table.
    pub table: String,
    /// The row.
    pub row: Uuid,
    /// Logical name of the column.
    pub column: String,
}

/// What has come, or is to be fetched.
#[derive(Debug)]
pub enum Transferred {
    /// The chunks of a session, one after the other.
    Chunks(Vec<u8>),
    /// Blocks by their ids, in no order yet.
    Blocks(HashMap<String, Bytes>),
    /// A whole file that is fetched in parts.
    Whole(Bytes),
}

/// A file under way.
#[derive(Debug)]
pub struct Transfer {
    /// `systemuserid` of whoever began it.
    pub caller: Uuid,
    /// Where it goes to or comes from.
    pub place: TransferPlace,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub content: Transferred,
}

/// All files under way in an organisation, by their tokens.
#[derive(Debug, Default)]
pub struct Transfers(Mutex<IndexMap<String, Transfer>>);

impl Transfers {
    /// Begins one and tells its token.
    pub fn begin(&self, transfer: Transfer) -> String {
        let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let mut known = self.0.lock();
        if known.len() >= MOST {
            known.shift_remove_index(0);
        }
        known.insert(token.clone(), transfer);
        token
    }

    /// Works on one; `None` for a token that its caller does not have.
    pub fn with<T>(
        &self,
        token: &str,
        caller: Uuid,
        work: impl FnOnce(&mut Transfer) -> T,
    ) -> Option<T> {
        let mut known = self.0.lock();
        let transfer = known
            .get_mut(token)
            .filter(|transfer| transfer.caller == caller)?;
        Some(work(transfer))
    }

    /// Ends one and hands it over.
    pub fn take(&self, token: &str, caller: Uuid) -> Option<Transfer> {
        let mut known = self.0.lock();
        known
            .get(token)
            .filter(|transfer| transfer.caller == caller)?;
        known.shift_remove(token)
    }
}
