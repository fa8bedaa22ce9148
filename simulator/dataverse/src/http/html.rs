//! Pages for people: escaping, one plain layout, and headers that let a page load nothing from anywhere.

use http::StatusCode;

use super::Response;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:#2563eb}\
body{font:15px/1.5 system-ui,sans-serif;margin:0;padding:2rem 1rem}\
main{max-width:26rem;margin:auto}main.wide{max-width:76rem}\
h1{font-size:1.3rem;margin:0 0 1rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}\
form{margin:0 0 .6rem}label{display:block;margin:.8rem 0}\
input[type=text],input[type=password]{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;\
border:1px solid var(--line);border-radius:4px}\
button{font:inherit;padding:.5rem 1.2rem;border:1px solid var(--line);border-radius:4px;cursor:pointer}\
button.main{background:var(--accent);border-color:var(--accent);color:#fff}\
.error{border-left:3px solid #dc2626;padding:.4rem .8rem;background:#dc262618}\
.note{opacity:.75;font-size:.85rem}ul{padding-left:1.2rem}\
table{border-collapse:collapse;width:100%;font-size:.9rem}\
th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}\
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}\
td.path{font-family:ui-monospace,monospace;word-break:break-all}\
.columns{columns:18rem;column-gap:2rem}.bad{color:#dc2626}code{font-family:ui-monospace,monospace}";

/// Text that may stand in an element or a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A narrow page, as for signing in. `body` is HTML.
pub fn page(status: StatusCode, title: &str, body: &str) -> Response {
    document(status, title, "", body, "")
}

/// A page as wide as tables want. `body` is HTML.
pub fn wide_page(title: &str, body: &str) -> Response {
    document(StatusCode::OK, title, " class=\"wide\"", body, "")
}

/// A page that sends its first form by itself. `body` is HTML.
pub fn posting_page(title: &str, body: &str) -> Response {
    let script = "<script>document.forms[0].submit()</script>";
    document(
        StatusCode::OK,
        title,
        "",
        &format!("{body}{script}"),
        "; script-src 'unsafe-inline'",
    )
}

fn document(status: StatusCode, title: &str, class: &str, body: &str, policy: &str) -> Response {
    let text = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{}</title><style>{STYLE}</style></head><body><main{class}>{body}</main>\
         </body></html>",
        escape(title)
    );
    Response::of_type(status, "text/html; charset=utf-8", text)
        .with_header("cache-control", "no-store, no-cache")
        .with_header("x-frame-options", "DENY")
        .with_header("referrer-policy", "no-referrer")
        .with_header(
            "content-security-policy",
            &format!(
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'{policy}"
            ),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_caller_wrote_becomes_markup() {
        assert_eq!(
            escape("<a b='c' d=\"e\">&"),
            "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;"
        );
    }
}
