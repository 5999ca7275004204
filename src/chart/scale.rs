//! Scales from data to pixels, with ticks at round numbers.
//!
//! Ticks, tick steps and nice domains follow d3-array 3 (`ticks`, `tickStep`, `nice`), whose answers the tests hold:
//! steps are 1, 2 or 5 times a power of ten, chosen where the ratio to the ideal step passes √2, √10 and √50.

/// Round numbers between `start` and `stop` (ascending), about `count` of them. Empty when not finite or no count.
pub fn ticks(start: f64, stop: f64, count: f64) -> Vec<f64> {
    if !(count > 0.0) || !start.is_finite() || !stop.is_finite() {
        return Vec::new();
    }
    if start == stop {
        return vec![start];
    }
    if stop < start {
        let mut reversed = ticks(stop, start, count);
        reversed.reverse();
        return reversed;
    }
    let Some(grid) = Grid::of(start, stop, count) else { return Vec::new() };
    if grid.last < grid.first {
        return Vec::new();
    }
    let n = (grid.last - grid.first) as usize;
    (0..=n).map(|i| grid.at(grid.first + i as f64)).collect()
}

/// The distance between the ticks of the same arguments.
pub fn tick_step(start: f64, stop: f64, count: f64) -> f64 {
    let (low, high) = if stop < start { (stop, start) } else { (start, stop) };
    Grid::of(low, high, count).map_or(0.0, |grid| grid.step())
}

/// The domain widened so that it begins and ends on a tick.
pub fn nice(start: f64, stop: f64, count: f64) -> (f64, f64) {
    let (mut low, mut high) = (start, stop);
    let mut before = None;
    // The step settles within two or three rounds; ten is a guard against a cycle of roundings.
    for _ in 0..10 {
        let Some(grid) = Grid::of(low, high, count) else { return (low, high) };
        if before == Some(grid.spacing) {
            return (low, high);
        }
        before = Some(grid.spacing);
        match grid.spacing {
            Spacing::Times(step) => {
                low = (low / step).floor() * step;
                high = (high / step).ceil() * step;
            }
            Spacing::Parts(parts) => {
                low = (low * parts).floor() / parts;
                high = (high * parts).ceil() / parts;
            }
        }
    }
    (low, high)
}

/// A step kept as a whole number, or as parts of one, so that 0.1 · 3 never becomes 0.30000000000000004.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Spacing {
    Times(f64),
    Parts(f64),
}

struct Grid {
    spacing: Spacing,
    first: f64,
    last: f64,
}

impl Grid {
    fn of(start: f64, stop: f64, count: f64) -> Option<Self> {
        let ideal = (stop - start) / count.max(0.0);
        if !(ideal > 0.0) || !ideal.is_finite() {
            return None;
        }
        let power = libm::log10(ideal).floor();
        let excess = ideal / libm::pow(10.0, power);
        let factor = match excess {
            e if e >= 50f64.sqrt() => 10.0,
            e if e >= 10f64.sqrt() => 5.0,
            e if e >= 2f64.sqrt() => 2.0,
            _ => 1.0,
        };
        let spacing = if power < 0.0 {
            Spacing::Parts(libm::pow(10.0, -power) / factor)
        } else {
            Spacing::Times(libm::pow(10.0, power) * factor)
        };
        let mut grid = Self { spacing, first: 0.0, last: 0.0 };
        grid.first = grid.index(start);
        grid.last = grid.index(stop);
        if grid.at(grid.first) < start {
            grid.first += 1.0;
        }
        if grid.at(grid.last) > stop {
            grid.last -= 1.0;
        }
        // A span that holds no tick although one was asked for: look twice as closely.
        if grid.last < grid.first && (0.5..2.0).contains(&count) {
            return Self::of(start, stop, count * 2.0);
        }
        Some(grid)
    }

    fn index(&self, value: f64) -> f64 {
        // Half away from zero would differ from the reference for negative halves.
        let scaled = match self.spacing {
            Spacing::Times(step) => value / step,
            Spacing::Parts(parts) => value * parts,
        };
        (scaled + 0.5).floor()
    }

    fn at(&self, index: f64) -> f64 {
        let value = match self.spacing {
            Spacing::Times(step) => index * step,
            Spacing::Parts(parts) => index / parts,
        };
        if value == 0.0 { 0.0 } else { value }
    }

    fn step(&self) -> f64 {
        match self.spacing {
            Spacing::Times(step) => step,
            Spacing::Parts(parts) => 1.0 / parts,
        }
    }
}

/// Powers of ten within a positive domain, and their 2- and 5-fold where fewer than `count` powers fit.
pub fn log_ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    if !(low > 0.0) || !(high >= low) || !high.is_finite() {
        return Vec::new();
    }
    let from = libm::log10(low).floor() as i32;
    let to = libm::log10(high).ceil() as i32;
    let within = |v: &f64| *v >= low * (1.0 - 1e-12) && *v <= high * (1.0 + 1e-12);
    let power = |p: i32| if p < 0 { 1.0 / libm::pow(10.0, f64::from(-p)) } else { libm::pow(10.0, f64::from(p)) };
    let powers: Vec<f64> = (from..=to).map(power).filter(within).collect();
    if powers.len() > count.max(1) {
        let skip = powers.len().div_ceil(count.max(1));
        return powers.into_iter().step_by(skip).collect();
    }
    if powers.len() * 2 >= count {
        return powers;
    }
    let mut all: Vec<f64> = (from..=to)
        .flat_map(|p| [1.0, 2.0, 5.0].map(|m| if p < 0 { m / libm::pow(10.0, f64::from(-p)) } else { m * power(p) }))
        .filter(within)
        .collect();
    if all.len() < 2 {
        all = ticks(low, high, count as f64);
    }
    all
}

/// From a domain of numbers to a range of pixels, straight or by logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub domain: (f64, f64),
    pub range: (f64, f64),
    pub log: bool,
}

impl Scale {
    /// A domain without extent is widened around its value, so that a constant is drawn in the middle.
    pub fn linear(domain: (f64, f64), range: (f64, f64)) -> Self {
        let (mut low, mut high) = domain;
        if !low.is_finite() || !high.is_finite() {
            (low, high) = (0.0, 1.0);
        }
        if low == high {
            let half = if low == 0.0 { 0.5 } else { low.abs() * 0.1 };
            (low, high) = (low - half, high + half);
        }
        Self { domain: (low, high), range, log: false }
    }

    /// Falls back to a straight scale when the domain is not positive.
    pub fn logarithmic(domain: (f64, f64), range: (f64, f64)) -> Self {
        if !(domain.0 > 0.0) || !(domain.1 > 0.0) {
            return Self::linear(domain, range);
        }
        let (low, high) = if domain.0 == domain.1 { (domain.0 / 2.0, domain.1 * 2.0) } else { domain };
        Self { domain: (low, high), range, log: true }
    }

    pub fn nice(mut self, count: f64) -> Self {
        if !self.log {
            self.domain = nice(self.domain.0, self.domain.1, count);
        }
        self
    }

    pub fn map(&self, value: f64) -> f64 {
        let (low, high) = self.domain;
        let share = if self.log {
            (libm::log(value.max(f64::MIN_POSITIVE)) - libm::log(low)) / (libm::log(high) - libm::log(low))
        } else {
            (value - low) / (high - low)
        };
        self.range.0 + share * (self.range.1 - self.range.0)
    }

    /// As `map`, kept within the range.
    pub fn map_clamped(&self, value: f64) -> f64 {
        let (a, b) = if self.range.0 < self.range.1 { self.range } else { (self.range.1, self.range.0) };
        self.map(value).clamp(a, b)
    }

    pub fn invert(&self, pixel: f64) -> f64 {
        let share = (pixel - self.range.0) / (self.range.1 - self.range.0);
        let (low, high) = self.domain;
        if self.log {
            libm::exp(libm::log(low) + share * (libm::log(high) - libm::log(low)))
        } else {
            low + share * (high - low)
        }
    }

    pub fn ticks(&self, count: f64) -> Vec<f64> {
        if self.log {
            log_ticks(self.domain.0, self.domain.1, count as usize)
        } else {
            ticks(self.domain.0, self.domain.1, count)
        }
    }
}

/// The smallest and largest finite value; `None` when there is none.
pub fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|v| v.is_finite()).fold(None, |so_far, v| match so_far {
        None => Some((v, v)),
        Some((low, high)) => Some((low.min(v), high.max(v))),
    })
}
