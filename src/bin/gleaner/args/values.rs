//! How values of flags are read: shares, numbers of cores, parts of a run.

use std::fmt;
use std::num::NonZeroUsize;

/// Some of the inputs: every `of`th, beginning with number `number` (from 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    pub number: usize,
    pub of: usize,
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// A share from 0 to 1, as `0.002` or `0.2%`.
pub fn share(text: &str) -> Result<f64, String> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let number = number.trim().parse::<f64>();
    let share = number.map_err(|_| "expected a share such as 0.002 or 0.2%".to_owned())? / scale;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("expected a share from 0 to 1".to_owned()) }
}

/// A share above 0 and below 1.
pub fn inner_share(text: &str) -> Result<f64, String> {
    let share = share(text)?;
    if share > 0.0 && share < 1.0 { Ok(share) } else { Err("must be above 0 and below 1".to_owned()) }
}

/// A share above 0, at most 1.
pub fn some_share(text: &str) -> Result<f64, String> {
    let share = share(text)?;
    if share > 0.0 { Ok(share) } else { Err("must be above 0".to_owned()) }
}

/// `I/N`, I from 1 to N.
pub fn shard(text: &str) -> Result<Shard, String> {
    let parsed = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match parsed {
        Some((number, of)) if (1..=of).contains(&number) => Ok(Shard { number, of }),
        _ => Err("expected I/N with I from 1 to N, such as 3/8".to_owned()),
    }
}

/// A number of cores.
pub fn cores(text: &str) -> Result<NonZeroUsize, String> {
    text.trim()
        .parse()
        .map_err(|_| "expected a number of cores, 1 or more; leave -j out to use all".to_owned())
}

/// A number of bytes, as `64MB`, `1.5GB`, `256MiB` or `65536`.
pub fn bytes(text: &str) -> Result<f64, String> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1_048_576.0,
        "gib" => 1_073_741_824.0,
        _ => return Err("expected a size such as 64MB".to_owned()),
    };
    let number = number.parse::<f64>().map_err(|_| "expected a size such as 64MB".to_owned())?;
    Ok(number * scale)
}

/// How large a document may be: at least a kilobyte, at most what memory can hold at all.
pub fn max_size(text: &str) -> Result<u64, String> {
    let bytes = bytes(text)?;
    if (1e3..=1e12).contains(&bytes) { Ok(bytes as u64) } else { Err("must be from 1KB to 1TB".to_owned()) }
}
