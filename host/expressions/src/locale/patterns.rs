//! The standard formats of countries, in the letters of .NET. Part of [`super`].
//!
//! Countries that are not in the table write as the first one of their language does; languages that are not, as
//! ISO 8601 does.

/// A country's standard formats.
#[derive(Debug)]
pub(crate) struct Patterns {
    languages: &'static [&'static str],
    country: &'static str,
    pub(crate) short_date: &'static str,
    pub(crate) long_date: &'static str,
    pub(crate) short_time: &'static str,
    pub(crate) long_time: &'static str,
    pub(crate) month_day: &'static str,
    pub(crate) year_month: &'static str,
    pub(crate) currency_first: bool,
    pub(crate) percent_blank: bool,
}

/// A row of the table: language, country, short date, long date, long time, month and day, month and year.
const fn row(
    languages: &'static [&'static str],
    country: &'static str,
    dates: [&'static str; 4],
    times: [&'static str; 2],
    (currency_first, percent_blank): (bool, bool),
) -> Patterns {
    let [short_date, long_date, month_day, year_month] = dates;
    let [short_time, long_time] = times;
    Patterns {
        languages,
        country,
        short_date,
        long_date,
        short_time,
        long_time,
        month_day,
        year_month,
        currency_first,
        percent_blank,
    }
}

const TWELVE: [&str; 2] = ["h:mm tt", "h:mm:ss tt"];
const TWENTY_FOUR: [&str; 2] = ["HH:mm", "HH:mm:ss"];

/// The United States, whose way is the default.
pub(crate) static EN_US: Patterns = row(
    &["en"],
    "US",
    ["M/d/yyyy", "dddd, MMMM d, yyyy", "MMMM d", "MMMM yyyy"],
    TWELVE,
    (true, false),
);

static OTHERS: &[Patterns] = &[
    row(
        &["en"],
        "GB",
        ["dd/MM/yyyy", "dd MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (true, false),
    ),
    row(
        &["en"],
        "AU",
        ["d/MM/yyyy", "dddd, d MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWELVE,
        (true, false),
    ),
    row(
        &["en"],
        "CA",
        ["yyyy-MM-dd", "MMMM d, yyyy", "MMMM d", "MMMM yyyy"],
        TWELVE,
        (true, false),
    ),
    row(
        &["en"],
        "IN",
        ["dd-MM-yyyy", "dd MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (true, false),
    ),
    row(
        &["en"],
        "IE",
        ["dd/MM/yyyy", "dddd d MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (true, false),
    ),
    row(
        &["en"],
        "NZ",
        ["d/MM/yyyy", "dddd, d MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWELVE,
        (true, false),
    ),
    row(
        &["de"],
        "DE",
        ["dd.MM.yyyy", "dddd, d. MMMM yyyy", "d. MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (false, true),
    ),
    row(
        &["de"],
        "CH",
        ["dd.MM.yyyy", "dddd, d. MMMM yyyy", "d. MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (true, false),
    ),
    row(
        &["fr"],
        "FR",
        ["dd/MM/yyyy", "dddd d MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (false, true),
    ),
    row(
        &["fr"],
        "CH",
        ["dd.MM.yyyy", "dddd, d MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (false, true),
    ),
    row(
        &["fr"],
        "CA",
        ["yyyy-MM-dd", "d MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (false, true),
    ),
    row(
        &["es"],
        "ES",
        [
            "dd/MM/yyyy",
            "dddd, d 'de' MMMM 'de' yyyy",
            "d 'de' MMMM",
            "MMMM 'de' yyyy",
        ],
        ["H:mm", "H:mm:ss"],
        (false, true),
    ),
    row(
        &["es"],
        "MX",
        [
            "dd/MM/yyyy",
            "dddd, d 'de' MMMM 'de' yyyy",
            "d 'de' MMMM",
            "MMMM 'de' yyyy",
        ],
        TWENTY_FOUR,
        (true, false),
    ),
    row(
        &["it"],
        "IT",
        ["dd/MM/yyyy", "dddd d MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (false, false),
    ),
    row(
        &["nl"],
        "NL",
        ["d-M-yyyy", "dddd d MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (true, false),
    ),
    row(
        &["da"],
        "DK",
        ["dd-MM-yyyy", "dddd, d. MMMM yyyy", "d. MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (false, true),
    ),
    row(
        &["sv"],
        "SE",
        [
            "yyyy-MM-dd",
            "'den 'd MMMM yyyy",
            "'den 'd MMMM",
            "MMMM yyyy",
        ],
        TWENTY_FOUR,
        (false, true),
    ),
    row(
        &["nb", "no"],
        "NO",
        ["dd.MM.yyyy", "dddd d. MMMM yyyy", "d. MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (false, true),
    ),
    row(
        &["fi"],
        "FI",
        ["d.M.yyyy", "dddd d. MMMM yyyy", "d. MMMM", "MMMM yyyy"],
        ["H.mm", "H.mm.ss"],
        (false, true),
    ),
    row(
        &["pl"],
        "PL",
        ["dd.MM.yyyy", "d MMMM yyyy", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (false, false),
    ),
    row(
        &["cs"],
        "CZ",
        ["dd.MM.yyyy", "dddd d. MMMM yyyy", "d. MMMM", "MMMM yyyy"],
        ["H:mm", "H:mm:ss"],
        (false, true),
    ),
    row(
        &["pt"],
        "BR",
        [
            "dd/MM/yyyy",
            "dddd, d 'de' MMMM 'de' yyyy",
            "d 'de' MMMM",
            "MMMM 'de' yyyy",
        ],
        TWENTY_FOUR,
        (true, false),
    ),
    row(
        &["pt"],
        "PT",
        [
            "dd/MM/yyyy",
            "d 'de' MMMM 'de' yyyy",
            "d 'de' MMMM",
            "MMMM 'de' yyyy",
        ],
        TWENTY_FOUR,
        (false, false),
    ),
    row(
        &["ru"],
        "RU",
        ["dd.MM.yyyy", "d MMMM yyyy 'г.'", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (false, true),
    ),
    row(
        &["tr"],
        "TR",
        ["d.MM.yyyy", "d MMMM yyyy dddd", "d MMMM", "MMMM yyyy"],
        TWENTY_FOUR,
        (true, false),
    ),
    row(
        &["ja"],
        "JP",
        ["yyyy/MM/dd", "yyyy年M月d日", "M月d日", "yyyy年M月"],
        ["H:mm", "H:mm:ss"],
        (true, false),
    ),
    row(
        &["zh"],
        "CN",
        ["yyyy/M/d", "yyyy年M月d日", "M月d日", "yyyy年M月"],
        ["H:mm", "H:mm:ss"],
        (true, false),
    ),
    row(
        &["ko"],
        "KR",
        ["yyyy-MM-dd", "yyyy년 M월 d일 dddd", "M월 d일", "yyyy년 M월"],
        ["tt h:mm", "tt h:mm:ss"],
        (true, false),
    ),
];

static ISO: Patterns = row(
    &[],
    "",
    ["yyyy-MM-dd", "dddd, d MMMM yyyy", "d MMMM", "MMMM yyyy"],
    TWENTY_FOUR,
    (false, false),
);

/// The formats of a country.
pub(super) fn of(language: &str, country: &str) -> &'static Patterns {
    let of_language = |patterns: &&'static Patterns| patterns.languages.contains(&language);
    let all = || std::iter::once(&EN_US).chain(OTHERS).filter(of_language);
    all()
        .find(|patterns| patterns.country == country)
        .or_else(|| all().next())
        .unwrap_or(&ISO)
}

/// The country that is meant when only a language is named.
pub(super) fn home(language: &str) -> &'static str {
    of(language, "").country
}
