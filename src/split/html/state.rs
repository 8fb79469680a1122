//! Texts in data for scripts: JSON-LD, a framework's page state, posts in an attribute. Keys that hold prose
//! are not listed here: any text of some length becomes a block for the model to judge.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::{MAX_BLOCKS, lenient, walk};
use crate::read::html::attribute::MIN_DATA;
use crate::read::html::{Attr, Name, NodeId, Tree, parse_fragment};
use crate::split::unit::{Container, NO_CONTAINER, Named, Origin, Unit, Units};

/// Number of words from which a page shows enough text of its own; its data are then not read.
const ENOUGH: usize = 120;
/// Minimum number of words of a text; shorter ones are labels.
const PROSE: usize = 8;
/// Maximum length of all data that are read, in bytes.
const MAX_DATA: usize = 1 << 24;
/// Maximum nesting of values, including texts that are JSON themselves.
const MAX_DEPTH: usize = 48;

/// Adds the texts found in data if the visible page shows little text.
pub(super) fn add(tree: &Tree<'_>, units: &mut Units) {
    let words = units.iter().flat_map(|unit| unit.rendered().split_whitespace());
    if words.take(ENOUGH).count() == ENOUGH {
        return;
    }
    let mut state = State { units, seen: HashSet::new(), left: MAX_DATA };
    let mut at = Some(Tree::ROOT);
    while let Some(id) = at {
        state.element(tree, id);
        at = tree.following(id, true);
    }
}

struct State<'a> {
    units: &'a mut Units,
    /// Hashes of the texts found so far.
    seen: HashSet<u64>,
    /// Number of bytes of data that may still be read.
    left: usize,
}

impl State<'_> {
    fn element(&mut self, tree: &Tree<'_>, id: NodeId) {
        if tree.name(id) == Some(Name::SCRIPT) {
            let kind = tree.attribute(id, Attr::Type).unwrap_or_default().trim().to_ascii_lowercase();
            if kind.ends_with("json") {
                self.json(&tree.text_below(id), tree.attribute(id, Attr::Id).unwrap_or("json"));
            } else if kind.is_empty() || kind.ends_with("javascript") {
                // `window.state = {…};`
                let text = tree.text_below(id);
                let start = text.find(['{', '[']);
                if let Some(start) = start.filter(|start| *start < 200 && text[..*start].contains('=')) {
                    self.data(&text[start..], "script");
                }
            }
            return;
        }
        for (name, value) in tree.attributes(id).filter(|(_, value)| value.len() >= MIN_DATA) {
            self.data(value, &name.to_ascii_lowercase());
        }
    }

    /// Reads all values of a script that holds JSON.
    fn json(&mut self, text: &str, name: &str) {
        let text = text.trim();
        if text.len() > self.left || !text.contains(['{', '[']) {
            return;
        }
        for value in lenient::values(text) {
            self.read(&value, name);
        }
        self.left -= text.len();
    }

    /// Reads the JSON value at the start of a text, if there is one.
    fn data(&mut self, text: &str, name: &str) {
        let text = text.trim_start();
        if !text.starts_with(['{', '[']) || text.len() > self.left {
            return;
        }
        let value = serde_json::Deserializer::from_str(text).into_iter::<Value>().next();
        if let Some(Ok(value)) = value {
            self.left -= text.len();
            self.read(&value, name);
        }
    }

    fn read(&mut self, value: &Value, name: &str) {
        let container = self.container(NO_CONTAINER, name);
        self.value(value, container, 0);
        self.close(container);
    }

    fn container(&mut self, parent: u32, name: &str) -> u32 {
        let depth = self.units.containers.get(parent as usize).map_or(0, |it| it.depth + 1);
        let named =
            Named { tag: self.units.intern("json"), class: self.units.intern(name), ..Named::default() };
        let first = self.units.all.len() as u32;
        self.units.containers.push(Container { parent, depth, named, first, end: first });
        self.units.containers.len() as u32 - 1
    }

    fn close(&mut self, container: u32) {
        self.units.containers[container as usize].end = self.units.all.len() as u32;
    }

    fn value(&mut self, value: &Value, container: u32, depth: usize) {
        if depth > MAX_DEPTH || self.units.all.len() >= MAX_BLOCKS {
            return;
        }
        match value {
            Value::Array(all) => all.iter().for_each(|value| self.value(value, container, depth + 1)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    // Numbers and the like never hold text, so they need no container.
                    if !matches!(value, Value::Null | Value::Bool(_) | Value::Number(_)) {
                        let inside = self.container(container, key);
                        self.value(value, inside, depth + 1);
                        self.close(inside);
                    }
                }
            }
            Value::String(text) => self.text(text, container, depth),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, container: u32, depth: usize) {
        let text = text.trim();
        if text.starts_with(['{', '[']) {
            if text.len() <= self.left
                && let Ok(value) = serde_json::from_str::<Value>(text)
            {
                self.left -= text.len();
                self.value(&value, container, depth + 1);
            }
            return;
        }
        let words = text.split_whitespace().take(PROSE).count();
        // Words of scripts without spaces are long.
        if words < PROSE && (text.is_ascii() || text.chars().count() < 3 * PROSE) {
            return;
        }
        if !self.seen.insert(xxhash_rust::xxh3::xxh3_64(text.as_bytes())) {
            return;
        }
        if text.contains("</") || text.contains("<br") || text.contains("<p") {
            if text.len() <= self.left {
                self.left -= text.len();
                walk::of_state(&parse_fragment(text), self.units, container);
            }
            return;
        }
        let text = match lenient::decoded(text) {
            Cow::Borrowed(text) => Cow::Borrowed(text),
            Cow::Owned(decoded) if decoded.contains("</") || decoded.contains("<br") => {
                // Markup that was escaped twice.
                if depth <= MAX_DEPTH {
                    self.text(&decoded, container, depth + 1);
                }
                return;
            }
            decoded => decoded,
        };
        for part in text.split("\n\n") {
            let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
            let chars = part.chars().filter(|c| !c.is_whitespace()).count() as u32;
            if chars > 0 && self.units.all.len() < MAX_BLOCKS {
                let unit = Unit {
                    rendered: Some(part),
                    intact: true,
                    removable: true,
                    origin: Origin::State,
                    container,
                    chars,
                    ..Unit::default()
                };
                self.units.all.push(unit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::units;
    use super::*;
    use crate::read::html::parse;

    fn texts(page: &str) -> Vec<String> {
        units(&parse(page)).iter().map(|unit| unit.rendered().to_owned()).collect()
    }

    const POST: &str = "The ferry leaves the north quay at nine in the morning.";

    #[test]
    fn data_is_read_where_the_page_is_empty() {
        let article = format!(
            r#"<script type="application/ld+json">{{"@type": "Article", "articleBody": "{POST}"}}</script>"#
        );
        assert_eq!(texts(&article), [POST]);
        let state = format!(
            r#"<div id=app></div><script id=__STATE__ type="application/json">{{"posts": [{{"html": "<p>{POST}</p><p>Thanks!</p>"}}]}}</script>"#
        );
        assert_eq!(texts(&state), [POST, "Thanks!"]);
        let inner = format!(r#"{{"topic": "{{\"cooked\": \"{POST} Really.\"}}"}}"#);
        let pad = " ".repeat(MIN_DATA);
        let attribute = format!("<div data-preloaded='{inner}{pad}'></div>");
        assert_eq!(texts(&attribute), [format!("{POST} Really.")]);
        let script = format!("<script>window.page = {{\"body\": \"{POST}\"}}; start();</script>");
        assert_eq!(texts(&script), [POST]);
    }

    #[test]
    fn data_are_read_as_sites_write_them() {
        let page = |json: &str| texts(&format!(r#"<script type="application/ld+json">{json}</script>"#));
        assert_eq!(
            page(&format!("{{\"articleBody\": \"{POST}\n\n{POST} Twice.\",}}")),
            [POST, &format!("{POST} Twice.")]
        );
        assert_eq!(
            page(&format!("//<![CDATA[\n{{\"a\": \"{POST}\"}}\n{{\"b\": \"{POST} Twice.\"}}\n//]]>")).len(),
            2
        );
        assert_eq!(
            page(&format!("{{\"a\": \"{POST} The pier&#8217;s lamp.\"}}")),
            [format!("{POST} The pier’s lamp.")]
        );
        assert_eq!(
            page(&format!("{{\"a\": \"&lt;p&gt;{POST}&lt;/p&gt;&lt;p&gt;R&amp;amp;D.&lt;/p&gt;\"}}")),
            [POST, "R&D."]
        );
        let shown = format!("<p>{}</p>", "word ".repeat(ENOUGH));
        assert_eq!(
            texts(&format!("{shown}<script type='application/ld+json'>{{\"a\": \"{POST}\",}}</script>"))
                .len(),
            1
        );
    }

    #[test]
    fn and_nowhere_else() {
        let words = "word ".repeat(ENOUGH);
        let page =
            format!(r#"<p>{words}<script type="application/ld+json">{{"articleBody": "{POST}"}}</script>"#);
        assert_eq!(texts(&page).len(), 1);
        let broken = "<script type='application/json'>{\"a\": </script><script>var a = {b: 1};</script>";
        assert!(texts(broken).is_empty());
    }

    #[test]
    fn containers_hold_their_blocks() {
        let page = format!(
            r#"<p>Hi<script type="application/ld+json">[{{"a": {{"b": "{POST}"}}, "c": "{POST} Again."}}]</script>"#
        );
        let units = units(&parse(&page));
        assert_eq!(units.len(), 3);
        for (index, unit) in units.iter().enumerate() {
            for (_, container) in units.around(unit.container) {
                assert!((container.first..container.end).contains(&(index as u32)));
            }
        }
    }
}
