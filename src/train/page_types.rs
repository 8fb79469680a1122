//! Pages whose type is known: what a margin means among articles, among listings and so on.
//!
//! A type that the user names moves the probabilities, and through them the page's threshold. A classifier of
//! types does not pay (docs/experiments, "Pages"), so there is none.

use std::collections::BTreeMap;

use crate::bayes::calibrate::Calibration;

/// Pages of a type that there must be for a calibration of its own.
pub const MIN_PAGES: usize = 20;

/// What is known of a block for a calibration: the page's type, the margin in nats, whether the block is
/// boilerplate, its weight.
pub type Point<'a> = (&'a str, (f64, bool, f64));

/// A calibration for every type of which `pages` counts at least [`MIN_PAGES`], on that type's points alone.
/// Types without a name, with one side only, or where a higher margin does not mean more boilerplate, get
/// none.
pub fn calibrations<'a>(
    points: impl Iterator<Item = Point<'a>>,
    pages: &BTreeMap<&str, usize>,
) -> BTreeMap<String, Calibration> {
    let mut by_type: BTreeMap<&str, Vec<(f64, bool, f64)>> = BTreeMap::new();
    for (name, point) in points {
        by_type.entry(name).or_default().push(point);
    }
    by_type
        .into_iter()
        .filter(|(name, _)| !name.is_empty() && pages.get(name).is_some_and(|&pages| pages >= MIN_PAGES))
        .filter_map(|(name, points)| Some((name.to_owned(), Calibration::fit(&points).ok()?)))
        .filter(|(_, calibration)| calibration.slope > 0.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_much_text_keeps_more() {
        // The same margins; one block in five of a listing is boilerplate, four in five of a product page.
        let mut points = Vec::new();
        for i in 0..100 {
            let margin = f64::from(i % 10) - 4.5;
            let noise = i * 7 % 10;
            points.push(("listing", (margin, f64::from(noise) + margin > 9.0, 1.0)));
            points.push(("product", (margin, f64::from(noise) + margin > 1.0, 1.0)));
            points.push(("rare", (margin, margin > 0.0, 1.0)));
            points.push(("bare", (margin, false, 1.0)));
        }
        let pages = BTreeMap::from([("listing", 20), ("product", 30), ("rare", 19), ("bare", 40)]);
        let found = calibrations(points.into_iter(), &pages);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["listing", "product"]);
        assert!(found["listing"].probability(1.0) < 0.5 && found["product"].probability(1.0) > 0.5);
    }
}
