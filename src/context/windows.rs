//! Means over neighbouring paragraphs, in constant time each.

/// Running sums over one value per paragraph.
#[derive(Debug, Default, Clone)]
pub struct Windows {
    sums: Vec<i64>,
}

impl Windows {
    /// Creates windows over these values.
    pub fn over(values: &[i32]) -> Self {
        let mut windows = Self::default();
        windows.read(values);
        windows
    }

    /// Replaces the values.
    pub fn read(&mut self, values: &[i32]) {
        self.sums.clear();
        self.sums.push(0);
        let mut sum = 0;
        self.sums.extend(values.iter().map(|&value| {
            sum += i64::from(value);
            sum
        }));
    }

    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    /// Sum of the values in `from..to`.
    pub fn sum_of(&self, from: usize, to: usize) -> i64 {
        self.sums[to] - self.sums[from]
    }

    /// Mean of the values in `from..to`, or 0 if the range is empty.
    pub fn mean_of(&self, from: usize, to: usize) -> i32 {
        if from >= to { 0 } else { quotient(self.sum_of(from, to), (to - from) as i64) }
    }

    /// Mean of all values.
    pub fn mean_all(&self) -> i32 {
        self.mean_of(0, self.len())
    }

    /// Mean of the neighbours up to `radius` away, without the paragraph itself; 0 if there are none.
    pub fn mean_around(&self, i: usize, radius: usize) -> i32 {
        let (from, to) = (i.saturating_sub(radius), (i + radius + 1).min(self.len()));
        let others = (to - from - 1) as i64;
        let own = self.sums[i + 1] - self.sums[i];
        if others == 0 { 0 } else { quotient(self.sums[to] - self.sums[from] - own, others) }
    }
}

/// Running sums over a row of values per paragraph. They wrap around: a sum over a few rows is still right if
/// no value lies beyond ±2^26.
#[derive(Debug, Default)]
pub struct RowWindows {
    width: usize,
    sums: Vec<i32>,
}

impl RowWindows {
    /// The largest radius.
    pub const MOST: usize = 15;

    /// Replaces the rows, of `width` values each.
    pub fn read(&mut self, values: &[i32], width: usize) {
        self.width = width;
        self.sums.clear();
        self.sums.resize(width, 0);
        self.sums.extend_from_slice(values);
        for at in width..self.sums.len() {
            self.sums[at] = self.sums[at].wrapping_add(self.sums[at - width]);
        }
    }

    /// Means of the neighbours up to `radius` away, at most [`RowWindows::MOST`], without the paragraph
    /// itself; zeros if there are none. The same as [`Windows::mean_around`] for each value.
    pub fn means_around(&self, i: usize, radius: usize) -> impl Iterator<Item = i32> {
        let rows = (self.sums.len() / self.width.max(1)).saturating_sub(1);
        let (from, to) = (i.saturating_sub(radius), (i + radius + 1).min(rows.max(i + 1)));
        let others = to - from - 1;
        let row = |at: usize| &self.sums[at * self.width..(at + 1) * self.width];
        let ((start, end), (here, next)) = ((row(from), row(to)), (row(i), row(i + 1)));
        let (others, none) = (others.max(1) as f64, others == 0);
        (0..self.width).map(move |k| {
            let own = next[k].wrapping_sub(here[k]);
            let part = end[k].wrapping_sub(start[k]).wrapping_sub(own);
            if none { 0 } else { (f64::from(part) / others) as i32 }
        })
    }
}

/// Divides towards zero, by floating point because that is faster. It is exact while `part` is below 2^52: a
/// quotient that is not an integer is at least 1/`whole` away from one, and the rounding error is smaller.
/// Results saturate at 32 bits.
#[inline]
pub fn quotient(part: i64, whole: i64) -> i32 {
    (part as f64 / whole as f64) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_leave_the_paragraph_itself_out() {
        let windows = Windows::over(&[10, 1000, 20, 30]);
        assert_eq!(windows.mean_around(1, 1), 15);
        assert_eq!(windows.mean_around(0, 9), 350);
        assert_eq!(windows.mean_all(), 265);
        assert_eq!(windows.mean_of(2, 2), 0);
        assert_eq!(Windows::over(&[7]).mean_around(0, 3), 0);
    }

    #[test]
    fn rows_as_their_columns() {
        // Sums that wrap around many times.
        let value =
            |i: i32, k: i32| (i * 74_419 + k * 104_729) % 67_000_000 * if i % 3 == 0 { -1 } else { 1 };
        for (n, width) in [(1, 3), (2, 1), (900, 4), (5, 0)] {
            let values: Vec<i32> = (0..n).flat_map(|i| (0..width).map(move |k| value(i, k))).collect();
            let mut rows = RowWindows::default();
            rows.read(&values, width as usize);
            let columns: Vec<Windows> =
                (0..width).map(|k| Windows::over(&(0..n).map(|i| value(i, k)).collect::<Vec<_>>())).collect();
            for i in 0..n as usize {
                for radius in [1, 4, RowWindows::MOST] {
                    let means: Vec<i32> = rows.means_around(i, radius).collect();
                    let expected: Vec<i32> = columns.iter().map(|it| it.mean_around(i, radius)).collect();
                    assert_eq!(means, expected, "{i} of {n}, radius {radius}");
                }
            }
        }
    }
}
