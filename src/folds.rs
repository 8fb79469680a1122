//! Assigns sites to folds, so that no site is on both sides of a split.

/// Returns the fold of a domain, from 0: the MD5 of the domain's UTF-8 bytes, read as a big-endian integer,
/// modulo the number of folds. The labelled corpora are split into ten by this rule. With fewer than two
/// folds, every domain is in fold 0.
#[must_use]
pub fn fold_of(domain: &str, folds: usize) -> usize {
    let digest = u128::from_be_bytes(md5::compute(domain.as_bytes()).0);
    // The remainder is below `folds`, so it fits.
    (digest % folds.max(1) as u128) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    // Computed with CPython 3.11.7: int(hashlib.md5(domain.encode()).hexdigest(), 16) % folds
    #[test]
    fn as_computed_elsewhere() {
        let oracle = [
            ("", 10, 6),
            ("example.org", 10, 9),
            ("example.org", 7, 0),
            ("news.example.com", 10, 8),
            ("bücher.example", 10, 2),
            ("bücher.example", 1000003, 126968),
        ];
        for (domain, folds, fold) in oracle {
            assert_eq!(fold_of(domain, folds), fold, "{domain:?} in {folds}");
        }
        for domain in ["", "example.org"] {
            assert_eq!(fold_of(domain, 0), 0);
            assert_eq!(fold_of(domain, 1), 0);
        }
    }

    #[test]
    #[ignore = "needs GLEANER_CORPORA"]
    fn as_the_corpora_are_split() {
        let corpora = crate::about_the_tests::corpora();
        let mut rows = 0;
        for fold in 0..10 {
            let path = corpora.join(format!("lines/en/fold-{fold}.jsonl"));
            let text = std::fs::read_to_string(&path).unwrap();
            for row in text.lines().filter(|row| !row.trim().is_empty()) {
                let row: serde_json::Value = serde_json::from_str(row).unwrap();
                let domain = row["domain"].as_str().unwrap();
                assert_eq!(fold_of(domain, 10), fold, "{domain}");
                rows += 1;
            }
        }
        assert!(rows > 0);
    }
}
