//! How far the truth may lie off: what is promised by rows that were set aside, or what the folds have measured.

use super::{code, counted, number};
use crate::split::SplitKind;
use crate::table::csv::grouped;
use crate::validate::conformal::{Bounds, Cover, Coverage, Level, Measured};
use crate::validate::{Aside, Report};

use crate::package::promise::Promise;

/// "90.4 %".
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn share(coverage: Coverage) -> String {
    coverage.share().map_or_else(|| "no row".to_owned(), percent)
}

/// The section, or a sentence on what there is instead; empty where nothing is known.
pub(super) fn section(report: &Report, promise: Option<&Promise>) -> String {
    match promise.zip(report.aside.as_ref()) {
        Some((promise, aside)) => promised(report, promise, aside),
        None => measured(report),
    }
}

fn promised(report: &Report, promise: &Promise, aside: &Aside) -> String {
    let Promise { cover, bounds, .. } = promise;
    let (target, level) = (code(&report.target), cover.level);
    let rows = counted(aside.n_rows as usize, "row", "rows");
    let what = match bounds {
        Bounds::Half(half) => format!(
            "`lower` and `upper` are the prediction minus and plus {} (in units of {target}): with a chance of at least {} % \
             the truth of a new row lies between them.",
            number(half.map(f64::from), half.map(|half| f64::from(half) / 20.0)),
            level.percent(),
        ),
        Bounds::Least(_) | Bounds::Gathered(_) => {
            let whom = if cover.by_class { "of a new row, whatever its class," } else { "of a new row" };
            format!(
                "`set` says of each class whether it could be the true one: with a chance of at least {} % the true class \
                 {whom} is among those marked. A set may hold several classes, or none: then no class is likely enough.",
                level.percent(),
            )
        }
    };
    let mut out = format!(
        "## How far the truth may lie off\n\n{what} (Split conformal prediction.)\n\n\
         **What it rests on.** {rows} of the data were set aside before the training. No fit has learned from them, and nothing \
         was chosen by them; how far this model goes wrong on them is how far it is allowed to here. {}\n",
        guarantee(report, promise)
    );
    if let Some((low, high)) = level.reach(aside.fewest(*cover) as usize) {
        out += &format!(
            "\nThe promise is kept on average over draws of such rows. For the {} that {} drawn, the share of new rows that \
             are held lies between {} and {} with a chance of 90 %.\n",
            counted(aside.fewest(*cover) as usize, "row", "rows"),
            if cover.by_class { "of the rarest class were" } else { "were" },
            percent(low),
            percent(high),
        );
    } else {
        out += &format!(
            "\nOf some class fewer than {} rows were set aside, too few to tell: such a class is in every set.\n",
            level.fewest_rows()
        );
    }
    let covered = report.holdout.iter().flat_map(|holdout| &holdout.covered).find(|(own, _)| own == cover);
    if let Some((_, measured)) = covered {
        out += &format!(
            "\nOn the opened test set it held the truth of {} of {}.{}\n",
            share(measured.all()),
            counted(measured.all().n as usize, "row", "rows"),
            worst(report, measured),
        );
    }
    out
}

/// What is promised, and what is not.
fn guarantee(report: &Report, promise: &Promise) -> String {
    let alike = match (report.split.kind, &report.split.column) {
        (SplitKind::Random { .. }, _) | (_, None) => {
            "It holds for rows of the same kind, drawn as those were (exchangeable): not where the world has changed since"
                .to_owned()
        }
        (SplitKind::Group { .. }, Some(column)) => format!(
            "Rows of one {} are alike and were set aside together, so it holds only roughly, for rows of new groups: fewer \
             groups than rows stand behind it",
            code(column)
        ),
        (SplitKind::Time { .. }, Some(column)) => format!(
            "The rows set aside are the latest by {} before the test set, and later rows may differ from them, so it holds \
             as far as the time after is like that time",
            code(column)
        ),
    };
    let on_average = match promise.bounds {
        Bounds::Half(_) => {
            "on average over all rows (marginal), not for each kind of row, and the range is as wide for every row"
        }
        Bounds::Least(_) | Bounds::Gathered(_) if promise.cover.by_class => {
            "on average over the rows of each class, not for each kind of row"
        }
        Bounds::Least(_) | Bounds::Gathered(_) => {
            "on average over all rows (marginal), not for each class or kind of row: rows of a rare class may be held more rarely"
        }
    };
    format!("{alike}; and it holds {on_average}.")
}

fn worst(report: &Report, measured: &Measured) -> String {
    measured.worst().map_or_else(String::new, |(class, coverage)| {
        let label = report.labels.get(class).map(|label| code(label)).unwrap_or_default();
        format!(" Of the rows of {label} it held {}.", share(coverage))
    })
}

/// Without set-aside rows nothing is promised, but the folds tell what to expect.
fn measured(report: &Report) -> String {
    let Some(found) = report.spread.as_ref().and_then(|s| s.chosen(Cover { level: Level::Ninety, by_class: false }))
    else {
        return String::new();
    };
    let rows = grouped(found.measured.all().n);
    let what = match &found.bounds {
        Bounds::Half(None) => return String::new(),
        Bounds::Half(Some(half)) => format!(
            "In the cross-validation the truth lay within {} of the prediction in {} of {rows} rows, each fold judged with a \
             width from the others.",
            number(Some(f64::from(*half)), Some(f64::from(*half) / 20.0)),
            share(found.measured.all()),
        ),
        Bounds::Least(_) | Bounds::Gathered(_) => format!(
            "Sets of classes that held the true one in {} of {rows} rows of the cross-validation had {:.2} classes on average.",
            share(found.measured.all()),
            found.measured.mean_size().unwrap_or_default(),
        ),
    };
    format!(
        "**How far the truth may lie off.** {what} No rows were set aside for it, so nothing is promised of this fit, and the \
         package gives no ranges.\n"
    )
}
