//! Codings of a body, as a head names them.

use std::fmt;

pub use crate::error::BodyFault as Fault;

/// What was done to a body before it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coding {
    /// Cut into chunks, each after its length (RFC 9112, 7.1).
    Chunked,
    /// gzip (RFC 1952).
    Gzip,
    /// zlib (RFC 1950), or raw deflate, which many servers send under that name.
    Deflate,
    /// Zstandard (RFC 8878).
    Zstd,
    /// Brotli (RFC 7932).
    Brotli,
    /// Something else, by its name.
    Unknown(String),
}

impl Coding {
    /// The codings that a field lists, in the order in which they were applied.
    pub(super) fn listed(value: &str) -> impl Iterator<Item = Self> {
        value.split(',').filter_map(|name| {
            let name = name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            Some(match name.as_str() {
                "" | "identity" | "none" => return None,
                "chunked" => Self::Chunked,
                "gzip" | "x-gzip" => Self::Gzip,
                "deflate" | "x-deflate" => Self::Deflate,
                "zstd" | "x-zstd" => Self::Zstd,
                "br" | "brotli" => Self::Brotli,
                _ => Self::Unknown(name.chars().take(40).collect()),
            })
        })
    }
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chunked => "chunked",
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Unknown(name) => name,
        })
    }
}
