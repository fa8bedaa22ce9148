//! A new column as people describe it, and the definition that it becomes.

use airlock_connector::{
    Error, FieldError,
    nearest::{did_you_mean, nearest},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::actions::metadata::{
    label::localized,
    option::{options, yes_no},
};

/// What a new column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnType {
    /// One line of text.
    Text,
    /// Many lines of text.
    Memo,
    /// Whole number of 32 bits.
    Whole,
    /// Whole number of 64 bits.
    Big,
    /// Number with fixed digits behind the point.
    Decimal,
    /// Number with a floating point.
    Double,
    /// Amount in the row's currency.
    Money,
    /// Yes or no.
    YesNo,
    /// One of several options.
    Choice,
    /// Any of several options.
    Choices,
    /// Date, with or without time.
    Date,
    /// A row of another table.
    Lookup,
    /// An account or a contact.
    Customer,
    /// A file.
    File,
    /// A picture.
    Image,
}

/// Whether forms demand a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Required {
    /// No.
    None,
    /// They recommend one.
    Recommended,
    /// They do.
    #[serde(rename = "required")]
    Demanded,
}

impl Required {
    /// The level as a definition has it.
    pub(super) fn level(self) -> Value {
        json!({"Value": match self {
            Self::None => "None",
            Self::Recommended => "Recommended",
            Self::Demanded => "ApplicationRequired",
        }})
    }
}

/// What an input says of a new column.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewColumn<'a> {
    pub(super) kind: Option<ColumnType>,
    pub(super) required: Option<Required>,
    pub(super) format: Option<&'a str>,
    pub(super) max_length: Option<u32>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) precision: Option<u32>,
    pub(super) behavior: Option<&'a str>,
    pub(super) options: Option<&'a [Value]>,
    pub(super) choice: Option<&'a str>,
    pub(super) default: Option<&'a Value>,
    pub(super) targets: Option<&'a [String]>,
    pub(super) auto_number: Option<&'a str>,
    pub(super) max_size_kb: Option<u64>,
    pub(super) full_image: Option<bool>,
    pub(super) auditing: Option<bool>,
    pub(super) secured: Option<bool>,
}

impl ColumnType {
    /// As the service calls it.
    const fn service(self) -> &'static str {
        match self {
            Self::Text => "String",
            Self::Memo => "Memo",
            Self::Whole => "Integer",
            Self::Big => "BigInt",
            Self::Decimal => "Decimal",
            Self::Double => "Double",
            Self::Money => "Money",
            Self::YesNo => "Boolean",
            Self::Choice => "Picklist",
            Self::Choices => "MultiSelectPicklist",
            Self::Date => "DateTime",
            Self::Lookup | Self::Customer => "Lookup",
            Self::File => "File",
            Self::Image => "Image",
        }
    }

    /// Words for its formats, with the service's.
    const fn formats(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Text => &[
                ("text", "Text"),
                ("email", "Email"),
                ("url", "Url"),
                ("phone", "Phone"),
                ("text-area", "TextArea"),
                ("ticker-symbol", "TickerSymbol"),
                ("json", "Json"),
                ("rich-text", "RichText"),
            ],
            Self::Memo => &[
                ("text-area", "TextArea"),
                ("rich-text", "RichText"),
                ("json", "Json"),
            ],
            Self::Whole => &[
                ("none", "None"),
                ("duration", "Duration"),
                ("time-zone", "TimeZone"),
                ("language", "Language"),
                ("locale", "Locale"),
            ],
            Self::Date => &[("date-only", "DateOnly"), ("date-and-time", "DateAndTime")],
            _ => &[],
        }
    }
}

/// Words for how dates and time zones go together, with the service's.
const BEHAVIORS: [(&str, &str); 3] = [
    ("user-local", "UserLocal"),
    ("date-only", "DateOnly"),
    ("time-zone-independent", "TimeZoneIndependent"),
];

impl NewColumn<'_> {
    pub(super) fn is_lookup(&self) -> bool {
        matches!(self.kind, Some(ColumnType::Lookup | ColumnType::Customer))
    }

    /// Refuses what its type has no use for, and what it needs and lacks. A definition that is whole says
    /// its type itself.
    pub(super) fn check(&self, whole: bool) -> Result<(), Error> {
        use ColumnType as T;
        let Some(kind) = self.kind else {
            return if whole {
                Ok(())
            } else {
                Err(Error::invalid(
                    "/type",
                    "`type` is missing. What the column holds, such as text or money",
                ))
            };
        };
        let numbers = [T::Whole, T::Decimal, T::Double, T::Money].as_slice();
        let given: [(&str, bool, &[T]); 13] = [
            (
                "format",
                self.format.is_some(),
                &[T::Text, T::Memo, T::Whole, T::Date],
            ),
            ("max-length", self.max_length.is_some(), &[T::Text, T::Memo]),
            ("min", self.min.is_some(), numbers),
            ("max", self.max.is_some(), numbers),
            (
                "precision",
                self.precision.is_some(),
                &[T::Decimal, T::Double, T::Money],
            ),
            ("behavior", self.behavior.is_some(), &[T::Date]),
            (
                "options",
                self.options.is_some(),
                &[T::Choice, T::Choices, T::YesNo],
            ),
            ("choice", self.choice.is_some(), &[T::Choice, T::Choices]),
            ("default", self.default.is_some(), &[T::Choice, T::YesNo]),
            ("targets", self.targets.is_some(), &[T::Lookup]),
            ("auto-number", self.auto_number.is_some(), &[T::Text]),
            (
                "max-size-kb",
                self.max_size_kb.is_some(),
                &[T::File, T::Image],
            ),
            ("full-image", self.full_image.is_some(), &[T::Image]),
        ];
        let mut faults: Vec<FieldError> = given
            .iter()
            .filter(|(_, given, kinds)| *given && !kinds.contains(&kind))
            .map(|(name, ..)| {
                FieldError::new(
                    format!("/{name}"),
                    format!("a column of type {} has no `{name}`", word(kind)),
                )
            })
            .collect();
        if matches!(kind, T::Choice | T::Choices)
            && !whole
            && self.options.is_some() == self.choice.is_some()
        {
            faults.push(FieldError::new(
                "/options",
                "which options? Give either `options` of its own or the name of a global `choice`",
            ));
        }
        if kind == T::Lookup && self.targets.is_none_or(<[String]>::is_empty) {
            faults.push(FieldError::new(
                "/targets",
                "`targets` is missing. Tables that the lookup points at",
            ));
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::InvalidInput(faults))
        }
    }

    /// Puts what is said into the definition `body`.
    pub(super) fn put_into(
        &self,
        body: &mut Map<String, Value>,
        language: u64,
    ) -> Result<(), Error> {
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        if let Some(required) = self.required {
            put("RequiredLevel", required.level());
        }
        for (name, value) in [
            (
                "IsAuditEnabled",
                self.auditing.map(|value| json!({ "Value": value })),
            ),
            ("IsSecured", self.secured.map(Value::from)),
        ] {
            value.and_then(|value| put(name, value));
        }
        let Some(kind) = self.kind else {
            return Ok(());
        };
        let service = kind.service();
        put(
            "@odata.type",
            json!(format!("Microsoft.Dynamics.CRM.{service}AttributeMetadata")),
        );
        let is_virtual = matches!(
            kind,
            ColumnType::Choices | ColumnType::File | ColumnType::Image
        );
        put(
            "AttributeType",
            json!(if is_virtual { "Virtual" } else { service }),
        );
        put(
            "AttributeTypeName",
            json!({ "Value": format!("{service}Type") }),
        );
        if let Some(format) = self.format {
            let format = word_in(kind.formats(), format, "/format")?;
            match kind {
                ColumnType::Text => put("FormatName", json!({ "Value": format })),
                _ => put("Format", json!(format)),
            };
        }
        match kind {
            ColumnType::Text => {
                put("MaxLength", json!(self.max_length.unwrap_or(100)));
            }
            ColumnType::Memo => {
                put("MaxLength", json!(self.max_length.unwrap_or(2_000)));
            }
            ColumnType::Money if self.precision.is_some() => {
                // Digits of its own, and not the currency's.
                put("PrecisionSource", json!(0));
            }
            ColumnType::YesNo => {
                let options = match self.options {
                    Some(options) => yes_no(options, language)?,
                    None => {
                        let one = |value: u8, text: &str| json!({"Value": value, "Label": localized(&[(language, text)])});
                        json!({"TrueOption": one(1, "Yes"), "FalseOption": one(0, "No"), "OptionSetType": "Boolean"})
                    }
                };
                put("OptionSet", options);
                if let Some(value) = self.default {
                    put("DefaultValue", value.clone());
                }
            }
            ColumnType::Choice | ColumnType::Choices => {
                if let Some(given) = self.options {
                    put(
                        "OptionSet",
                        json!({
                            "@odata.type": "Microsoft.Dynamics.CRM.OptionSetMetadata",
                            "IsGlobal": false,
                            "OptionSetType": "Picklist",
                            "Options": options(given, language, "/options")?,
                        }),
                    );
                }
                if let Some(value) = self.default {
                    put("DefaultFormValue", value.clone());
                }
            }
            _ => {}
        }
        let number = |value: f64| match kind {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a whole number within 32 bits is asked for"
            )]
            ColumnType::Whole if value.fract() == 0.0 && value.abs() < 1e15 => json!(value as i64),
            _ => json!(value),
        };
        for (name, value) in [
            ("MinValue", self.min.map(number)),
            ("MaxValue", self.max.map(number)),
            ("Precision", self.precision.map(Value::from)),
            ("AutoNumberFormat", self.auto_number.map(Value::from)),
            ("MaxSizeInKB", self.max_size_kb.map(Value::from)),
            ("CanStoreFullImage", self.full_image.map(Value::from)),
        ] {
            value.and_then(|value| put(name, value));
        }
        if let Some(behavior) = self.behavior {
            let behavior = word_in(&BEHAVIORS, behavior, "/behavior")?;
            put("DateTimeBehavior", json!({ "Value": behavior }));
        }
        Ok(())
    }
}

/// What the service calls what a person calls `given`.
fn word_in(
    words: &[(&str, &'static str)],
    given: &str,
    pointer: &str,
) -> Result<&'static str, Error> {
    let found = words.iter().find(|(own, service)| {
        own.eq_ignore_ascii_case(given.trim()) || service.eq_ignore_ascii_case(given.trim())
    });
    found.map(|(_, service)| *service).ok_or_else(|| {
        let names = || words.iter().map(|(own, _)| *own);
        let near = nearest(given, names());
        let hint = if near.is_empty() {
            format!("; there are {}", names().collect::<Vec<_>>().join(", "))
        } else {
            did_you_mean(&near)
        };
        Error::invalid(pointer, format!("`{given}` is not known here{hint}"))
    })
}

fn word(kind: ColumnType) -> String {
    match kind {
        ColumnType::YesNo => "yes-no".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}
