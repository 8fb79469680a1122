//! Metadata that a page states: title, author, date and so on. Nothing is guessed from its text.

use serde::Serialize;
use serde_json::Value;

use super::lenient;
use crate::read::html::{Attr, Data, Name, NodeId, Tree};

/// Metadata of a page; `None` for what it does not state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Metadata {
    /// Headline: `og:title`, JSON-LD `headline`, else the `title` element.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Authors, separated by `; `.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Date of publication, as written on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Language, as written on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Canonical address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Name of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_name: Option<String>,
}

/// Maximum length of JSON-LD in bytes, and its maximum depth.
const MAX_JSON: usize = 1 << 22;
const MAX_DEPTH: usize = 16;

/// Reads the metadata of a page. JSON that cannot be mended is skipped.
pub fn metadata(tree: &Tree<'_>) -> Metadata {
    let mut stated = Stated::default();
    let mut at = Some(Tree::ROOT);
    while let Some(id) = at {
        let inside = stated.look(tree, id);
        at = tree.following(id, inside);
    }
    stated.metadata()
}

/// Statements by source, the first of each.
#[derive(Default)]
struct Stated {
    title: [Option<String>; 3],
    author: [Option<String>; 2],
    date: [Option<String>; 2],
    language: [Option<String>; 2],
    url: [Option<String>; 2],
    site_name: [Option<String>; 2],
}

impl Stated {
    /// Reads an element, and returns whether to read its children.
    fn look(&mut self, tree: &Tree<'_>, id: NodeId) -> bool {
        let Some(name) = tree.name(id) else { return !matches!(tree.data(id), Data::Element(..)) };
        match name {
            Name::HTML => first(&mut self.language[0], tree.attribute(id, Attr::Lang)),
            Name::TITLE => {
                first(&mut self.title[2], Some(&tree.text_below(id)));
                return false;
            }
            Name::META => self.meta(tree, id),
            Name::LINK => {
                let rel = tree.attribute(id, Attr::Rel).unwrap_or_default();
                if rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("canonical")) {
                    first(&mut self.url[0], tree.attribute(id, Attr::Href));
                }
            }
            Name::SCRIPT => {
                let kind = tree.attribute(id, Attr::Type).unwrap_or_default();
                if kind.trim().eq_ignore_ascii_case("application/ld+json") {
                    let text = tree.text_below(id);
                    if text.len() <= MAX_JSON {
                        lenient::values(text.trim()).iter().for_each(|value| self.linked_data(value, 0));
                    }
                }
                return false;
            }
            _ => {}
        }
        true
    }

    fn meta(&mut self, tree: &Tree<'_>, id: NodeId) {
        let content = tree.attribute(id, Attr::Content);
        let key =
            [Attr::Property, Attr::Name, Attr::Itemprop].into_iter().find_map(|key| tree.attribute(id, key));
        let slot = match key.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "og:title" => &mut self.title[0],
            "author" | "dc.creator" | "article:author_name" | "parsely-author" => &mut self.author[1],
            // Some sites give the address of a profile.
            "article:author" if !content.is_some_and(|it| it.contains("://")) => &mut self.author[1],
            "article:published_time"
            | "datepublished"
            | "dc.date"
            | "dc.date.issued"
            | "date"
            | "parsely-pub-date" => &mut self.date[1],
            "og:locale" | "dc.language" => &mut self.language[1],
            "og:url" => &mut self.url[1],
            "og:site_name" => &mut self.site_name[0],
            "application-name" => &mut self.site_name[1],
            _ => {
                let names = tree.attribute(id, Attr::HttpEquiv).unwrap_or_default();
                if names.eq_ignore_ascii_case("content-language") {
                    first(&mut self.language[1], content);
                }
                return;
            }
        };
        first(slot, content);
    }

    /// Reads JSON-LD. An object with a headline is the page's article; sites and pages only have names.
    fn linked_data(&mut self, value: &Value, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match value {
            Value::Array(all) => all.iter().for_each(|value| self.linked_data(value, depth + 1)),
            Value::Object(fields) => {
                let text = |key: &str| fields.get(key).and_then(Value::as_str);
                let decoded = |key: &str| text(key).map(lenient::decoded);
                if text("headline").is_some() {
                    first(&mut self.title[1], decoded("headline").as_deref());
                    first(&mut self.date[0], text("datePublished"));
                    if self.author[0].is_none() {
                        self.author[0] = fields.get("author").and_then(names);
                    }
                    first(&mut self.language[1], text("inLanguage"));
                }
                if fields.get("@type").and_then(Value::as_str) == Some("WebSite") {
                    first(&mut self.site_name[1], decoded("name").as_deref());
                }
                for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                    if let Some(inside) = fields.get(key) {
                        self.linked_data(inside, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn metadata(self) -> Metadata {
        let one = |of: [Option<String>; 2]| of.into_iter().flatten().next();
        Metadata {
            title: self.title.into_iter().flatten().next(),
            author: one(self.author),
            date: one(self.date),
            language: one(self.language),
            url: one(self.url),
            site_name: one(self.site_name),
        }
    }
}

fn first(slot: &mut Option<String>, value: Option<&str>) {
    let Some(value) = value.filter(|_| slot.is_none()) else { return };
    let text = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if !text.is_empty() {
        *slot = Some(text);
    }
}

/// Returns names of people: a text, an object with a name, or a list of these.
fn names(value: &Value) -> Option<String> {
    let one = |value: &Value| match value {
        Value::String(name) => Some(name.trim().to_owned()),
        Value::Object(fields) => {
            fields.get("name").and_then(Value::as_str).map(|name| name.trim().to_owned())
        }
        _ => None,
    };
    let all: Vec<String> = match value {
        Value::Array(all) => all.iter().filter_map(one).collect(),
        other => one(other).into_iter().collect(),
    };
    let all = all.iter().map(|name| lenient::decoded(name).trim().to_owned());
    let all: Vec<String> = all.filter(|name| !name.is_empty()).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::html::parse;

    #[test]
    fn what_is_stated_is_read() {
        let page = r#"<html lang="en-GB"><title>Ferry back | Quay News</title>
            <meta property="og:site_name" content="Quay News"><link rel=canonical href=https://quay.example/1>
            <script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Ferry back",
            "datePublished": "2026-03-01", "author": [{"name": "A. Mole"}, "B. Pier"]}]}</script>"#;
        let found = metadata(&parse(page));
        assert_eq!(found.title.as_deref(), Some("Ferry back"));
        assert_eq!(found.author.as_deref(), Some("A. Mole; B. Pier"));
        assert_eq!(found.date.as_deref(), Some("2026-03-01"));
        assert_eq!(found.language.as_deref(), Some("en-GB"));
        assert_eq!(found.url.as_deref(), Some("https://quay.example/1"));
        assert_eq!(found.site_name.as_deref(), Some("Quay News"));
    }

    #[test]
    fn linked_data_is_read_as_sites_write_it() {
        let page = "<script type='application/ld+json'>{\"@type\": \"WebSite\", \"name\": \"Quay &amp; Pier\"}\n\
            {\"headline\": \"The ferry&#8217;s\nback\", \"author\": \"A. M&ouml;le\",}</script>";
        let found = metadata(&parse(page));
        assert_eq!(found.site_name.as_deref(), Some("Quay & Pier"));
        assert_eq!(found.title.as_deref(), Some("The ferry’s back"));
        assert_eq!(found.author.as_deref(), Some("A. Möle"));
    }

    #[test]
    fn nothing_is_guessed() {
        let page = "<h1>By A. Mole, 1 March</h1><script type='application/ld+json'>{broken</script>";
        assert_eq!(metadata(&parse(page)), Metadata::default());
    }
}
