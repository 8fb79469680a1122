//! What `gleaner train` says of the labels that it was given, and `--suspects`.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use gleaner::unstable::train::contradicted::Agreement;
use gleaner::unstable::train::review::{Copies, Review, Row};
use gleaner::unstable::train::site_share::TooLarge;

use crate::args::TrainArgs;
use crate::console::{count, remark, say};
use crate::output::{Output, Outputs};

/// Labels, sites and texts that are named one by one.
const NAMED: usize = 5;

/// Writes all suspects as rows, the worst first.
pub fn write(review: &Review, file: Output, outputs: &Outputs) -> Result<()> {
    outputs.write(file, |out| {
        for row in &review.suspects {
            serde_json::to_writer(&mut *out, row)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    })
}

/// Tells what is wrong, one line for each.
pub fn tell(review: &Review, args: &TrainArgs) {
    sites(review, args.max_site_share);
    labels(review, args.suspects.as_deref());
    promise(review, args.max_loss);
}

fn sites(review: &Review, max_share: f64) {
    let lines = review.shares.lines;
    // What is not trained on is said even where nothing else is.
    for TooLarge { site, lines: given, taken } in &review.shares.too_large {
        match review.left_out.iter().find(|it| it.site == *site) {
            Some(it) => say(&format!(
                "{site}: gives {given} of {lines} lines, more than {}, and its labels contradict the other sites ({}); nothing of it is trained on (--max-site-share 1 takes all of it)",
                per_cent(max_share),
                agreement(it)
            )),
            None if taken < given => say(&format!(
                "{site}: gives {given} of {lines} lines, more than {}; {taken} of them are trained on (--max-site-share 1 takes all of them)",
                per_cent(max_share)
            )),
            None => {}
        }
    }
    if let Some((site, given)) = review.dominant() {
        remark(&format!(
            "{site}: gives {given} of {lines} lines, and so few sites are not thinned ({}); label documents of more sites",
            count(review.shares.sites as u64, "site")
        ));
    }
    let against: Vec<&Agreement> = review.contradicted.iter().filter(|it| it.both_sides).collect();
    for it in against.iter().take(NAMED) {
        remark(&format!(
            "{}: its labels contradict the other sites ({}); see whether they were swapped",
            it.site,
            agreement(it)
        ));
    }
    if against.len() > NAMED {
        let rest = &against[NAMED..];
        let lines: usize = rest.iter().map(|it| it.lines).sum();
        remark(&format!(
            "and {} like it, with {}",
            count(rest.len() as u64, "more site"),
            count(lines as u64, "line")
        ));
    }
}

fn agreement(it: &Agreement) -> String {
    format!("{} of {} lines agree", it.right, it.lines)
}

fn labels(review: &Review, suspects: Option<&Path>) {
    if let Some(Copies { sites, copies, row }) = review.planted.first() {
        remark(&format!(
            "{} on many sites contradict all other text, {copies} copies on {sites} sites of {}; see whether somebody planted them",
            count(review.planted.len() as u64, "text"),
            shown(row)
        ));
    }
    let confident = review.confident().count();
    if confident > 0 {
        for row in review.confident().take(NAMED) {
            remark(&format!("{}, paragraph {} ({}): {}", place(row), row.index, row.site, shown(row)));
        }
        let more = match suspects {
            Some(path) => format!("{} has them and the doubtful ones", path.display()),
            None => "--suspects FILE lists them and the doubtful ones".to_owned(),
        };
        remark(&format!(
            "{confident} of {} labels contradict the other sites, the worst first; {more}",
            review.judged
        ));
    }
}

/// The file and its line.
fn place(row: &Row) -> String {
    format!("{}:{}", row.file, row.line)
}

/// A doubtful label with its text.
fn shown(row: &Row) -> String {
    format!("{:?} is labelled {}, {} is likelier ({:.3})", row.text, row.label, row.likelier, row.probability)
}

fn promise(review: &Review, max_loss: f64) {
    let it = &review.promise;
    if it.drops_next_to_nothing() {
        let why = match it.is_cautious() {
            true => "words to keep are too few to measure a loss; `gleaner clean --threshold P` drops more",
            false => "see the labels above, or allow a greater loss with --max-loss",
        };
        remark(&format!(
            "the model drops next to nothing: {} of {} lines of boilerplate, out of fold; {why}",
            it.caught, it.boilerplate
        ));
    }
    if it.loses_more_than(max_loss) {
        remark(&format!(
            "the model loses {} of the words to keep, out of fold, not {}; label more, or see `gleaner tune`",
            per_cent(it.share_lost()),
            per_cent(max_loss)
        ));
    }
    if it.is_overconfident() {
        remark(&format!(
            "of {} that would go, out of fold, {} are boilerplate, and the threshold promises {}; see --suspects",
            count((it.caught + it.lost) as u64, "line"),
            per_cent(it.precision()),
            per_cent(it.threshold)
        ));
    }
}

/// A share in per cent, to the tenth of one.
fn per_cent(share: f64) -> String {
    format!("{}%", (share * 1e3).round() / 10.0)
}
