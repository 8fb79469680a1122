//! The memory of sites where it grows as the run goes on: whatever thread has a piece of work, the memory sees
//! the pieces in their order.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use gleaner::unstable::site::SiteMemory;

/// A memory that is handed to one piece after another. Pieces are taken up in order, so that whoever waits here
/// waits for somebody who works; a turn takes a small part of the time that a piece takes.
pub struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    memory: SiteMemory,
    next: u64,
    stopped: bool,
}

impl Turns {
    /// Turns from piece 0 on.
    pub fn new(memory: SiteMemory) -> Self {
        Self { state: Mutex::new(State { memory, next: 0, stopped: false }), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `turn` over the memory when all pieces before `number` have had theirs. Every piece has one. After
    /// another thread failed, it runs at once: nothing of the piece is used.
    pub fn take<T>(&self, number: u64, turn: impl FnOnce(&mut SiteMemory) -> T) -> T {
        let waits = |state: &mut State| !state.stopped && state.next != number;
        let mut state = self.changed.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        let done = turn(&mut state.memory);
        state.next = number + 1;
        drop(state);
        self.changed.notify_all();
        done
    }

    /// What was remembered.
    pub fn into_memory(self) -> SiteMemory {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).memory
    }

    /// Something that lets everybody go when it is dropped while its thread panics.
    pub fn guard(&self) -> Guard<'_> {
        Guard { turns: self }
    }
}

/// See [`Turns::guard`].
pub struct Guard<'t> {
    turns: &'t Turns,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.turns.lock().stopped = true;
            self.turns.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn pieces_have_their_turn_in_order() {
        let turns = Turns::new(SiteMemory::new(1 << 10).unwrap());
        let (taken, order) = (AtomicU64::new(0), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let _guard = turns.guard();
                    loop {
                        let number = taken.fetch_add(1, Ordering::SeqCst);
                        if number >= 400 {
                            break;
                        }
                        turns.take(number, |_| order.lock().unwrap().push(number));
                    }
                });
            }
        });
        assert_eq!(order.into_inner().unwrap(), (0..400).collect::<Vec<_>>());
    }

    #[test]
    fn nobody_waits_for_a_thread_that_failed() {
        let turns = Turns::new(SiteMemory::new(1 << 10).unwrap());
        thread::scope(|scope| {
            let waiting = scope.spawn(|| turns.take(1, |_| 7));
            let failed = scope.spawn(|| {
                let _guard = turns.guard();
                panic!("on purpose");
            });
            assert!(failed.join().is_err());
            assert_eq!(waiting.join().unwrap(), 7);
        });
    }
}
