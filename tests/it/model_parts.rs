//! A model file taken apart and put together again by what its documentation says, so that every part can be spoilt
//! under checksums that hold.

use gleaner::unstable::model::file::FORMAT;
use serde_json::Value;

const ALIGNMENT: usize = 64;

/// The two parts of one section.
#[derive(Clone)]
pub struct Section {
    pub name: &'static str,
    pub tables: Vec<u8>,
    pub counts: Vec<u8>,
}

/// The head of a file, and where it ends.
fn head(file: &[u8]) -> (Value, usize) {
    let length = u32::from_le_bytes(file[12..16].try_into().unwrap()) as usize;
    (serde_json::from_slice(&file[16..16 + length]).unwrap(), 16 + length + 32)
}

/// The sections of a sound file.
pub fn apart(file: &[u8]) -> Vec<Section> {
    let (head, mut at) = head(file);
    let mut take = |seal: &Value| {
        let start = at.next_multiple_of(ALIGNMENT);
        at = start + seal["bytes"].as_u64().unwrap() as usize;
        assert_eq!(seal["blake3"], blake3::hash(&file[start..at]).to_hex().as_str());
        file[start..at].to_vec()
    };
    let names = ["text", "pages"].into_iter().filter(|&name| !head[name].is_null());
    let tables: Vec<Vec<u8>> = names.clone().map(|name| take(&head[name]["tables"])).collect();
    let counts: Vec<Vec<u8>> = names.clone().map(|name| take(&head[name]["counts"])).collect();
    let parts = tables.into_iter().zip(counts);
    names.zip(parts).map(|(name, (tables, counts))| Section { name, tables, counts }).collect()
}

/// A file of these sections.
pub fn together(sections: &[Section]) -> Vec<u8> {
    let seal = |bytes: &[u8]| format!(r#"{{"bytes":{},"blake3":"{}"}}"#, bytes.len(), blake3::hash(bytes));
    let mut head = r#"{"name":"small","made_by":"gleaner train""#.to_owned();
    for Section { name, tables, counts } in sections {
        head += &format!(r#","{name}":{{"tables":{},"counts":{}}}"#, seal(tables), seal(counts));
    }
    let mut file = with_head((head + "}").as_bytes());
    let parts = sections.iter().map(|it| &it.tables).chain(sections.iter().map(|it| &it.counts));
    for part in parts {
        file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
        file.extend(part);
    }
    file
}

/// What begins a file with this head.
pub fn with_head(head: &[u8]) -> Vec<u8> {
    let length = (head.len() as u32).to_le_bytes();
    let mut file = [b"gleaner\n".as_slice(), &FORMAT.to_le_bytes(), &length, head].concat();
    let checksum = blake3::hash(&file);
    file.extend(checksum.as_bytes());
    file
}

/// What a section judges by, table by table: header, slots, filter, rows, more, nodes of each tree, nodes.
#[derive(Clone)]
pub struct Tables {
    pub numbers: [u32; 16],
    pub tables: [Vec<u8>; 7],
}

/// Bytes of an element of each table.
pub const SIZES: [usize; 7] = [1, 4, 8, 16, 1, 4, 12];

impl Tables {
    pub fn of(bytes: &[u8]) -> Self {
        let number = |at: usize| u32::from_le_bytes(bytes[at * 4..at * 4 + 4].try_into().unwrap());
        let numbers: [u32; 16] = std::array::from_fn(number);
        let mut at = ALIGNMENT;
        let tables = std::array::from_fn(|table| {
            let start = at.next_multiple_of(ALIGNMENT);
            at = start + numbers[table] as usize * SIZES[table];
            bytes[start..at].to_vec()
        });
        assert_eq!(at, bytes.len());
        Self { numbers, tables }
    }

    /// The bytes, with the lengths that the tables have.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut numbers = self.numbers;
        for (number, (table, size)) in numbers.iter_mut().zip(self.tables.iter().zip(SIZES)) {
            *number = (table.len() / size) as u32;
        }
        self.to_bytes_with(numbers)
    }

    /// The bytes, whatever lengths they claim.
    pub fn to_bytes_with(&self, numbers: [u32; 16]) -> Vec<u8> {
        let mut out: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        for table in &self.tables {
            out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
            out.extend(table);
        }
        out
    }
}
