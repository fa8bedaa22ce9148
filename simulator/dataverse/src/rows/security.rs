//! Which security roles a user has, directly or through its teams. For sign-in, not for requests.

use uuid::Uuid;

use super::{RowStore, StoreError};

/// Every role of a user, by name.
const ROLES: &str = "\
SELECT role.name FROM systemuserroles AS link JOIN role ON role.roleid = link.roleid WHERE link.systemuserid = ?1 \
UNION \
SELECT role.name FROM teammembership AS member JOIN teamroles AS link ON link.teamid = member.teamid \
JOIN role ON role.roleid = link.roleid WHERE member.systemuserid = ?1";

/// Users who are no applications, by user name.
const PEOPLE: &str = "\
SELECT domainname FROM systemuser WHERE applicationid IS NULL AND domainname IS NOT NULL ORDER BY domainname LIMIT 100";

impl RowStore {
    /// User names of people, a hundred at most.
    pub fn user_names(&self) -> Result<Vec<String>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(PEOPLE)?;
            let names = statement.query_map([], |row| row.get(0))?;
            Ok::<_, StoreError>(names.collect::<Result<_, _>>()?)
        })
    }

    /// Names of the roles of a user.
    pub fn roles(&self, user: Uuid) -> Result<Vec<String>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(ROLES)?;
            let names = statement.query_map([user.as_bytes().as_slice()], |row| {
                Ok(row.get::<_, Option<String>>(0)?.unwrap_or_default())
            })?;
            Ok::<_, StoreError>(names.collect::<Result<_, _>>()?)
        })
    }
}
