//! Inputs that several actions share, each declared once.
//!
//! Schemas are flat, so shared fields stand in every input itself: [`input!`] adds them to a struct
//! group by group, and beside it the function that turns them into [`crate::webapi::CallOptions`].

/// Declares an input of its own fields, in braces, and of the groups that it shares with others; they
/// stand in the order in which a person should meet them. Each input begins with fields of its own.
///
/// `row_key`: which row. `version`: only if nobody changed it. `returned`: give the row back.
/// `annotations`: what a row that is given carries beside its columns. `checks`: what else the service
/// does when a row is made or changed. `logic`: custom logic to leave out. `caller`: in whose name.
macro_rules! input {
    ($(#[$about:meta])* struct $name:ident { $($own:tt)* } $(+ $part:tt)*) => {
        $crate::actions::input::input! {
            @grow [$(#[$about])* $name] [$($own)*] [$($part)*] $($part)*
        }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt { $($own:tt)* } $($rest:tt)*) => {
        $crate::actions::input::input! { @grow $head [$($fields)* $($own)*] $all $($rest)* }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt row_key $($rest:tt)*) => {
        $crate::actions::input::input! { @grow $head [$($fields)*
            /// Id of the row, a GUID in any usual spelling; its address, such as `accounts(<GUID>)` or that of
            /// its page in the application; or an alternate key as it stands in Web API URLs, such as
            /// `accountnumber='A1'`.
            pub id: Option<String>,
            /// Alternate key, in place of the id: each of its columns with its value.
            #[schemars(extend("x-airlock-pairs" = "by", "x-airlock-choices" = "columns"))]
            pub key: Option<serde_json::Map<String, serde_json::Value>>,
        ] $all $($rest)* }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt version $($rest:tt)*) => {
        $crate::actions::input::input! { @grow $head [$($fields)*
            /// Version tag of the row as it was read (`@odata.etag`): touch it only if nobody has changed
            /// it since.
            pub if_match: Option<String>,
        ] $all $($rest)* }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt returned $($rest:tt)*) => {
        $crate::actions::input::input! { @grow $head [$($fields)*
            /// Also give the row as it is stored afterwards, with what the service itself filled in.
            pub return_row: Option<bool>,
            /// Columns of the row that is given back. Naming some asks for the row.
            #[schemars(extend("x-airlock-choices" = "columns"))]
            pub select: Option<Vec<String>>,
        ] $all $($rest)* }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt annotations $($rest:tt)*) => {
        $crate::actions::input::input! { @grow $head [$($fields)*
            /// Also give each choice, lookup, date and amount as people read it, in properties
            /// named `column@OData.Community.Display.V1.FormattedValue`.
            pub formatted_values: Option<bool>,
            /// Give every annotation that the service knows, not only formatted values.
            #[schemars(extend("x-airlock-advanced" = true))]
            pub all_annotations: Option<bool>,
            /// Also give each row with its address, type and links, in properties such as `@odata.id`.
            #[schemars(extend("x-airlock-advanced" = true))]
            pub full_metadata: Option<bool>,
        ] $all $($rest)* }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt checks $($rest:tt)*) => {
        $crate::actions::input::input! { @grow $head [$($fields)*
            /// Refuse the write when a published duplicate detection rule finds a duplicate. The
            /// Web API does not look for duplicates otherwise.
            pub detect_duplicates: Option<bool>,
            /// Unique name of the unmanaged solution that takes what is made or changed.
            #[schemars(extend("x-airlock-advanced" = true))]
            pub solution: Option<String>,
        ] $all $($rest)* }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt logic $($rest:tt)*) => {
        $crate::actions::input::input! { @grow $head [$($fields)*
            /// Custom business logic to leave out. Needs the privilege
            /// prvBypassCustomBusinessLogic.
            #[schemars(extend("x-airlock-advanced" = true))]
            pub bypass_logic: Option<Vec<$crate::actions::options::Logic>>,
            /// Ids of single plug-in steps to leave out. Needs the same privilege.
            #[schemars(extend("x-airlock-advanced" = true))]
            pub bypass_steps: Option<Vec<String>>,
            /// Do not start the Power Automate flows that wait for this change.
            #[schemars(extend("x-airlock-advanced" = true))]
            pub suppress_flows: Option<bool>,
        ] $all $($rest)* }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt caller $($rest:tt)*) => {
        $crate::actions::input::input! { @grow $head [$($fields)*
            /// Act in the name of this user, by the id of its row in `systemuser`. Needs the
            /// privilege prvActOnBehalfOfAnotherUser.
            #[schemars(extend("x-airlock-advanced" = true))]
            pub impersonate_user_id: Option<String>,
            /// Act in the name of this user, by its object id in Entra ID.
            #[schemars(extend("x-airlock-advanced" = true))]
            pub impersonate_object_id: Option<String>,
        ] $all $($rest)* }
    };
    (@grow [$(#[$about:meta])* $name:ident] [$($fields:tt)*] [$($part:tt)*]) => {
        $(#[$about])*
        #[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct $name { $($fields)* }

        impl $name {
            /// What the shared fields mean.
            fn options(&self) -> Result<$crate::webapi::CallOptions, airlock_connector::Error> {
                let mut options = $crate::webapi::CallOptions::default();
                $($crate::actions::input::apply!($part, self, options);)*
                Ok(options)
            }
        }
    };
}

/// What one group of an input means.
macro_rules! apply {
    ({ $($own:tt)* }, $input:expr, $options:ident) => {};
    // Which row is no option of a request.
    (row_key, $input:expr, $options:ident) => {};
    (version, $input:expr, $options:ident) => {
        $options.precondition = $input
            .if_match
            .as_deref()
            .map($crate::actions::options::version)
    };
    (returned, $input:expr, $options:ident) => {
        $options.return_row =
            $crate::actions::options::returns($input.return_row, $input.select.as_deref())
    };
    (annotations, $input:expr, $options:ident) => {
        $options.annotations =
            $crate::actions::options::annotations($input.all_annotations, $input.formatted_values);
        $options.full_metadata = $input.full_metadata.unwrap_or(false)
    };
    (checks, $input:expr, $options:ident) => {
        $options.detect_duplicates = $input.detect_duplicates.unwrap_or(false);
        $options.solution = $input.solution.clone()
    };
    (logic, $input:expr, $options:ident) => {
        $options.extra.extend($crate::actions::options::bypass(
            $input.bypass_logic.as_deref().unwrap_or_default(),
            $input.bypass_steps.as_deref().unwrap_or_default(),
            $input.suppress_flows.unwrap_or(false),
        )?)
    };
    (caller, $input:expr, $options:ident) => {
        $options.caller = $crate::actions::options::caller(
            $input.impersonate_user_id.as_deref(),
            $input.impersonate_object_id.as_deref(),
        )?
    };
}

pub(crate) use {apply, input};
