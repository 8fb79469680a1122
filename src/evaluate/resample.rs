//! The random numbers behind the bootstrap: MT19937, seeded and read as CPython's `random.Random`,
//! so that anyone can redo the intervals in a few lines of Python.

/// Length of the state, in words.
const N: usize = 624;
/// Offset of the word that is mixed in.
const M: usize = 397;

/// The Mersenne Twister MT19937 (Matsumoto & Nishimura, ACM TOMACS 8(1), 1998; the constants and the
/// seeding by array are those of the authors' `mt19937ar.c` of 2002).
#[derive(Debug, Clone)]
pub struct Twister {
    state: [u32; N],
    next: usize,
}

impl Twister {
    /// The generator that CPython's `random.Random(seed)` makes of a non-negative integer: the seed's
    /// 32-bit digits, lowest first, at least one, are the key of the seeding by array. Cannot fail.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let digits = [seed as u32, (seed >> 32) as u32];
        Self::from_key(if digits[1] == 0 { &digits[..1] } else { &digits })
    }

    /// `init_genrand` of `mt19937ar.c`.
    fn from_word(seed: u32) -> Self {
        let mut state = [0; N];
        state[0] = seed;
        for i in 1..N {
            let last: u32 = state[i - 1];
            state[i] = (last ^ (last >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        Self { state, next: N }
    }

    /// `init_by_array` of `mt19937ar.c`; the key is not empty.
    fn from_key(key: &[u32]) -> Self {
        let mut twister = Self::from_word(19_650_218);
        let state = &mut twister.state;
        let mut i = 1;
        let step = |state: &mut [u32; N], i: &mut usize, factor: u32, digit: u32, place: u32| {
            let last = state[*i - 1];
            let mixed = state[*i] ^ (last ^ (last >> 30)).wrapping_mul(factor);
            state[*i] = mixed.wrapping_add(digit).wrapping_sub(place);
            *i += 1;
            if *i == N {
                state[0] = state[N - 1];
                *i = 1;
            }
        };
        for k in 0..N.max(key.len()) {
            let j = k % key.len();
            step(state, &mut i, 1_664_525, key[j].wrapping_add(j as u32), 0);
        }
        for _ in 1..N {
            let place = i as u32;
            step(state, &mut i, 1_566_083_941, 0, place);
        }
        state[0] = 0x8000_0000;
        twister
    }

    /// The next 32 random bits. Cannot fail.
    pub fn next_u32(&mut self) -> u32 {
        if self.next == N {
            self.turn();
        }
        let mut y = self.state[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// Makes the next 624 words.
    fn turn(&mut self) {
        for i in 0..N {
            let y = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % N] & 0x7fff_ffff);
            let twist = if y & 1 == 0 { 0 } else { 0x9908_b0df };
            self.state[i] = self.state[(i + M) % N] ^ (y >> 1) ^ twist;
        }
        self.next = 0;
    }

    /// A number in [0, 1) with 53 random bits: `random()` of CPython. Cannot fail.
    pub fn random(&mut self) -> f64 {
        let high = self.next_u32() >> 5;
        let low = self.next_u32() >> 6;
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// An index below `n`: one element of CPython's `choices(population, k=…)` over `n` elements. For
    /// `n` = 0 there is none, and 0 is returned. Cannot fail.
    pub fn index(&mut self, n: usize) -> usize {
        ((self.random() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// How often each of `n` elements is drawn in `n` draws with replacement. Cannot fail.
    pub fn multiplicities(&mut self, n: usize) -> Vec<u32> {
        let mut drawn = vec![0; n];
        for _ in 0..n {
            drawn[self.index(n)] += 1;
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Computed with CPython 3.11.7:
    // r = random.Random(s); [r.getrandbits(32) for _ in range(3)], [r.random() for _ in range(3)]
    #[test]
    fn as_cpython() {
        let oracle: [(u64, [u32; 3], [f64; 3]); 5] = [
            (
                0,
                [3_626_764_237, 1_654_615_998, 3_255_389_356],
                [0.890243920837131, 0.04048437818077755, 0.9654648863619172],
            ),
            (
                1,
                [577_090_037, 2_444_712_010, 3_639_700_191],
                [0.8022650611681835, 0.06310682188770933, 0.11791870367106105],
            ),
            (
                20_110_101,
                [621_450_800, 2_144_260_911, 1_609_549_689],
                [0.33403819554949954, 0.6187510804238668, 0.2547753364455172],
            ),
            (
                4_294_967_301,
                [675_479_763, 2_085_189_291, 1_213_270_837],
                [0.8899258643720599, 0.8353252635488171, 0.35506619235705983],
            ),
            (
                u64::MAX,
                [93_740_670, 1_068_495_656, 1_452_108_352],
                [0.6187512294349632, 0.45606388609950244, 0.09501752197422808],
            ),
        ];
        for (seed, words, numbers) in oracle {
            let mut twister = Twister::new(seed);
            assert_eq!([0; 3].map(|_| twister.next_u32()), words, "seed {seed}");
            assert_eq!([0.0; 3].map(|_| twister.random()), numbers, "seed {seed}");
        }
    }

    // Computed with CPython 3.11.7: the thousandth random() of random.Random(1).
    #[test]
    fn beyond_the_first_turn() {
        let mut twister = Twister::new(1);
        let thousandth = (0..1000).map(|_| twister.random()).last();
        assert_eq!(thousandth, Some(0.7062615472551386));
    }

    // Computed with CPython 3.11.7: r = random.Random(1); r.choices(range(7), k=12), r.choices(range(456), k=6)
    #[test]
    fn indices_as_choices() {
        let mut twister = Twister::new(1);
        let seven: Vec<_> = (0..12).map(|_| twister.index(7)).collect();
        assert_eq!(seven, [0, 5, 5, 1, 3, 3, 4, 5, 0, 0, 5, 3]);
        let many: Vec<_> = (0..6).map(|_| twister.index(456)).collect();
        assert_eq!(many, [347, 0, 203, 329, 104, 431]);
    }

    #[test]
    fn multiplicities_add_up() {
        let mut twister = Twister::new(1);
        assert_eq!(twister.multiplicities(7).iter().sum::<u32>(), 7);
        assert!(twister.multiplicities(0).is_empty());
        assert_eq!(twister.index(0), 0);
    }
}
