//! Axes, lines and marks of a plot as shapes, which a template draws as SVG. Colours and sizes of text stand in
//! the style sheet.
//!
//! Lengths are in units of the view box; a plot is as wide as its column.

use std::fmt::Write;

/// Size of a plot.
const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 300.0;
/// Room for the labels of the axes.
const LEFT: f64 = 54.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 44.0;
/// Size of a word beside a mark: its height, and the mean width of a letter of 11 px in bold.
const WORD: (f64, f64) = (13.0, 6.3);

/// An axis: how values become places.
#[derive(Debug, Clone, Copy)]
pub enum Axis {
    /// Even steps from one value to another.
    Linear(f64, f64),
    /// Even steps of powers; what lies below the first value stands at it.
    Log(f64, f64),
}

impl Axis {
    /// Where a value stands, from 0 to 1; outside values stand at the ends.
    fn place(self, value: f64) -> f64 {
        let share = match self {
            Self::Linear(from, to) => (value - from) / (to - from),
            Self::Log(from, to) => (value.max(from) / from).ln() / (to / from).ln(),
        };
        share.clamp(0.0, 1.0)
    }
}

/// Something drawn. `class` is one of the style sheet; numbers are written with one decimal.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Straight, from one place to another.
    Line { class: &'static str, x1: String, y1: String, x2: String, y2: String },
    /// Lines through places, as SVG writes them.
    Path { class: &'static str, d: String },
    /// Round, with what it stands for.
    Circle { class: &'static str, x: String, y: String, r: String, title: String },
    /// A rectangle.
    Rect { class: &'static str, x: String, y: String, width: String, height: String },
    /// Words; `anchor` is the end of them that stands at the place.
    Text { class: &'static str, x: String, y: String, anchor: &'static str, turned: bool, text: String },
}

/// A plot as it grows.
#[derive(Debug, Clone)]
pub struct Plot {
    /// One word, that no other plot of the page has.
    pub id: &'static str,
    pub title: String,
    /// For those who cannot see it.
    pub description: String,
    /// Size of the view box.
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<Shape>,
    x: Axis,
    y: Axis,
    /// Lowest edge of the field.
    floor: f64,
    /// Words that stand there already: left, top, right, bottom.
    taken: Vec<[f64; 4]>,
}

fn short(value: f64) -> String {
    format!("{value:.1}")
}

impl Plot {
    /// An empty field; `below` is room under it.
    pub fn new(id: &'static str, title: &str, description: String, x: Axis, y: Axis, below: f64) -> Self {
        Self {
            id,
            title: title.to_owned(),
            description,
            width: WIDTH,
            height: HEIGHT + below,
            shapes: Vec::new(),
            x,
            y,
            floor: HEIGHT - BOTTOM,
            taken: Vec::new(),
        }
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + self.x.place(value) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        self.floor - self.y.place(value) * (self.floor - TOP)
    }

    fn straight(&mut self, class: &'static str, from: (f64, f64), to: (f64, f64)) {
        let (x1, y1, x2, y2) = (short(from.0), short(from.1), short(to.0), short(to.1));
        self.shapes.push(Shape::Line { class, x1, y1, x2, y2 });
    }

    fn text(&mut self, class: &'static str, at: (f64, f64), anchor: &'static str, text: &str) {
        let (x, y, text) = (short(at.0), short(at.1), text.to_owned());
        self.shapes.push(Shape::Text { class, x, y, anchor, turned: false, text });
    }

    /// Lines of the grid with their labels, and the names of the axes.
    pub fn axes(&mut self, x_name: &str, y_name: &str, xs: &[(f64, &str)], ys: &[(f64, &str)]) {
        let (left, right, floor) = (LEFT, WIDTH - RIGHT, self.floor);
        for (value, label) in xs {
            let x = self.x(*value);
            self.straight("grid", (x, TOP), (x, floor));
            self.text("tick", (x, floor + 15.0), "middle", label);
        }
        for (value, label) in ys {
            let y = self.y(*value);
            self.straight("grid", (left, y), (right, y));
            self.text("tick", (left - 6.0, y + 3.5), "end", label);
        }
        self.text("axis", ((left + right) / 2.0, floor + 34.0), "middle", x_name);
        let (x, y, text) = (short(11.0), short((TOP + floor) / 2.0), y_name.to_owned());
        self.shapes.push(Shape::Text { class: "axis", x, y, anchor: "middle", turned: true, text });
    }

    /// A line through these points; those that would fall on the place before are left out.
    pub fn line(&mut self, class: &'static str, points: impl IntoIterator<Item = (f64, f64)>) {
        let mut d = String::new();
        let mut last = None;
        for (x, y) in points {
            let place = (short(self.x(x)), short(self.y(y)));
            if last.as_ref() != Some(&place) {
                // Writing to a string cannot fail.
                let _ = write!(d, "{}{} {}", if last.is_none() { 'M' } else { 'L' }, place.0, place.1);
                last = Some(place);
            }
        }
        if !d.is_empty() {
            self.shapes.push(Shape::Path { class, d });
        }
    }

    /// A round mark, with what it stands for.
    pub fn mark(&mut self, class: &'static str, at: (f64, f64), radius: f64, title: String) {
        let (x, y) = (self.x(at.0), self.y(at.1));
        self.taken.push([x - radius, y - radius, x + radius, y + radius]);
        self.shapes.push(Shape::Circle { class, x: short(x), y: short(y), r: short(radius), title });
    }

    /// A word beside a place: where it covers no other, and stays inside the field.
    pub fn word(&mut self, class: &'static str, at: (f64, f64), text: &str) {
        let (x, y) = (self.x(at.0), self.y(at.1));
        let wide = text.chars().count() as f64 * WORD.1;
        let far = x > (LEFT + WIDTH - RIGHT) * 0.6;
        // Under the mark before over it, step by step away from it, on the side where there is room first.
        let steps =
            (1..=8).flat_map(|step| [f64::from(step) * WORD.0, (1.0 - f64::from(step)) * WORD.0 - 5.0]);
        let places = steps.flat_map(|down| [far, !far].map(|left| (left, y + down)));
        let area = |&(left, base): &(bool, f64)| {
            let from = if left { x - 8.0 - wide } else { x + 8.0 };
            [from, base - WORD.0 + 3.0, from + wide, base + 3.0]
        };
        let fits = |place: &(bool, f64)| {
            let [left, top, right, bottom] = area(place);
            let inside = left >= LEFT && right <= WIDTH && top >= 0.0 && bottom <= self.floor;
            let apart = |it: &[f64; 4]| right <= it[0] || it[2] <= left || bottom <= it[1] || it[3] <= top;
            inside && self.taken.iter().all(apart)
        };
        // Where nothing fits, the mark's own title has to do.
        let Some(place) = places.into_iter().find(fits) else { return };
        self.taken.push(area(&place));
        let (x, anchor) = if place.0 { (x - 8.0, "end") } else { (x + 8.0, "start") };
        self.text(class, (x, place.1), anchor, text);
    }

    /// A bar from one height to another, as an interval has it.
    pub fn span(&mut self, class: &'static str, x: f64, low: f64, high: f64) {
        let (x, low, high) = (self.x(x), self.y(low), self.y(high));
        let (left, right) = (x - 3.0, x + 3.0);
        let d = format!(
            "M{x:.1} {low:.1}L{x:.1} {high:.1}M{left:.1} {low:.1}L{right:.1} {low:.1}M{left:.1} {high:.1}L{right:.1} {high:.1}"
        );
        self.shapes.push(Shape::Path { class, d });
    }

    /// Bars under the axis, hanging from their own ground: a share of the height for each, and its label.
    /// `height` is that of the tallest; each is `wide` wide on the axis.
    pub fn bars(&mut self, bars: &[(f64, f64, String)], wide: f64, height: f64, name: &str) {
        let ground = HEIGHT + height + 8.0;
        for (from, share, label) in bars {
            let (left, right) = (self.x(*from) + 1.5, self.x(from + wide) - 1.5);
            let tall = share.clamp(0.0, 1.0) * height;
            let (x, y, width) = (short(left), short(ground - tall), short(right - left));
            self.shapes.push(Shape::Rect { class: "bar", x, y, width, height: short(tall) });
            self.text("count", ((left + right) / 2.0, ground - tall - 3.0), "middle", label);
        }
        let (left, right) = (LEFT, WIDTH - RIGHT);
        self.straight("ground", (left, ground), (right, ground));
        self.text("axis", ((left + right) / 2.0, ground + 15.0), "middle", name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot() -> Plot {
        Plot::new("p", "a", String::new(), Axis::Linear(0.0, 1.0), Axis::Linear(0.0, 1.0), 0.0)
    }

    #[test]
    fn places() {
        assert_eq!(Axis::Linear(0.0, 1.0).place(0.25), 0.25);
        assert_eq!(Axis::Linear(0.0, 1.0).place(7.0), 1.0);
        let log = Axis::Log(0.001, 0.1);
        assert!((log.place(0.01) - 0.5).abs() < 1e-9);
        assert_eq!((log.place(0.0), log.place(1.0)), (0.0, 1.0));
    }

    #[test]
    fn equal_places_are_drawn_once() {
        let mut plot = plot();
        plot.line("curve", (0..100_000).map(|i| (f64::from(i) / 1e5, 0.5)));
        plot.line("base", []);
        let [Shape::Path { class: "curve", d }] = &plot.shapes[..] else { panic!("{:?}", plot.shapes) };
        assert!(d.len() < 50_000);
    }

    #[test]
    fn no_word_covers_another() {
        for at in [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (0.99, 0.01)] {
            let mut plot = plot();
            for word in ["dropped", "dropped or unsure", "dropped"] {
                plot.mark("mark", at, 4.5, String::new());
                plot.word("word", at, word);
            }
            let words: Vec<_> = plot.taken.iter().filter(|it| it[2] - it[0] > 20.0).collect();
            assert_eq!(words.len(), 3, "{at:?}");
            for (number, a) in words.iter().enumerate() {
                for b in &words[number + 1..] {
                    assert!(a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1], "{at:?} {words:?}");
                }
            }
        }
    }
}
