//! The three plots. Beside each stands a table with the same numbers.

use super::super::plot::{Axis, Plot};
use super::super::table::Table;
use super::super::text::{grouped, number, percent};
use super::Page;
use crate::evaluate::{Bin, Interval, Point, limit_name};

const SHARES: [(f64, &str); 6] =
    [(0.0, "0"), (0.2, "20%"), (0.4, "40%"), (0.6, "60%"), (0.8, "80%"), (1.0, "100%")];
/// Least loss that the plot tells from none.
const LEAST_LOSS: f64 = 0.0001;
/// Largest loss on the plot: nobody accepts more.
const MOST_LOSS: f64 = 0.1;

/// A plot with its caption, and the same numbers as a table.
pub struct Figure {
    pub plot: Plot,
    /// Lines of the plot: class of the style sheet, what it shows.
    pub keys: Vec<(&'static str, &'static str)>,
    pub caption: String,
    pub table: Table,
}

/// All plots.
pub fn all(page: &Page<'_>) -> Vec<Figure> {
    let mut all = vec![ranking(page), loss(page)];
    if !page.report.figures.calibration.is_empty() {
        all.push(reliability(&page.report.figures.calibration, page.report.figures.ece));
    }
    all
}

/// A threshold of the tool as a mark: class, name, what it does, and where it lies.
type Mark = (&'static str, &'static str, String, Point);

/// The tool's own thresholds.
fn marks(page: &Page<'_>) -> Vec<Mark> {
    let from = |i: usize| {
        page.thresholds.as_ref().map_or_else(String::new, |t| format!(" (from probability {})", t[i]))
    };
    let dropped = page.curve.dropped.map(|point| ("mark", "dropped", format!("dropped{}", from(1)), point));
    let unsure = page
        .curve
        .with_unsure
        .map(|point| ("mark open", "dropped or unsure", format!("dropped or unsure{}", from(0)), point));
    dropped.into_iter().chain(unsure).collect()
}

/// Draws marks with their names; `at` places a point, and `says` is told of it.
fn draw(
    plot: &mut Plot,
    marks: impl IntoIterator<Item = Mark>,
    at: impl Fn(&Point) -> (f64, f64),
    says: impl Fn(&Point) -> String,
) {
    for (class, name, what, point) in marks {
        plot.mark(class, at(&point), 4.5, format!("{what}: {}", says(&point)));
        plot.word("word", at(&point), name);
    }
}

fn ranking(page: &Page<'_>) -> Figure {
    let curve = page.curve;
    let figures = &page.report.figures;
    let title = "Precision against recall";
    let description = format!(
        "Share of the dropped lines that are boilerplate, against the share of the boilerplate lines that are dropped, for every threshold. Average precision {}.",
        number(figures.ap)
    );
    let mut plot = Plot::new("pr", title, description, Axis::Linear(0.0, 1.0), Axis::Linear(0.0, 1.0), 0.0);
    plot.axes("recall: boilerplate lines caught", "precision of what is dropped", &SHARES, &SHARES);
    plot.line("base", [(0.0, curve.base_rate), (1.0, curve.base_rate)]);
    plot.line("curve", curve.points.iter().map(|point| (point.caught, point.precision)));
    let says =
        |point: &Point| format!("precision {}, recall {}", percent(point.precision), percent(point.caught));
    draw(&mut plot, marks(page), |point| (point.caught, point.precision), says);
    let mut caption =
        format!("Dashed: everything dropped ({} of the lines are boilerplate).", percent(curve.base_rate));
    for (_, _, what, point) in marks(page) {
        caption.push_str(&format!(" {}: {}.", capital(&what), says(&point)));
    }
    let rows = (1..=10).filter_map(|tenth| {
        let recall = f64::from(tenth) / 10.0;
        let point = curve.points.iter().find(|point| point.caught >= recall - 1e-12)?;
        Some([percent(point.caught), percent(point.precision), format!("{:.4}", point.probability)])
    });
    let table = table(title, &["recall", "precision", "probability from"], rows);
    Figure { plot, keys: Vec::new(), caption, table }
}

fn loss(page: &Page<'_>) -> Figure {
    let curve = page.curve;
    let title = "Caught against lost";
    let description = "Share of the boilerplate lines above a threshold, against the share of all editorial words above it; the horizontal axis is logarithmic.";
    let mut plot = Plot::new(
        "loss",
        title,
        description.to_owned(),
        Axis::Log(LEAST_LOSS, MOST_LOSS),
        Axis::Linear(0.0, 1.0),
        0.0,
    );
    let xs = [(LEAST_LOSS, "≤ 0.01%"), (0.001, "0.1%"), (0.01, "1%"), (MOST_LOSS, "10%")];
    plot.axes("editorial words lost (logarithmic)", "boilerplate lines caught", &xs, &SHARES);
    let inside = || curve.points.iter().filter(|point| point.lost <= MOST_LOSS);
    // The curve is a staircase: what is caught at a loss holds until the next line costs more.
    let stairs = |share: fn(&Point) -> f64| {
        let mut last = 0.0;
        inside()
            .flat_map(|point| {
                let before = std::mem::replace(&mut last, share(point));
                [(point.lost, before), (point.lost, share(point))]
            })
            .collect::<Vec<_>>()
    };
    if curve.pitches > 0 {
        plot.line("curve second", stairs(|point| point.pitch));
    }
    plot.line("curve", stairs(|point| point.caught));
    let figures = &page.report.figures;
    let interval =
        |name: &str, limit: f64| page.report.intervals.get(&format!("{name}@{}", limit_name(limit)));
    for at in &figures.at {
        if let Some(Interval { low, high, .. }) = interval("caught", at.limit) {
            plot.span("interval", at.limit, *low, *high);
        }
        plot.mark(
            "dot",
            (at.limit, at.caught),
            3.0,
            format!("caught at {} lost: {}", limit_name(at.limit), percent(at.caught)),
        );
    }
    let shown = marks(page).into_iter().filter(|(.., point)| point.lost <= MOST_LOSS);
    let says = |point: &Point| format!("loses {}, catches {}", percent(point.lost), percent(point.caught));
    draw(&mut plot, shown, |point| (point.lost, point.caught), says);
    let mut keys = vec![("first", "all boilerplate")];
    if curve.pitches > 0 {
        keys.push(("second", "pitches"));
    }
    let mut caption = String::new();
    if page.report.intervals.get("auc").is_some() {
        caption.push_str("(bars: 90% intervals).");
    }
    for (_, _, what, point) in marks(page) {
        caption.push_str(&format!(
            " {}: {} lost, {} caught.",
            capital(&what),
            percent(point.lost),
            percent(point.caught)
        ));
    }
    let within = |interval: Option<&Interval>| {
        interval.map_or_else(String::new, |it| format!(" ({} to {})", percent(it.low), percent(it.high)))
    };
    let mut heads = vec!["words lost, at most", "boilerplate caught"];
    if curve.pitches > 0 {
        heads.push("pitches caught");
    }
    let rows = figures.at.iter().map(|at| {
        let caught = format!("{}{}", percent(at.caught), within(interval("caught", at.limit)));
        let pitch = format!("{}{}", percent(at.pitch), within(interval("pitch", at.limit)));
        [limit_name(at.limit), caught, pitch].into_iter().take(heads.len()).collect::<Vec<_>>()
    });
    let table = table(title, &heads, rows);
    Figure { plot, keys, caption: caption.trim_start().to_owned(), table }
}

fn reliability(bins: &[Bin], ece: Option<f64>) -> Figure {
    /// Height of the tallest bar.
    const TALL: f64 = 46.0;
    let title = "Do probabilities mean what they say?";
    let description = format!(
        "Share of boilerplate among lines of a predicted probability, in ten bins, with the number of lines in each. Expected calibration error {}.",
        number(ece)
    );
    let mut plot =
        Plot::new("cal", title, description, Axis::Linear(0.0, 1.0), Axis::Linear(0.0, 1.0), TALL + 30.0);
    plot.axes("mean predicted probability", "share that is boilerplate", &SHARES, &SHARES);
    plot.line("base", [(0.0, 0.0), (1.0, 1.0)]);
    let points = || bins.iter().filter_map(|bin| Some((bin, bin.predicted?, bin.observed?)));
    plot.line("curve", points().map(|(_, predicted, observed)| (predicted, observed)));
    for (bin, predicted, observed) in points() {
        let what = format!(
            "{} lines: predicted {}, observed {}",
            grouped(bin.lines),
            percent(predicted),
            percent(observed)
        );
        plot.mark("dot", (predicted, observed), 4.0, what);
    }
    let most = bins.iter().map(|bin| bin.lines).max().unwrap_or(0).max(1);
    // Logarithmic heights: nearly all lines stand in the first bin and the last.
    let share = |lines: u64| ((lines + 1) as f64).ln() / ((most + 1) as f64).ln();
    let bars: Vec<_> = bins.iter().map(|bin| (bin.from, share(bin.lines), compact(bin.lines))).collect();
    plot.bars(&bars, 0.1, TALL, "lines in each bin (heights logarithmic)");
    let caption = format!("Dashed: as it should be. Expected calibration error {}.", number(ece));
    let rows = bins.iter().map(|bin| {
        [
            format!("{:.1} to {:.1}", bin.from, bin.to),
            grouped(bin.lines),
            bin.predicted.map_or_else(|| "–".to_owned(), percent),
            bin.observed.map_or_else(|| "–".to_owned(), percent),
        ]
    });
    let table = table(title, &["bin", "lines", "predicted", "observed"], rows);
    Figure { plot, keys: Vec::new(), caption, table }
}

fn table<R: IntoIterator<Item = String>>(
    title: &str,
    heads: &[&str],
    rows: impl Iterator<Item = R>,
) -> Table {
    let mut table = Table::new(title, heads.iter().copied());
    for row in rows {
        let mut cells = row.into_iter();
        table.row(cells.next().unwrap_or_default(), cells);
    }
    table
}

/// A number that fits over a bar: thousands from ten of them on.
fn compact(number: u64) -> String {
    if number < 10_000 { grouped(number) } else { format!("{}k", grouped((number + 500) / 1000)) }
}

/// A sentence's beginning.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
