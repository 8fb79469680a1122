//! Doctypes by which a page is read as old browsers did: then a table may stand inside a paragraph (HTML, 13.2.6.4.1).

/// Public identifiers that begin so, in lower case.
const OLD: [&str; 54] = [
    "-//advasoft ltd//dtd html 3.0 aswedit + extensions//",
    "-//as//dtd html 3.0 aswedit + extensions//",
    "-//ietf//dtd html 2.0 level 1//",
    "-//ietf//dtd html 2.0 level 2//",
    "-//ietf//dtd html 2.0 strict level 1//",
    "-//ietf//dtd html 2.0 strict level 2//",
    "-//ietf//dtd html 2.0 strict//",
    "-//ietf//dtd html 2.0//",
    "-//ietf//dtd html 2.1e//",
    "-//ietf//dtd html 3.0//",
    "-//ietf//dtd html 3.2 final//",
    "-//ietf//dtd html 3.2//",
    "-//ietf//dtd html 3//",
    "-//ietf//dtd html level 0//",
    "-//ietf//dtd html level 1//",
    "-//ietf//dtd html level 2//",
    "-//ietf//dtd html level 3//",
    "-//ietf//dtd html strict level 0//",
    "-//ietf//dtd html strict level 1//",
    "-//ietf//dtd html strict level 2//",
    "-//ietf//dtd html strict level 3//",
    "-//ietf//dtd html strict//",
    "-//ietf//dtd html//",
    "-//metrius//dtd metrius presentational//",
    "-//microsoft//dtd internet explorer 2.0 html strict//",
    "-//microsoft//dtd internet explorer 2.0 html//",
    "-//microsoft//dtd internet explorer 2.0 tables//",
    "-//microsoft//dtd internet explorer 3.0 html strict//",
    "-//microsoft//dtd internet explorer 3.0 html//",
    "-//microsoft//dtd internet explorer 3.0 tables//",
    "-//netscape comm. corp.//dtd html//",
    "-//netscape comm. corp.//dtd strict html//",
    "-//o'reilly and associates//dtd html 2.0//",
    "-//o'reilly and associates//dtd html extended 1.0//",
    "-//o'reilly and associates//dtd html extended relaxed 1.0//",
    "-//softquad software//dtd hotmetal pro 6.0::19990601::extensions to html 4.0//",
    "-//softquad//dtd hotmetal pro 4.0::19971010::extensions to html 4.0//",
    "-//spyglass//dtd html 2.0 extended//",
    "-//sq//dtd html 2.0 hotmetal + extensions//",
    "-//sun microsystems corp.//dtd hotjava html//",
    "-//sun microsystems corp.//dtd hotjava strict html//",
    "-//w3c//dtd html 3 1995-03-24//",
    "-//w3c//dtd html 3.2 draft//",
    "-//w3c//dtd html 3.2 final//",
    "-//w3c//dtd html 3.2//",
    "-//w3c//dtd html 3.2s draft//",
    "-//w3c//dtd html 4.0 frameset//",
    "-//w3c//dtd html 4.0 transitional//",
    "-//w3c//dtd html experimental 19960712//",
    "-//w3c//dtd html experimental 970421//",
    "-//w3c//dtd w3 html//",
    "-//w3o//dtd w3 html 3.0//",
    "-//webtechs//dtd mozilla html 2.0//",
    "-//webtechs//dtd mozilla html//",
];

/// The same, in whole.
const OLD_IN_WHOLE: [&str; 3] =
    ["-//w3o//dtd w3 html strict 3.0//en//", "-/w3c/dtd html 4.0 transitional/en", "html"];

/// The same, if there is no system identifier.
const OLD_BY_ITSELF: [&str; 2] = ["-//w3c//dtd html 4.01 frameset//", "-//w3c//dtd html 4.01 transitional//"];

const OLD_SYSTEM: &str = "http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd";

/// Whether a doctype, from behind its `<!doctype`, makes its page one for old browsers.
pub(super) fn is_quirky(inside: &str) -> bool {
    let inside = inside.to_ascii_lowercase();
    let rest = inside.trim_ascii_start();
    let name = rest.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
    if name != "html" {
        return true;
    }
    let rest = rest[name.len()..].trim_ascii_start();
    let (public, system) = if let Some(rest) = rest.strip_prefix("public") {
        let Some((public, rest)) = quoted(rest) else { return true };
        (public, if rest.trim_ascii_start().is_empty() { None } else { quoted(rest) })
    } else if let Some(rest) = rest.strip_prefix("system") {
        let Some(system) = quoted(rest) else { return true };
        ("", Some(system))
    } else {
        return !rest.is_empty();
    };
    system.is_some_and(|(system, _)| system == OLD_SYSTEM)
        || OLD_IN_WHOLE.contains(&public)
        || OLD.iter().any(|old| public.starts_with(old))
        || system.is_none() && OLD_BY_ITSELF.iter().any(|old| public.starts_with(old))
}

/// The quoted text at the start, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_ascii_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split_once(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_doctypes_are_known() {
        let strict = r#" PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd""#;
        let loose =
            r#" PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd""#;
        for new in ["", " ", " SYSTEM 'about:legacy-compat'", strict, loose] {
            assert!(!is_quirky(&format!(" HTML{new}")), "{new}");
        }
        let transitional = r#" PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN""#;
        let third = " public '-//W3C//DTD HTML 3.2 Final//EN'";
        for old in [transitional, third, " PUBLIC", " SYSTEM", " x", " PUBLIC 'html'"] {
            assert!(is_quirky(&format!("html{old}")), "{old}");
        }
        assert!(is_quirky("") && is_quirky(" svg"));
    }
}
