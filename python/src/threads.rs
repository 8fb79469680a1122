//! Work over many texts, on as many threads as were asked for.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::Python;

/// Items that a thread takes at once.
const CHUNK: usize = 8;

/// Threads to work on: as many as asked for, 0 for one per core; no more than there is work for.
pub fn wanted(threads: usize, items: usize) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if threads == 0 { cores() } else { threads };
    threads.clamp(1, items.div_ceil(CHUNK).max(1))
}

/// Does `work` to every item without the interpreter, one thread per worker; results come in the order of the items.
/// No thread is left afterwards.
pub fn in_order<I: Sync, W: Send, T: Send>(
    py: Python<'_>,
    items: &[I],
    workers: &mut [W],
    work: impl Fn(&mut W, &I) -> T + Sync,
) -> Vec<T> {
    if let [worker] = workers {
        return py.detach(|| items.iter().map(|item| work(worker, item)).collect());
    }
    let next = AtomicUsize::new(0);
    let mut parts = py.detach(|| {
        std::thread::scope(|scope| {
            let (next, work) = (&next, &work);
            let running: Vec<_> = workers
                .iter_mut()
                .map(|worker| {
                    scope.spawn(move || {
                        let mut parts = Vec::new();
                        loop {
                            let from = next.fetch_add(CHUNK, Ordering::Relaxed);
                            let Some(rest) = items.get(from..).filter(|rest| !rest.is_empty()) else {
                                return parts;
                            };
                            let chunk = &rest[..rest.len().min(CHUNK)];
                            let part: Vec<T> = chunk.iter().map(|item| work(worker, item)).collect();
                            parts.push((from, part));
                        }
                    })
                })
                .collect();
            let joined =
                running.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            joined.flatten().collect::<Vec<_>>()
        })
    });
    parts.sort_by_key(|(from, _)| *from);
    parts.into_iter().flat_map(|(_, part)| part).collect()
}
