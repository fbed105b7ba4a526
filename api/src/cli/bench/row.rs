//! A line of the table: what was measured, what was wanted, and whether that is met.

/// What a figure should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Want {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    work: String,
    measure: String,
    figure: Option<f64>,
    unit: &'static str,
    want: Option<Want>,
    beside: String,
}

impl Row {
    /// A figure of a piece of work; `None` if it could not be measured.
    pub(super) fn new(
        work: impl Into<String>,
        measure: impl Into<String>,
        figure: Option<f64>,
        unit: &'static str,
    ) -> Self {
        Self {
            work: work.into(),
            measure: measure.into(),
            figure,
            unit,
            want: None,
            beside: String::new(),
        }
    }

    /// With a target; without one the figure is for information.
    pub(super) fn want(mut self, want: Option<Want>) -> Self {
        self.want = want;
        self
    }

    /// With words beside it.
    pub(super) fn beside(mut self, words: impl Into<String>) -> Self {
        self.beside = words.into();
        self
    }

    /// Whether the target is met, if there is one and the figure is known.
    fn met(&self) -> Option<bool> {
        Some(match (self.figure?, self.want?) {
            (figure, Want::AtMost(most)) => figure <= most,
            (figure, Want::AtLeast(least)) => figure >= least,
        })
    }

    /// The line in markdown.
    fn line(&self) -> String {
        let number = |value: f64| format!("{} {}", digits(value), self.unit).trim_end().to_owned();
        let figure = self.figure.map_or_else(|| "–".to_owned(), number);
        let want = match self.want {
            None => "–".to_owned(),
            Some(Want::AtMost(most)) => format!("≤ {}", number(most)),
            Some(Want::AtLeast(least)) => format!("≥ {}", number(least)),
        };
        let met = match (self.met(), self.want) {
            (Some(true), _) => "yes",
            (Some(false), _) => "**no**",
            (None, Some(_)) => "not measured",
            (None, None) => "–",
        };
        format!(
            "| {} | {} | {figure} | {want} | {met} | {} |",
            self.work, self.measure, self.beside
        )
    }
}

/// A number with about four digits that mean something.
fn digits(value: f64) -> String {
    let size = value.abs();
    if size >= 1_000.0 {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else if size >= 0.1 || size == 0.0 {
        format!("{value:.3}")
    } else {
        format!("{value:.5}")
    }
}

/// The table's head.
pub(super) const HEAD: &str =
    "| work | measure | figure | target | met | beside |\n|---|---|---|---|---|---|";

/// Lines of the table.
pub(super) fn lines(rows: &[Row]) -> String {
    rows.iter().map(Row::line).collect::<Vec<_>>().join("\n")
}

/// The middle of some figures.
pub(super) fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(figure: Option<f64>, want: Option<Want>) -> Option<bool> {
        Row::new("w", "m", figure, "s").want(want).met()
    }

    #[test]
    fn a_target_is_met_by_its_figure_alone() {
        assert_eq!(met(Some(5.0), Some(Want::AtMost(5.0))), Some(true));
        assert_eq!(met(Some(5.1), Some(Want::AtMost(5.0))), Some(false));
        assert_eq!(met(Some(5.0), Some(Want::AtLeast(5.0))), Some(true));
        assert_eq!(met(Some(4.9), Some(Want::AtLeast(5.0))), Some(false));
        assert_eq!(met(None, Some(Want::AtMost(5.0))), None);
        assert_eq!(met(Some(5.0), None), None);
    }

    #[test]
    fn a_line_says_what_was_not_measured() {
        let row = Row::new("street", "gap", None, "%").want(Some(Want::AtMost(1.0)));
        assert_eq!(
            lines(&[row]),
            "| street | gap | – | ≤ 1.000 % | not measured |  |"
        );
        let row = Row::new("street", "gap", Some(2.0), "%").want(Some(Want::AtMost(1.0)));
        assert_eq!(
            lines(&[row.beside("x")]),
            "| street | gap | 2.000 % | ≤ 1.000 % | **no** | x |"
        );
    }

    #[test]
    fn the_middle_of_figures() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(Vec::new()), None);
    }
}
