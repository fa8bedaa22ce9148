//! The spelling of flags.

/// The flag for a property: `webApiUrl`, `web_api_url` and `WebApiURL` are all `web-api-url`.
pub fn kebab(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut flag = String::with_capacity(name.len() + 4);
    for (at, &character) in characters.iter().enumerate() {
        if !character.is_ascii_alphanumeric() {
            if !flag.ends_with('-') && !flag.is_empty() {
                flag.push('-');
            }
            continue;
        }
        let previous = at.checked_sub(1).and_then(|before| characters.get(before));
        let next = characters.get(at + 1);
        let starts_word = character.is_ascii_uppercase()
            && (previous.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
                || (previous.is_some_and(char::is_ascii_uppercase)
                    && next.is_some_and(char::is_ascii_lowercase)));
        if starts_word && !flag.ends_with('-') && !flag.is_empty() {
            flag.push('-');
        }
        flag.push(character.to_ascii_lowercase());
    }
    flag.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_kebab_case_whatever_their_own_habit() {
        for (name, flag) in [
            ("table", "table"),
            ("nextPage", "next-page"),
            ("web_api_url", "web-api-url"),
            ("WebApiURL", "web-api-url"),
            ("HTTPMethod", "http-method"),
            ("If-Match", "if-match"),
            ("v92Path", "v92-path"),
            ("@odata.bind", "odata-bind"),
            ("x__y_", "x-y"),
        ] {
            assert_eq!(kebab(name), flag, "{name}");
        }
    }
}
