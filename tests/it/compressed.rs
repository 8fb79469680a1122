//! Compressed inputs and outputs: told by their first bytes, streamed, and honest about damage.

use std::io::Write;
use std::path::Path;

use gleaner::unstable::read::compression::{Compression, Decoder, sniff};
use gleaner::unstable::write::compression::Encoder;
use std::io::Read;

use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, row, small};

const ALL: [Compression; 3] = [Compression::Gzip, Compression::Zstd, Compression::Bzip2];

pub fn pack(compression: Compression, members: &[&[u8]]) -> Vec<u8> {
    let (mut encoder, mut out) = (Encoder::new(compression).unwrap(), Vec::new());
    members.iter().for_each(|member| encoder.member(member, &mut out).unwrap());
    out
}

pub fn unpack(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Decoder::new(bytes, sniff(bytes).unwrap()).unwrap().read_to_end(&mut out).unwrap();
    out
}

fn rows(count: usize) -> String {
    (0..count).map(|id| row(id, HARBOUR)).collect()
}

fn cleaned(count: usize) -> String {
    (0..count).map(|id| row(id, HARBOUR_CLEANED)).collect()
}

#[test]
fn standard_output_is_plain() {
    let desk = Desk::new();
    let small = small();
    for compression in ALL {
        let text = rows(20);
        let packed = pack(compression, &[&text.as_bytes()[..700], &text.as_bytes()[700..]]);
        let run = desk.feed(&format!("clean {small}"), packed.clone()).silent();
        assert_eq!(run.out, cleaned(20).as_bytes());
        let name = compression.to_string();
        let run = desk.feed(&format!("clean {small} --compress {name}"), packed.clone()).silent();
        assert_eq!((sniff(&run.out), unpack(&run.out)), (Some(compression), cleaned(20).into_bytes()));
        // The name says nothing about it, and the ending beneath it is heeded.
        desk.put("a.bin", &packed);
        assert_eq!(desk.run(&format!("clean {small} a.bin")).silent().out, cleaned(20).as_bytes());
        desk.put("b.txt.gz", pack(compression, &[HARBOUR.as_bytes()]));
        let run = desk.run(&format!("clean {small} b.txt.gz")).silent();
        assert_eq!(run.text(), HARBOUR_CLEANED);
        // Scores are rows of their own.
        assert_eq!(desk.run("score a.bin").silent().text().lines().count(), 20 * 6);
    }
}

#[test]
fn the_output_says_how_it_is_compressed() {
    let desk = Desk::with("a.jsonl", rows(3));
    desk.put("a.jsonl.gz", pack(Compression::Gzip, &[rows(3).as_bytes()]));
    let small = small();
    let cases = [
        ("a.jsonl", "-o out.jsonl.gz", Compression::Gzip),
        ("a.jsonl", "-o out.zst", Compression::Zstd),
        ("a.jsonl.gz", "-o out.bz2", Compression::Bzip2),
        ("a.jsonl.gz", "-o out.jsonl", Compression::None),
        ("a.jsonl.gz", "-o out.gz --compress zstd", Compression::Zstd),
        ("a.jsonl.gz", "-o out.gz --compress none", Compression::None),
    ];
    for (input, flags, expected) in cases {
        desk.run(&format!("clean {small} {input} {flags}")).silent();
        let out = desk.get(flags.split_whitespace().nth(1).unwrap());
        assert_eq!(sniff(&out), Some(expected), "{flags}");
        assert_eq!(unpack(&out), cleaned(3).as_bytes(), "{flags}");
    }
    // In place it stays what it was.
    desk.run(&format!("clean {small} a.jsonl.gz -o a.jsonl.gz --dropped gone.jsonl.zst")).silent();
    assert_eq!(unpack(&desk.get("a.jsonl.gz")), cleaned(3).as_bytes());
    assert_eq!(unpack(&desk.get("gone.jsonl.zst")).iter().filter(|byte| **byte == b'\n').count(), 9);
    let run = desk.run("score a.jsonl --compress gzip").silent();
    assert_eq!(unpack(&run.out), desk.run("score a.jsonl").silent().out);
}

#[test]
fn an_empty_output_is_a_compressed_file_all_the_same() {
    let desk = Desk::new();
    for compression in ALL {
        let run = desk.feed(&format!("clean --compress {compression}"), pack(compression, &[b""])).silent();
        assert_eq!((sniff(&run.out), unpack(&run.out)), (Some(compression), Vec::new()));
    }
}

#[test]
fn a_stream_that_breaks_off_gives_what_came() {
    let desk = Desk::new();
    // Enough and varied, so that some of it comes before the break.
    let text: String = (0..3000u32)
        .map(|n| {
            let words: String =
                (0..12).map(|w| format!(" {:x}", n.wrapping_mul(2_654_435_761).rotate_left(w))).collect();
            row(n, &format!("The boat of number {n} waits by the pier:{words}."))
        })
        .collect();
    for compression in ALL {
        // In members, because bzip2 hands on a block of 900 KB or nothing.
        let members: Vec<&[u8]> = text.as_bytes().chunks(60_000).collect();
        let whole = pack(compression, &members);
        let name = format!("a.jsonl.{}", compression.ending().unwrap());
        desk.put(&name, &whole[..whole.len() * 2 / 3]);
        let said = [&*format!("{name}: cannot read to its end: "), &*format!("({compression}, at byte ")];
        for jobs in [1, 3] {
            let run = desk.run(&format!("clean -j {jobs} {name}")).expect(1, &said);
            assert!(text.as_bytes().starts_with(&run.out) && run.out.len() > 10_000, "{}", run.out.len());
            // The row that broke off passes too, and is told with its record.
            let record = run.out.iter().filter(|byte| **byte == b'\n').count() + 1;
            assert!(run.err.contains(&format!("{name}, record {record}, ")), "{}", run.err);
        }
        let mut broken = whole.clone();
        let at = whole.len() * 4 / 5;
        broken[at..at + 30].iter_mut().for_each(|byte| *byte ^= 0x55);
        desk.put(&name, &broken);
        desk.put("b.jsonl", row("b", HARBOUR));
        let run = desk.run(&format!("clean {} {name} b.jsonl", small())).expect(1, &said);
        assert!(run.text().ends_with(&row("b", HARBOUR_CLEANED)), "everything else is done");
        desk.run(&format!("clean --on-error fail {name}")).expect(2, &[&name]);
        let run = desk.run(&format!("clean {} {name} -o {name}", small()));
        run.expect(2, &["not every input could be read, so none is replaced"]);
        assert_eq!(desk.get(&name), broken);
    }
    // A text, of which nobody can tell where it should have ended, passes untouched as far as it came.
    let whole = pack(Compression::Zstd, &[text.as_bytes()]);
    desk.put("a.txt.zst", &whole[..whole.len() / 2]);
    let run = desk.run("clean a.txt.zst").expect(1, &["a.txt.zst: cannot read to its end"]);
    assert!(text.as_bytes().starts_with(&run.out) && !run.out.is_empty());
    desk.put("none.gz", &pack(Compression::Gzip, &[b"The boats wait."])[..8]);
    desk.run("clean none.gz").expect(2, &["none.gz: cannot read to its end"]);
}

/// Packed by the programs that people use, and unpacked by them.
#[cfg(unix)]
#[test]
fn other_programs_read_and_write_the_same() {
    let desk = Desk::with("a.jsonl", rows(2000));
    for (program, ending) in [("gzip", "gz"), ("zstd", "zst"), ("bzip2", "bz2")] {
        if !["/usr/bin", "/bin", "/usr/local/bin"]
            .iter()
            .any(|folder| Path::new(folder).join(program).exists())
        {
            println!("other programs: {program} skipped, it is not installed");
            continue;
        }
        let line = format!(
            "{program} -c < a.jsonl > a.{ending}; {program} -c < a.jsonl >> a.{ending}; \
             gleaner clean {} --lenient --compress {} a.{ending} 2> /dev/null | {program} -dc",
            small(),
            program
        );
        assert!(desk.shell(&line).silent().text() == cleaned(2000).repeat(2), "{program}");
    }
}

#[test]
fn rows_of_a_pipe_leave_one_by_one() {
    // Decompressed rows leave when the input pauses, as long as the output is not compressed.
    let desk = Desk::new();
    let mut child = desk
        .plain("clean")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        let row = row(id, "The boats wait.");
        stdin.write_all(&pack(Compression::Gzip, &[row.as_bytes()])).unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
        assert_eq!(line, row);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}
