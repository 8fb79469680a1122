//! Features of pages in words: what numbers in steps, and signs before names, stand for.

use crate::explain::wording;
use crate::features::Channel;

/// A feature for a reader, from its name in count tables. One that nothing here knows comes back as it is.
pub fn feature(channel: Channel, name: &str) -> String {
    let words = match channel {
        Channel::Words | Channel::Pairs => Some(format!("“{name}”")),
        Channel::Edges | Channel::Shape | Channel::Place => Some(wording::feature(channel, name)),
        Channel::Form => form(name),
        Channel::Markup => markup(name),
        Channel::Inline => called(name).map(|what| format!("holds {what}")),
    };
    words.unwrap_or_else(|| name.to_owned())
}

/// What the elements around a block are called: see [`crate::features::markup`].
fn markup(name: &str) -> Option<String> {
    if name.starts_with('/') {
        let tags: Vec<&str> = name.split('/').filter(|tag| !tag.is_empty()).rev().collect();
        return Some(format!("inside {}", tags.join(" › ")));
    }
    let after = |digit| name.strip_prefix(digit).and_then(called);
    let innermost = after('0').map(|what| format!("directly inside {what}"));
    let next = || after('1').map(|what| format!("one element further out: {what}"));
    innermost.or_else(next).or_else(|| called(name).map(|what| format!("inside {what}")))
}

/// What an element is called, part by part.
fn called(name: &str) -> Option<String> {
    let mut rest = name.chars();
    let sign = rest.next()?;
    let word = rest.as_str();
    match sign {
        '<' => Some(format!("<{word}>")),
        '.' => Some(format!("class “{word}”")),
        '#' => Some(format!("id “{word}”")),
        '@' => Some(format!("role “{word}”")),
        _ => None,
    }
}

/// Links, length, role, images, place of finding.
fn form(name: &str) -> Option<String> {
    let mut parts = name.split(' ');
    let (tag, mut number) = (parts.next()?, || parts.next()?.parse::<u32>().ok());
    let (a, b) = (number()?, number()?);
    Some(match tag {
        "length" => characters(a),
        "linked" => format!("{} in links, {}", share(a), characters(b)),
        "links" => match a {
            0 => "no link".to_owned(),
            1 => format!("1 link, {} in it", share(b)),
            _ => format!("{a}{} links, {} in them", if a == 8 { " or more" } else { "" }, share(b)),
        },
        "strong" => format!("{} bold or emphasised, {}", share(a), short(b)),
        "role" => role(a)?,
        "role-length" => format!("{} of {}", role(a)?, characters(b)),
        "images" => match a {
            0 => format!("no image, {}", short(b)),
            1 => format!("1 image, {}", short(b)),
            _ => format!("{a}{} images, {}", if a == 3 { " or more" } else { "" }, short(b)),
        },
        "origin" => {
            ["shown on the page", "hidden at first", "in data for a script"].get(a as usize)?.to_string()
        }
        _ => return None,
    })
}

/// A share in steps of a fifth, 0 for nothing.
fn share(step: u32) -> &'static str {
    ["nothing", "under 20%", "20–40%", "40–60%", "60–80%", "80–100%", "all"][step.min(6) as usize]
}

/// Lengths of a step ([`crate::features::markup::length_step`]).
fn characters(step: u32) -> String {
    let (from, to) = (first(step), first(step + 1) - 1);
    match () {
        () if from >= to && from == 1 => "1 character".to_owned(),
        () if from >= to => format!("{from} characters"),
        () => format!("{from}–{to} characters"),
    }
}

/// The same where all longer ones are in the twelfth.
fn short(step: u32) -> String {
    if step >= 12 { format!("{} characters or more", first(12)) } else { characters(step) }
}

/// Least length of a step: two steps to an octave of the length and one.
fn first(step: u32) -> u64 {
    let octave = (step / 2).min(40);
    let from = 2f64.powi(octave as i32) * if step % 2 == 1 { std::f64::consts::SQRT_2 } else { 1.0 };
    from.ceil() as u64 - 1
}

fn role(number: u32) -> Option<String> {
    const ROLES: [&str; 8] = [
        "a paragraph",
        "an item of a list",
        "a cell of a table",
        "preformatted text",
        "a term",
        "a definition",
        "a caption",
        "a summary",
    ];
    match number {
        1..=6 => Some(format!("a heading of level {number}")),
        _ => Some((*ROLES.get((number as usize).checked_sub(7)?)?).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::markup::{length_step, role_number};
    use crate::split::Role;

    #[test]
    fn features_read_well() {
        for (channel, name, words) in [
            ("words", "ferry", "“ferry”"),
            ("pairs", "sign up", "“sign up”"),
            ("edges", "^^ sign up", "begins “sign up”"),
            ("shape", "length 7", "12–15 tokens"),
            ("markup", "<p", "inside <p>"),
            ("markup", "0<p", "directly inside <p>"),
            ("markup", "1.sidebar", "one element further out: class “sidebar”"),
            ("markup", "#main", "inside id “main”"),
            ("markup", "@navigation", "inside role “navigation”"),
            ("markup", "/li/ul/nav", "inside nav › ul › li"),
            ("inline", "<a", "holds <a>"),
            ("form", "length 0 0", "0 characters"),
            ("form", "linked 2 13", "20–40% in links, 90–126 characters"),
            ("form", "links 8 6", "8 or more links, all in them"),
            ("form", "strong 0 12", "nothing bold or emphasised, 63 characters or more"),
            ("form", "role-length 7 13", "a paragraph of 90–126 characters"),
            ("form", "role 2 0", "a heading of level 2"),
            ("form", "images 1 3", "1 image, 2 characters"),
            ("form", "origin 1 0", "hidden at first"),
            ("form", "newer 1 0", "newer 1 0"),
        ] {
            assert_eq!(feature(Channel::from_name(channel).unwrap(), name), words);
        }
    }

    #[test]
    fn steps_are_what_they_hold() {
        for length in 0..5000u32 {
            let step = length_step(length);
            let range = first(step)..first(step + 1);
            assert!(range.contains(&u64::from(length)), "{length} {range:?}");
        }
    }

    #[test]
    fn roles_are_numbered_as_features_have_them() {
        for (of, words) in [
            (Role::Heading(3), "a heading of level 3"),
            (Role::Paragraph, "a paragraph"),
            (Role::Item, "an item of a list"),
            (Role::Cell, "a cell of a table"),
            (Role::Pre, "preformatted text"),
            (Role::Term, "a term"),
            (Role::Definition, "a definition"),
            (Role::Caption, "a caption"),
            (Role::Summary, "a summary"),
        ] {
            assert_eq!(role(role_number(of)).as_deref(), Some(words));
        }
    }
}
