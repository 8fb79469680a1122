//! Axes, lines and marks of a plot, as SVG inside a page. Colours and sizes of text stand in the style sheet.
//!
//! Lengths are in units of the view box; a plot is as wide as its column.

use std::fmt::Write;

use crate::write::escape::markup;

/// Size of a plot.
const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 300.0;
/// Room for the labels of the axes.
const LEFT: f64 = 54.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 44.0;

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

/// A plot as it grows.
#[derive(Debug)]
pub struct Plot {
    out: String,
    x: Axis,
    y: Axis,
    /// Lowest edge of the field.
    floor: f64,
}

impl Plot {
    /// An empty field with a title and a description for those who cannot see it. `id` is one word.
    pub fn new(id: &str, title: &str, description: &str, x: Axis, y: Axis, below: f64) -> Self {
        let out = format!(
            "<svg viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n<title id=\"{id}-t\">{}</title>\n<desc id=\"{id}-d\">{}</desc>\n",
            HEIGHT + below,
            markup(title),
            markup(description)
        );
        Self { out, x, y, floor: HEIGHT - BOTTOM }
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + self.x.place(value) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        self.floor - self.y.place(value) * (self.floor - TOP)
    }

    fn push(&mut self, piece: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.out.write_fmt(piece);
        self.out.push('\n');
    }

    /// Lines of the grid with their labels, and the names of the axes.
    pub fn axes(&mut self, x_name: &str, y_name: &str, xs: &[(f64, &str)], ys: &[(f64, &str)]) {
        let (left, right, floor) = (LEFT, WIDTH - RIGHT, self.floor);
        for (value, label) in xs {
            let x = self.x(*value);
            self.push(format_args!(
                "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{floor}\"/>"
            ));
            let y = floor + 15.0;
            self.push(format_args!(
                "<text class=\"tick\" x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{label}</text>"
            ));
        }
        for (value, label) in ys {
            let y = self.y(*value);
            self.push(format_args!(
                "<line class=\"grid\" x1=\"{left}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>"
            ));
            let (x, y) = (left - 6.0, y + 3.5);
            self.push(format_args!(
                "<text class=\"tick\" x=\"{x}\" y=\"{y:.1}\" text-anchor=\"end\">{label}</text>"
            ));
        }
        let (x, y) = ((left + right) / 2.0, floor + 34.0);
        self.push(format_args!(
            "<text class=\"axis\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>",
            markup(x_name)
        ));
        let y = (TOP + floor) / 2.0;
        self.push(format_args!(
            "<text class=\"axis\" transform=\"translate(11 {y}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            markup(y_name)
        ));
    }

    /// A line through these points; those that would fall on the place before are left out.
    pub fn line(&mut self, class: &str, points: impl IntoIterator<Item = (f64, f64)>) {
        let mut path = String::new();
        let mut last = None;
        for (x, y) in points {
            let place = (format!("{:.1}", self.x(x)), format!("{:.1}", self.y(y)));
            if last.as_ref() != Some(&place) {
                let _ = write!(path, "{}{} {}", if last.is_none() { 'M' } else { 'L' }, place.0, place.1);
                last = Some(place);
            }
        }
        if !path.is_empty() {
            self.push(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
        }
    }

    /// A round mark, with what it stands for.
    pub fn mark(&mut self, class: &str, at: (f64, f64), radius: f64, title: &str) {
        let (x, y) = (self.x(at.0), self.y(at.1));
        let title = markup(title);
        self.push(format_args!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"><title>{title}</title></circle>"
        ));
    }

    /// A word beside a place, on the side where there is room.
    pub fn word(&mut self, class: &str, at: (f64, f64), text: &str) {
        let (x, y) = (self.x(at.0), self.y(at.1));
        let far = x > (LEFT + WIDTH - RIGHT) * 0.6;
        let (x, anchor) = if far { (x - 8.0, "end") } else { (x + 8.0, "start") };
        // Under the mark, or over it where there is no room under it.
        let y = if y + 16.0 > self.floor { y - 8.0 } else { y + 14.0 };
        let text = markup(text);
        self.push(format_args!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    }

    /// A bar from one height to another, as an interval has it.
    pub fn span(&mut self, class: &str, x: f64, low: f64, high: f64) {
        let (x, low, high) = (self.x(x), self.y(low), self.y(high));
        let (left, right) = (x - 3.0, x + 3.0);
        self.push(format_args!(
            "<path class=\"{class}\" d=\"M{x:.1} {low:.1}L{x:.1} {high:.1}M{left:.1} {low:.1}L{right:.1} {low:.1}M{left:.1} {high:.1}L{right:.1} {high:.1}\"/>"
        ));
    }

    /// Bars under the axis, hanging from their own ground: a share of the height for each, and its label.
    /// `height` is that of the tallest; each is `wide` wide on the axis.
    pub fn bars(&mut self, bars: &[(f64, f64, String)], wide: f64, height: f64, name: &str) {
        let ground = HEIGHT + height + 8.0;
        for (from, share, label) in bars {
            let (left, right) = (self.x(*from) + 1.5, self.x(from + wide) - 1.5);
            let tall = share.clamp(0.0, 1.0) * height;
            let (top, width) = (ground - tall, right - left);
            self.push(format_args!("<rect class=\"bar\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{tall:.1}\"/>"));
            let (x, y) = ((left + right) / 2.0, top - 3.0);
            self.push(format_args!(
                "<text class=\"count\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{label}</text>"
            ));
        }
        let (left, right) = (LEFT, WIDTH - RIGHT);
        self.push(format_args!(
            "<line class=\"ground\" x1=\"{left}\" y1=\"{ground}\" x2=\"{right}\" y2=\"{ground}\"/>"
        ));
        let (x, y) = ((left + right) / 2.0, ground + 15.0);
        self.push(format_args!(
            "<text class=\"axis\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>",
            markup(name)
        ));
    }

    /// The finished drawing.
    pub fn finish(mut self) -> String {
        self.out.push_str("</svg>\n");
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut plot = Plot::new("p", "a < b", "", Axis::Linear(0.0, 1.0), Axis::Linear(0.0, 1.0), 0.0);
        plot.line("c", (0..100_000).map(|i| (f64::from(i) / 1e5, 0.5)));
        plot.line("none", []);
        let svg = plot.finish();
        assert!(svg.len() < 50_000 && !svg.contains("none") && svg.contains("a &lt; b"));
    }
}
