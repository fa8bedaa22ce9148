//! Where to go on: the service's link to the next page, and how it has to be asked for.
//!
//! The service forgets page size and annotations between pages: they are headers, not part of its
//! link. So ours carries them behind `#`, which no request sends on. A bare link of the service,
//! kept from another client, is taken as well.

use crate::webapi::{Annotations, CallOptions};

/// What a caller gives back to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NextPage {
    /// The service's link, byte for byte.
    pub(super) link: String,
    /// Rows per page.
    pub(super) page_size: Option<u32>,
    /// Annotations.
    pub(super) annotations: Annotations,
    /// Addresses, types and links of rows.
    pub(super) full_metadata: bool,
}

impl NextPage {
    /// The page at `link`, asked for as `options` say.
    pub(super) fn new(link: &str, options: &CallOptions) -> Self {
        Self {
            link: link.to_owned(),
            page_size: options.page_size,
            annotations: options.annotations,
            full_metadata: options.full_metadata,
        }
    }

    /// Reads what [`NextPage::to_text`] wrote; what it does not know it leaves out.
    pub(super) fn parse(text: &str) -> Self {
        let (link, memory) = text.split_once('#').unwrap_or((text, ""));
        let mut page = Self {
            link: link.trim().to_owned(),
            page_size: None,
            annotations: Annotations::None,
            full_metadata: false,
        };
        for (name, value) in memory.split('&').filter_map(|pair| pair.split_once('=')) {
            match (name, value) {
                ("page-size", size) => page.page_size = size.parse().ok(),
                ("annotations", "formatted") => page.annotations = Annotations::Display,
                ("annotations", "all") => page.annotations = Annotations::All,
                ("metadata", "full") => page.full_metadata = true,
                _ => {}
            }
        }
        page
    }

    /// As one line of text.
    pub(super) fn to_text(&self) -> String {
        let size = self.page_size.map(|size| format!("page-size={size}"));
        let annotations = match self.annotations {
            Annotations::None => None,
            Annotations::Display => Some("annotations=formatted".to_owned()),
            Annotations::All => Some("annotations=all".to_owned()),
        };
        let metadata = self.full_metadata.then(|| "metadata=full".to_owned());
        let memory: Vec<String> = size
            .into_iter()
            .chain(annotations)
            .chain(metadata)
            .collect();
        if memory.is_empty() {
            return self.link.clone();
        }
        format!("{}#{}", self.link, memory.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str =
        "https://contoso.crm.dynamics.com/api/data/v9.2/leads?$skiptoken=%3Ccookie%2525";

    #[test]
    fn how_to_ask_survives_the_way_through_the_caller() {
        for page_size in [None, Some(3)] {
            for annotations in [Annotations::None, Annotations::Display, Annotations::All] {
                let page = NextPage {
                    link: LINK.to_owned(),
                    page_size,
                    annotations,
                    full_metadata: page_size.is_some(),
                };
                assert_eq!(NextPage::parse(&page.to_text()), page);
            }
        }
    }

    #[test]
    fn a_bare_link_stays_as_it_is() {
        let page = NextPage::parse(LINK);
        assert_eq!((page.link.as_str(), page.page_size), (LINK, None));
        assert_eq!(page.to_text(), LINK);
    }
}
