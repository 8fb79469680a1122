//! A belt between one who brings work, several who do it, and one who takes it off in the order in which it was
//! brought.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Bounded by what lies on it, from the moment when a piece is put until the next one is taken off: at most so
/// many pieces and so many bytes, except that one piece always fits.
pub struct Belt<I, O> {
    state: Mutex<State<I, O>>,
    changed: Condvar,
    pieces: usize,
    bytes: usize,
}

struct State<I, O> {
    waiting: VecDeque<(u64, I)>,
    done: BTreeMap<u64, O>,
    /// Sizes of the pieces on the belt, in order.
    sizes: VecDeque<usize>,
    held: usize,
    put: u64,
    taken: u64,
    /// Whether nothing more is brought, and whether everybody goes home.
    ended: bool,
    stopped: bool,
}

impl<I, O> Belt<I, O> {
    /// A belt that holds at most so many pieces, and bytes.
    pub fn new(pieces: usize, bytes: usize) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            done: BTreeMap::new(),
            sizes: VecDeque::new(),
            held: 0,
            put: 0,
            taken: 0,
            ended: false,
            stopped: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new(), pieces, bytes }
    }

    fn lock(&self) -> MutexGuard<'_, State<I, O>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lays a piece of this size on the belt, when there is room; false if nobody wants it any more.
    pub fn put(&self, piece: I, size: usize) -> bool {
        let full = |state: &mut State<I, O>| {
            let many = state.sizes.len() >= self.pieces || state.held + size > self.bytes;
            !state.stopped && many && !state.sizes.is_empty()
        };
        let mut state = self.changed.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        if state.stopped {
            return false;
        }
        let number = state.put;
        state.put += 1;
        state.held += size;
        state.sizes.push_back(size);
        state.waiting.push_back((number, piece));
        drop(state);
        self.changed.notify_all();
        true
    }

    /// Nothing more is brought.
    pub fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }

    /// Everybody goes home: nothing is put, worked on or taken off any more.
    pub fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    /// A piece to work on, with its number; none when there will be none.
    pub fn work(&self) -> Option<(u64, I)> {
        let idle = |state: &mut State<I, O>| state.waiting.is_empty() && !state.ended && !state.stopped;
        let mut state = self.changed.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        if state.stopped { None } else { state.waiting.pop_front() }
    }

    /// Lays back the piece of this number, done.
    pub fn done(&self, number: u64, piece: O) {
        self.lock().done.insert(number, piece);
        self.changed.notify_all();
    }

    /// The next piece in order; none at the end. The one before it leaves the belt.
    pub fn next(&self) -> Option<O> {
        let mut state = self.lock();
        if state.taken > 0
            && let Some(size) = state.sizes.pop_front()
        {
            state.held -= size;
            self.changed.notify_all();
        }
        let number = state.taken;
        let wait = |state: &mut State<I, O>| {
            !(state.done.contains_key(&number) || state.stopped || state.ended && state.put == number)
        };
        let mut state = self.changed.wait_while(state, wait).unwrap_or_else(PoisonError::into_inner);
        let piece = state.done.remove(&number);
        state.taken += u64::from(piece.is_some());
        piece
    }

    /// Whether everything that was brought has been taken off, and nothing more is brought. Cannot fail.
    pub fn is_whole(&self) -> bool {
        let state = self.lock();
        state.ended && !state.stopped && state.taken == state.put
    }

    /// Something that stops the belt when it is dropped while its thread panics: nobody waits for what will
    /// never come.
    pub fn guard(&self) -> Guard<'_, I, O> {
        Guard { belt: self }
    }
}

/// See [`Belt::guard`].
pub struct Guard<'b, I, O> {
    belt: &'b Belt<I, O>,
}

impl<I, O> Drop for Guard<'_, I, O> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.belt.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[test]
    fn order_is_kept_and_room_is_bounded() {
        for workers in [1, 3, 8] {
            let belt: Belt<usize, usize> = Belt::new(5, 1000);
            let held = AtomicUsize::new(0);
            let got = thread::scope(|scope| {
                scope.spawn(|| {
                    let _guard = belt.guard();
                    for n in 0..300 {
                        // Counted before it lies there: the taker may have it before this thread goes on.
                        assert!(held.fetch_add(1, Ordering::SeqCst) <= 5);
                        assert!(belt.put(n, 1));
                    }
                    belt.end();
                });
                for _ in 0..workers {
                    scope.spawn(|| {
                        while let Some((number, n)) = belt.work() {
                            thread::sleep(Duration::from_micros((n * 7919 % 13) as u64 * 20));
                            belt.done(number, n);
                        }
                    });
                }
                let mut got = Vec::new();
                while let Some(n) = belt.next() {
                    held.fetch_sub(1, Ordering::SeqCst);
                    got.push(n);
                }
                got
            });
            assert_eq!(got, (0..300).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_piece_of_any_size_fits() {
        let belt: Belt<&str, &str> = Belt::new(4, 10);
        thread::scope(|scope| {
            scope.spawn(|| {
                assert!(belt.put("a book", 1_000_000));
                assert!(belt.put("another", 1_000_000));
                belt.end();
            });
            scope.spawn(|| {
                while let Some((number, piece)) = belt.work() {
                    belt.done(number, piece);
                }
            });
            assert_eq!((belt.next(), belt.next(), belt.next()), (Some("a book"), Some("another"), None));
        });
    }

    #[test]
    fn a_stop_reaches_everybody() {
        let belt: Belt<u8, u8> = Belt::new(1, 10);
        thread::scope(|scope| {
            scope.spawn(|| while belt.put(0, 1) {});
            scope.spawn(|| {
                belt.work();
                let guard = belt.guard();
                drop(guard);
                belt.stop();
            });
            assert_eq!(belt.next(), None);
        });
    }
}
