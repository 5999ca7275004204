//! The candidates in order of their scores, those that still train among them.

use super::checks::{Outcome, score};
use super::project::Run;
use super::stale::stale;
use super::{Studio, TrainingState};
use crate::chart::format::{beside, counted, estimate, interval, significant};
use crate::chart::scores::ScoreRow;
use crate::job::RunId;
use crate::metrics::Metric;
use crate::model::ModelSpec;
use crate::pipeline::PipelineSpec;
use crate::validate::Score;
use crate::validate::compare::Verdict;

/// What the Train stage shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaderboard {
    pub metric: Metric,
    /// The baseline's mean on the same folds.
    pub wall: Option<f64>,
    /// Best first, then what has no score yet in the order of the design.
    pub rows: Vec<Row>,
    /// Who leads, and who cannot be told apart from it.
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// `None` while it trains.
    pub run: Option<RunId>,
    pub score: ScoreRow,
    pub seconds: Option<f64>,
    /// Of the fitted model, where it is known.
    pub n_bytes: Option<u64>,
    pub n_rows: u32,
    /// Why it no longer counts.
    pub stale: Option<String>,
    /// "stopped in fold 1 of 5": it was scored on fewer rows than the others, so the headline leaves it out.
    pub stopped: Option<String>,
    pub from_package: bool,
    /// Its predictions were made elsewhere.
    pub given: bool,
}

/// `None` while there is neither a run nor a training.
pub fn leaderboard(studio: &Studio) -> Option<Leaderboard> {
    let metric = studio.leading_metric()?;
    let mut rows: Vec<Row> = studio.project.runs.iter().map(|run| finished(studio, run, metric)).collect();
    if let Some(training) = studio.training.as_ref().filter(|t| !t.finished) {
        rows.extend(live(studio, training));
    }
    if rows.is_empty() {
        return None;
    }
    // A stale score was measured on other rows, so it stands after those that can be compared.
    rows.sort_by(|a, b| {
        let height = |row: &Row| row.score.mean.map(|m| if metric.higher_is_better() { m } else { -m });
        (a.score.live.cmp(&b.score.live))
            .then(a.stale.is_some().cmp(&b.stale.is_some()))
            .then(a.stopped.is_some().cmp(&b.stopped.is_some()))
            .then(height(b).unwrap_or(f64::NEG_INFINITY).total_cmp(&height(a).unwrap_or(f64::NEG_INFINITY)))
    });
    let wall = wall(studio, metric);
    let sentence = sentence(studio, &rows, wall, metric);
    Some(Leaderboard { metric, wall, rows, sentence })
}

fn finished(studio: &Studio, run: &Run, metric: Metric) -> Row {
    let found = score(&run.report, metric);
    let stale = stale(run, &studio.project);
    Row {
        run: Some(run.id),
        score: ScoreRow {
            name: run.marked_name(),
            mean: found.and_then(|s| s.mean),
            interval: found.and_then(|s| s.interval),
            deviation: found.and_then(|s| s.deviation),
            folds: found.map(|s| s.folds.clone()).unwrap_or_default(),
            selected: studio.selected_run == Some(run.id),
            live: false,
            stale: stale.is_some(),
            baseline: run.is_baseline(),
        },
        seconds: Some(run.report.fit_seconds),
        n_bytes: run.report.size.map(|size| size.n_bytes),
        n_rows: run.report.n_rows,
        stale,
        stopped: run.report.fit.stopped(),
        from_package: run.from_package,
        given: run.is_given(),
    }
}

/// Candidates of the training that are no runs yet.
fn live<'a>(studio: &'a Studio, training: &'a TrainingState) -> impl Iterator<Item = Row> + 'a {
    let done = |candidate: usize| {
        let runs = &studio.project.runs;
        runs.iter().any(|r| r.id >= training.first_run && r.candidate as usize == candidate && !r.from_package)
    };
    let trains = |candidate: usize| training.candidates.contains(&(candidate as u32));
    let waiting = move |(i, _): &(usize, &PipelineSpec)| trains(*i) && !done(*i);
    training.design.candidates.iter().enumerate().filter(waiting).map(|(i, spec)| {
        let mut folds = training.folds.get(i).cloned().unwrap_or_default();
        folds.resize(folds.len().max(training.design.split.n_folds() as usize), None);
        let scored: Vec<f64> = folds.iter().flatten().copied().collect();
        let mean = (!scored.is_empty()).then(|| scored.iter().sum::<f64>() / scored.len() as f64);
        Row {
            run: None,
            score: ScoreRow {
                name: spec.model.name().to_owned(),
                mean,
                folds,
                live: true,
                baseline: matches!(spec.model, ModelSpec::Baseline),
                ..ScoreRow::default()
            },
            seconds: None,
            n_bytes: None,
            n_rows: studio.check.as_ref().and_then(|c| c.drawn.as_ref()).map_or(0, |drawn| drawn.n_tested),
            stale: None,
            stopped: None,
            from_package: false,
            given: false,
        }
    })
}

/// Of the newest run that still counts, else of the newest.
fn wall(studio: &Studio, metric: Metric) -> Option<f64> {
    let of = |run: &Run| score(&run.report, metric).and_then(|s| s.baseline);
    let runs = &studio.project.runs;
    let own = |run: &&Run| run.is_own();
    runs.iter()
        .rev()
        .filter(own)
        .filter(|r| stale(r, &studio.project).is_none())
        .find_map(of)
        .or_else(|| runs.iter().rev().filter(own).find_map(of))
}

fn sentence(studio: &Studio, rows: &[Row], wall: Option<f64>, metric: Metric) -> String {
    let ready: Vec<&Row> = rows
        .iter()
        .filter(|r| !r.score.live && r.stale.is_none() && !r.score.baseline && r.score.mean.is_some())
        .collect();
    // What was predicted elsewhere was measured on rows of its own: it leads only where nothing was trained.
    let own: Vec<&Row> = ready.iter().copied().filter(|r| !r.given).collect();
    let ready = if own.is_empty() { ready } else { own };
    // What was stopped in a fold was measured on fewer rows: it leads only where there is nothing else.
    let whole: Vec<&Row> = ready.iter().copied().filter(|r| r.stopped.is_none()).collect();
    let ready = if whole.is_empty() { ready.into_iter().take(1).collect() } else { whole };
    let Some((best, rest)) = ready.split_first() else {
        return match rows.iter().find(|r| r.score.baseline && r.score.mean.is_some()) {
            Some(row) if rows.iter().any(|r| r.score.live) => {
                format!("The wall stands at {}; the candidates are learning.", shown(&row.score))
            }
            _ if rows.iter().any(|r| r.score.live) => "The first folds are being scored.".to_owned(),
            _ if rows.iter().any(|r| r.stale.is_some()) => {
                "Every result here is from before the last change: train again.".to_owned()
            }
            _ => "Nothing but the baseline has been trained.".to_owned(),
        };
    };
    let leads = best.run.and_then(|id| studio.run(id));
    // What a column gives away is no merit of the model.
    let doubt = match leads.and_then(|run| studio.leak_check(run)) {
        Some((check, _)) if check.outcome == Outcome::Doubtful => format!(" But {}", check.finding),
        _ => String::new(),
    };
    let mean = best.score.mean.unwrap_or(f64::NAN);
    let beaten = wall.is_some_and(|w| if metric.higher_is_better() { mean <= w } else { mean >= w });
    if beaten {
        return format!(
            "Nothing beats guessing yet: {} at best{} against {}.",
            shown(&best.score),
            best.stopped.as_ref().map_or(String::new(), |text| format!(" ({text})")),
            wall.map_or(String::new(), |w| beside(w, best.score.interval))
        );
    }
    let lead = format!("{} {}", metric.name(), shown(&best.score));
    let reaches = |(low, high): (f64, f64)| wall.is_some_and(|w| (low..=high).contains(&w));
    if best.score.interval.is_some_and(reaches) {
        return format!(
            "Nothing is clearly ahead of guessing: {} at best, {lead}{}.",
            best.score.name,
            guessing(wall, &best.score)
        );
    }
    if best.score.interval.is_none() {
        let few = if best.score.folds.iter().flatten().count() == 2 { "two folds" } else { "one fold" };
        let reason = match rest {
            [] => String::new(),
            _ => format!(" Scored in {few} only, it cannot be told apart from the others."),
        };
        return format!("{}: {lead}{}.{reason}{doubt}", best.score.name, guessing(wall, &best.score));
    }
    // Fold by fold, as on Trust; where that cannot be done, by whether the intervals meet.
    let against = leads.map(|run| studio.against(run, metric)).unwrap_or_default();
    let is_level = |row: &&&Row| match against.iter().find(|a| Some(a.run) == row.run) {
        Some(found) => found.verdict != Verdict::Better,
        None => overlap(&best.score, &row.score),
    };
    let level: Vec<&str> = rest.iter().filter(is_level).map(|r| r.score.name.as_str()).collect();
    let single: Vec<&str> = rest.iter().filter(|r| r.score.interval.is_none()).map(|r| r.score.name.as_str()).collect();
    let unclear = match single.as_slice() {
        [] => String::new(),
        names => format!(" Scored in too few folds, and so not compared: {}.", names.join(", ")),
    };
    let left_out: Vec<&str> =
        rows.iter().filter(|r| r.stopped.is_some() && r.stale.is_none()).map(|r| r.score.name.as_str()).collect();
    let unclear = match left_out.as_slice() {
        [] => unclear,
        _ if best.stopped.is_some() => unclear,
        names => format!("{unclear} Not every fold was trained, and so not compared: {}.", names.join(", ")),
    };
    let compared = match level.as_slice() {
        [] if rest.len() == single.len() => format!("{}: {lead}{}.", best.score.name, guessing(wall, &best.score)),
        [] => format!("{} leads: {lead}{}.", best.score.name, guessing(wall, &best.score)),
        [one] => format!("{} and {one} cannot be told apart: {lead}{}.", best.score.name, guessing(wall, &best.score)),
        many => format!(
            "{} and {} cannot be told apart: {lead}{}.",
            best.score.name,
            counted(many.len() as u64, "other", "others"),
            guessing(wall, &best.score)
        ),
    };
    compared + &unclear + &doubt
}

fn guessing(wall: Option<f64>, best: &ScoreRow) -> String {
    wall.map_or(String::new(), |w| format!("; guessing gets {}", beside(w, best.interval)))
}

/// `0.87 (0.85–0.89)`.
fn shown(row: &ScoreRow) -> String {
    let mean = row.mean.map_or("–".to_owned(), |m| estimate(m, row.interval));
    row.interval.map_or(mean.clone(), |range| format!("{mean} ({})", interval(range)))
}

/// Scores whose intervals meet cannot be told apart. One without an interval is not compared here.
fn overlap(a: &ScoreRow, b: &ScoreRow) -> bool {
    a.interval.zip(b.interval).is_some_and(|(a, b)| a.0 <= b.1 && b.0 <= a.1)
}

/// A score's numbers for a table: estimate, interval, spread, baseline.
pub fn score_texts(score: &Score) -> [String; 4] {
    [
        score.mean.map_or("–".to_owned(), |m| estimate(m, score.interval)),
        match (score.interval, score.too_few_folds()) {
            (Some(range), _) => interval(range),
            (None, Some(_)) => "too few folds".to_owned(),
            (None, None) => "–".to_owned(),
        },
        score.deviation.map_or("–".to_owned(), |d| significant(d, 2)),
        score.baseline.map_or("–".to_owned(), |b| beside(b, score.interval)),
    ]
}
