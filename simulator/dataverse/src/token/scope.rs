//! The `scope` parameter: one resource, what is asked of it, and the OpenID words.
//!
//! A scope is the resource and a permission joined by a slash; a resource that ends with a slash therefore shows two.
//! Permissions without a resource belong to Microsoft Graph, as in Entra.

use serde::{Deserialize, Serialize};

use super::EntraError;

/// The resource meant when none is named.
pub(super) const GRAPH: &str = "https://graph.microsoft.com";
/// All that is allowed already.
const DEFAULT: &str = ".default";
/// Words of OpenID Connect.
const OPEN_ID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// What a token is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Scopes {
    /// The resource as written, with its final slash if it has one.
    pub(super) resource: Option<String>,
    /// Permissions on it, `.default` among them.
    pub(super) permissions: Vec<String>,
    /// OpenID words.
    pub(super) open_id: Vec<String>,
}

impl Scopes {
    /// Understands a list.
    pub(super) fn parse(text: &str) -> Result<Self, EntraError> {
        let mut scopes = Self::default();
        for word in text.split_ascii_whitespace() {
            if OPEN_ID.contains(&word) {
                scopes.open_id.push(word.to_owned());
                continue;
            }
            let (resource, permission) = word.rsplit_once('/').unwrap_or((GRAPH, word));
            let is_name = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
            if permission.is_empty() || !permission.chars().all(is_name) || !is_resource(resource) {
                return Err(EntraError::scope(word));
            }
            match &scopes.resource {
                Some(known) if known != resource => return Err(EntraError::scope_of_two()),
                _ => scopes.resource = Some(resource.to_owned()),
            }
            if !scopes.permissions.iter().any(|known| known == permission) {
                scopes.permissions.push(permission.to_owned());
            }
        }
        if scopes.is_default() && scopes.permissions.len() > 1 {
            return Err(EntraError::scope_default_with_others());
        }
        Ok(scopes)
    }

    /// An application's scope: `.default` of one resource and nothing else.
    pub(super) fn parse_default(text: &str) -> Result<Self, EntraError> {
        let mut words = text.split_ascii_whitespace();
        let first = words.next().unwrap_or_default();
        if words.next().is_some() {
            return Err(EntraError::scope_of_two());
        }
        if first.strip_suffix("/.default").is_none() {
            return Err(EntraError::scope_not_default(first));
        }
        Self::parse(first)
    }

    /// Whether it asks for all that is allowed already.
    pub(super) fn is_default(&self) -> bool {
        self.permissions.iter().any(|one| one == DEFAULT)
    }

    /// Whether an OpenID word is among them.
    pub(super) fn has(&self, word: &str) -> bool {
        self.open_id.iter().any(|known| known == word)
    }

    /// The resource, Graph when none was named.
    pub(super) fn resource(&self) -> &str {
        self.resource.as_deref().unwrap_or(GRAPH)
    }

    /// Permissions by name, with `.default` replaced by what it stands for.
    pub(super) fn named(&self, default: &str) -> Vec<String> {
        let named: Vec<String> = self
            .permissions
            .iter()
            .map(|name| if name == DEFAULT { default } else { name }.to_owned())
            .collect();
        if named.is_empty() {
            vec![default.to_owned()]
        } else {
            named
        }
    }

    /// The list as a token response gives it: permissions in full, and `.default` where it was asked for.
    pub(super) fn granted(&self, default: &str) -> String {
        let mut words: Vec<String> = self
            .open_id
            .iter()
            .filter(|word| *word != "offline_access")
            .cloned()
            .collect();
        let named = self.named(default);
        words.extend(
            named
                .iter()
                .map(|name| format!("{}/{name}", self.resource())),
        );
        if self.is_default() {
            words.push(format!("{}/{DEFAULT}", self.resource()));
        }
        words.join(" ")
    }
}

fn is_resource(resource: &str) -> bool {
    resource.contains("://") || uuid::Uuid::try_parse(resource).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_and_a_permission_are_joined_by_a_slash() {
        let scopes =
            Scopes::parse("openid https://a.example/user_impersonation offline_access").unwrap();
        assert_eq!(scopes.resource(), "https://a.example");
        assert_eq!(scopes.permissions, ["user_impersonation"]);
        assert!(scopes.has("openid") && scopes.has("offline_access") && !scopes.has("email"));
        let slashed = Scopes::parse("https://globaldisco.example//user_impersonation").unwrap();
        assert_eq!(slashed.resource(), "https://globaldisco.example/");
        assert_eq!(
            slashed.granted("user_impersonation"),
            "https://globaldisco.example//user_impersonation"
        );
    }

    #[test]
    fn names_alone_belong_to_graph() {
        assert_eq!(Scopes::parse("User.Read").unwrap().resource(), GRAPH);
        assert_eq!(Scopes::parse("openid").unwrap().resource(), GRAPH);
    }

    #[test]
    fn default_is_answered_with_what_it_stands_for() {
        let scopes = Scopes::parse("https://a.example/.default").unwrap();
        assert_eq!(
            scopes.granted("user_impersonation"),
            "https://a.example/user_impersonation https://a.example/.default"
        );
    }

    #[test]
    fn each_mistake_has_its_number() {
        for (scope, number) in [
            ("https://a.example/x https://b.example/x", 700_022),
            ("nonsense/x", 70_011),
            ("https://a.example/", 70_011),
            ("https://a.example/.default https://a.example/x", 70_011),
        ] {
            assert_eq!(Scopes::parse(scope).unwrap_err().number, number, "{scope}");
        }
        assert_eq!(
            Scopes::parse_default("openid").unwrap_err().number,
            1_002_012
        );
    }
}
