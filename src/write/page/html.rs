//! The kept blocks as a page of HTML.

use super::kept;
use crate::split::html::Metadata;
use crate::split::{Role, Unit, Units};
use crate::write::escape::{content, markup};

/// The kept blocks as a page of HTML with nothing but them. As [`text`](fn@super::text).
pub fn html(units: &Units, dropped: &[bool], metadata: &Metadata) -> String {
    let mut out = String::from("<!doctype html>\n<html");
    if let Some(language) = &metadata.language {
        out.push_str(&format!(" lang=\"{}\"", markup(language)));
    }
    out.push_str(">\n<meta charset=\"utf-8\">\n");
    if let Some(title) = &metadata.title {
        out.push_str(&format!("<title>{}</title>\n", content(title)));
    }
    let mut open: Vec<(&'static str, u32)> = Vec::new();
    for unit in kept(units, dropped) {
        let path = structure(units, unit);
        let shared = open.iter().zip(&path).take_while(|(a, b)| a == b).count();
        close(&mut out, &mut open, shared);
        for &(tag, id) in &path[shared..] {
            out.push_str(&format!("<{tag}>"));
            open.push((tag, id));
        }
        let holds_text = path.last().is_some_and(|(tag, _)| !HOLDERS.contains(tag));
        if unit.role == Role::Pre {
            out.push_str(&format!("{}\n", content(unit.rendered())));
        } else {
            let text = content(unit.rendered()).replace('\n', "<br>\n");
            out.push_str(&if holds_text { text } else { format!("<p>{text}</p>\n") });
            if holds_text && !LINES.contains(&path[path.len() - 1].0) {
                close(&mut out, &mut open, path.len() - 1);
            } else if holds_text {
                out.push('\n');
            }
        }
    }
    close(&mut out, &mut open, 0);
    out
}

/// Elements of which the structure is made.
const STRUCTURE: [&str; 23] = [
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "tr",
    "td",
    "th",
    "dl",
    "dt",
    "dd",
    "figure",
    "figcaption",
    "details",
    "summary",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "caption",
];
/// Those that hold no text themselves.
const HOLDERS: [&str; 8] = ["ul", "ol", "blockquote", "table", "tr", "dl", "figure", "details"];
/// Those that hold one block or several.
const LINES: [&str; 5] = ["li", "td", "th", "dd", "pre"];

fn structure(units: &Units, unit: &Unit) -> Vec<(&'static str, u32)> {
    let mut path: Vec<(&'static str, u32)> = units
        .around(unit.container)
        .filter_map(|(id, container)| {
            let tag = units.name(container.named.tag);
            STRUCTURE.into_iter().find(|it| *it == tag).map(|tag| (tag, id))
        })
        .collect();
    path.reverse();
    path
}

fn close(out: &mut String, open: &mut Vec<(&'static str, u32)>, down_to: usize) {
    while open.len() > down_to {
        if let Some((tag, _)) = open.pop() {
            out.push_str(&format!("</{tag}>\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::PAGE;
    use super::*;
    use crate::read::html::parse;
    use crate::split::html as split;

    #[test]
    fn as_html_it_splits_as_before() {
        let units = split::units(&parse(PAGE));
        let page = html(&units, &[], &Metadata { title: Some("A & B".into()), ..Metadata::default() });
        assert!(page.contains("<title>A &amp; B</title>"));
        let again = split::units(&parse(&page));
        let texts = |of: &Units| of.iter().map(|it| (it.rendered().to_owned(), it.role)).collect::<Vec<_>>();
        assert_eq!(texts(&again), texts(&units), "{page}");
    }
}
