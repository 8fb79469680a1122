//! Means over neighbouring paragraphs, in constant time each.

/// Running sums over one value per paragraph.
#[derive(Debug, Default, Clone)]
pub struct Windows {
    sums: Vec<i64>,
}

impl Windows {
    /// Windows over these values.
    pub fn over(values: &[i32]) -> Self {
        let mut windows = Self::default();
        windows.read(values);
        windows
    }

    /// Takes new values.
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

    /// Mean of `from..to`, 0 where that is empty.
    pub fn mean_of(&self, from: usize, to: usize) -> i32 {
        if from >= to { 0 } else { quotient(self.sums[to] - self.sums[from], (to - from) as i64) }
    }

    /// Mean of all values.
    pub fn mean_all(&self) -> i32 {
        self.mean_of(0, self.len())
    }

    /// Mean of the neighbours up to `radius` away, without the paragraph itself; 0 for one without neighbours.
    pub fn mean_around(&self, i: usize, radius: usize) -> i32 {
        let (from, to) = (i.saturating_sub(radius), (i + radius + 1).min(self.len()));
        let others = (to - from - 1) as i64;
        let own = self.sums[i + 1] - self.sums[i];
        if others == 0 { 0 } else { quotient(self.sums[to] - self.sums[from] - own, others) }
    }
}

/// `part` over `whole`, towards zero: quicker by floating point, and exact. A quotient that is no whole
/// number is at least 1/`whole` away from one, and a 64-bit float errs by less while `part` is below 2^52.
/// One that 32 bits cannot hold is cut to what they can.
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
}
