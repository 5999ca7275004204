//! The headline and the check rows of reports.

use hearth::dataset::Task;
use hearth::metrics::Metric;
use hearth::split::SplitFacts;
use hearth::studio::checks::{Outcome, checks, headline, scores_caption, source_line};
use hearth::studio::leaderboard::score_texts;
use hearth::validate::{ClassViews, Fit, HoldoutReport, Report, Score, ValueViews, Views, wilson};

use super::figures::curves;

fn score(metric: Metric, folds: &[f64], baseline: f64) -> Score {
    let n = folds.len() as f64;
    let mean = folds.iter().sum::<f64>() / n;
    let deviation = (folds.iter().map(|f| (f - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let interval = Some((mean - 1.5 * deviation, mean + 1.5 * deviation));
    let folds = folds.iter().copied().map(Some).collect();
    Score { metric, folds, mean: Some(mean), deviation: Some(deviation), interval, baseline: Some(baseline) }
}

pub fn binary(folds: &[f64]) -> Report {
    Report {
        task: Task::Binary,
        target: "readmitted".to_owned(),
        labels: vec!["no".to_owned(), "yes".to_owned()],
        n_rows: 1000,
        n_holdout: 250,
        n_features: 8,
        n_prepared: 20,
        scores: vec![score(Metric::RocAuc, folds, 0.5)],
        views: Views::Classes(ClassViews {
            confusion: vec![400, 100, 120, 380],
            n_classes: 2,
            curves: vec![curves(500)],
        }),
        holdout: None,
        fit_seconds: 1.0,
        left_out: Vec::new(),
        notes: Vec::new(),
        training: None,
        search: None,
        blend: None,
        fit: Fit::All,
        split: SplitFacts { n_folds: 5, stratified: true, n_fitted: 1000, ..SplitFacts::default() },
        naive: None,
        resampled: None,
        test_to_train: 0.25,
        spread: None,
        aside: None,
        size: None,
    }
}

fn outcome(report: &Report, name: &str) -> Outcome {
    checks(report, false, false).into_iter().find(|c| c.name == name).expect("the check exists").outcome
}

#[test]
fn a_good_binary_model_passes_and_says_what_it_finds() {
    let report = binary(&[0.85, 0.86, 0.87, 0.86, 0.85]);
    assert_eq!(outcome(&report, "Better than guessing"), Outcome::Passed);
    assert_eq!(outcome(&report, "Steady over folds"), Outcome::Passed);
    assert_eq!(outcome(&report, "Enough data"), Outcome::Passed);
    assert_eq!(outcome(&report, "Probabilities mean what they say"), Outcome::Passed);
    assert_eq!(outcome(&report, "Holds on the locked test set"), Outcome::Unknown);
    let headline = headline(&report, false);
    assert!(
        headline.starts_with("Flagging 50\u{202f}% finds 87 of 100 rows with readmitted = yes (84–90)"),
        "{headline}"
    );
    assert!(headline.ends_with("chance finds 50."), "{headline}");
    assert_eq!(source_line(&report, false), "5 folds over 1,000 rows; test set of 250 rows unopened");
}

#[test]
fn a_lead_within_the_noise_is_doubtful_and_none_at_all_has_failed() {
    assert_eq!(outcome(&binary(&[0.51, 0.49, 0.56, 0.48, 0.53]), "Better than guessing"), Outcome::Doubtful);
    // Nineteen folds far ahead and one behind: the interval is clear, and one fold is not.
    let mut folds = [0.9; 20];
    folds[0] = 0.45;
    let check = checks(&binary(&folds), false, false).into_iter().find(|c| c.name == "Better than guessing");
    let finding = check.expect("a check").finding;
    assert!(finding.starts_with("Ahead on average, but only in 19 of 20 folds: "), "{finding}");
    assert_eq!(outcome(&binary(&[0.47, 0.49, 0.5, 0.48, 0.46]), "Better than guessing"), Outcome::Failed);
    assert_eq!(outcome(&binary(&[0.51, 0.49, 0.56, 0.48, 0.53]), "Steady over folds"), Outcome::Doubtful);
}

#[test]
fn too_few_outcomes_are_not_passed_and_not_failed() {
    let mut report = binary(&[0.8, 0.81, 0.82]);
    report.views =
        Views::Classes(ClassViews { confusion: vec![900, 20, 20, 11], n_classes: 2, curves: vec![curves(31)] });
    assert_eq!(outcome(&report, "Enough data"), Outcome::Unknown);
    let finding =
        checks(&report, false, false).into_iter().find(|c| c.name == "Enough data").expect("it exists").finding;
    assert_eq!(
        finding,
        "Not enough data: 31 rows of the rarest class; about 200 needed for 20 features, prepared from 8 columns."
    );
    assert_eq!(outcome(&report, "Every class is common enough"), Outcome::Doubtful);
    assert_eq!(outcome(&report, "Probabilities mean what they say"), Outcome::Unknown, "62 rows are too few");
}

#[test]
fn four_rows_of_a_class_are_not_common_enough_however_many_classes_share_the_rest() {
    let mut report = binary(&[0.8, 0.81, 0.82]);
    let at = |rows: u32| {
        let mut confusion = vec![0; 9];
        (confusion[0], confusion[4], confusion[8]) = (12, 12, rows);
        Views::Classes(ClassViews { confusion, n_classes: 3, curves: Vec::new() })
    };
    report.labels = vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
    report.views = at(4);
    assert_eq!(outcome(&report, "Every class is common enough"), Outcome::Doubtful);
    report.views = at(10);
    assert_eq!(outcome(&report, "Every class is common enough"), Outcome::Passed);
}

#[test]
fn a_fold_that_could_not_be_scored_is_a_doubt() {
    let mut report = binary(&[0.85, 0.86, 0.87, 0.86, 0.85]);
    report.scores[0].folds[2] = None;
    assert_eq!(outcome(&report, "Steady over folds"), Outcome::Doubtful);
}

#[test]
fn left_out_columns_are_named_with_their_reason() {
    let mut report = binary(&[0.85, 0.86, 0.87]);
    report.left_out = vec![("name".to_owned(), "It names the row.".to_owned())];
    let check =
        checks(&report, false, false).into_iter().find(|c| c.name == "Nothing useful left out").expect("it exists");
    assert_eq!(check.outcome, Outcome::Unknown);
    assert_eq!(check.finding, "1 column was left out: name (it names the row).");
}

#[test]
fn one_fold_alone_is_said_to_be_one_and_passes_nothing() {
    let mut report = binary(&[0.85]);
    report.scores.iter_mut().for_each(|s| (s.interval, s.deviation) = (None, None));
    let check = checks(&report, false, false).into_iter().find(|c| c.name == "Better than guessing").expect("a check");
    assert_eq!(check.outcome, Outcome::Unknown);
    assert!(check.finding.starts_with("Ahead in one fold; with one fold alone it may be luck"), "{}", check.finding);
}

#[test]
fn enough_data_counts_what_the_columns_become() {
    // Eight columns of numbers, or one of them with a thousand different words: the same columns, other models.
    let finding = |report: &Report| checks(report, false, false).into_iter().find(|c| c.name == "Enough data");
    let mut report = binary(&[0.85, 0.86, 0.87, 0.86, 0.85]);
    report.n_prepared = 8;
    let check = finding(&report).expect("a check");
    assert_eq!(check.outcome, Outcome::Passed);
    assert_eq!(check.finding, "500 rows of the rarest class for 8 features, prepared from 8 columns; about 80 needed.");
    report.n_prepared = 60;
    assert_eq!(finding(&report).expect("a check").outcome, Outcome::Doubtful);
    report.n_prepared = 1007;
    let check = finding(&report).expect("a check");
    assert_eq!(check.outcome, Outcome::Unknown);
    assert_eq!(
        check.finding,
        "Not enough data: 500 rows of the rarest class; about 10,070 needed for 1,007 features, prepared from 8 columns."
    );
    report.n_prepared = u32::MAX;
    assert_eq!(finding(&report).expect("a check").outcome, Outcome::Unknown);
}

#[test]
fn two_folds_are_said_to_be_too_few_and_pass_nothing() {
    // That they agree to three digits says nothing: it may be chance.
    let mut report = binary(&[0.861, 0.862]);
    report.scores.iter_mut().for_each(|s| s.interval = None);
    let of = |name| checks(&report, false, false).into_iter().find(|c| c.name == name).expect("a check");
    let better = of("Better than guessing");
    assert_eq!(better.outcome, Outcome::Unknown);
    assert_eq!(
        better.finding,
        "Ahead in both folds; with two folds an interval would mean nothing, and it may be luck: ROC AUC 0.86 against 0.5 for guessing."
    );
    let steady = of("Steady over folds");
    assert_eq!(steady.outcome, Outcome::Unknown);
    assert!(steady.finding.ends_with("; two folds are too few to tell how scores spread."), "{}", steady.finding);
    assert!(headline(&report, false).ends_with("chance finds 50 in two folds."), "{}", headline(&report, false));
    assert_eq!(score_texts(&report.scores[0])[1], "too few folds");
    assert_ne!(score_texts(&binary(&[0.85, 0.86, 0.87]).scores[0])[1], "too few folds");
}

#[test]
fn a_training_that_was_stopped_is_judged_by_the_rows_that_it_was_fitted_on() {
    let mut report = binary(&[0.85, 0.86]);
    report.fit = Fit::Fold { fold: 2, n_folds: 5, n_training: 800, n_rarest: Some(170) };
    assert_eq!(outcome(&report, "Enough data"), Outcome::Doubtful);
    assert_eq!(
        source_line(&report, false),
        "Stopped in fold 2 of 5: fitted on 800 rows, scored on 1,000 rows; test set of 250 rows unopened"
    );
    assert_eq!(scores_caption(&report), "Means over 2 of 5 folds, which test 1,000 rows: stopped by hand");
    report.fit = Fit::All;
    assert_eq!(outcome(&report, "Enough data"), Outcome::Passed);
}

#[test]
fn the_test_set_counts_its_looks() {
    let mut report = binary(&[0.85, 0.86, 0.87, 0.86, 0.85]);
    let holdout = |value, look| {
        Some(HoldoutReport {
            scores: vec![(Metric::RocAuc, Some(value))],
            baseline: vec![(Metric::RocAuc, Some(0.5))],
            views: report_views(),
            look,
            resampled: None,
            covered: Vec::new(),
        })
    };
    report.holdout = holdout(0.855, 1);
    assert_eq!(outcome(&report, "Holds on the locked test set"), Outcome::Passed);
    report.holdout = holdout(0.70, 1);
    assert_eq!(outcome(&report, "Holds on the locked test set"), Outcome::Doubtful);
    report.holdout = holdout(0.49, 1);
    assert_eq!(outcome(&report, "Holds on the locked test set"), Outcome::Failed);
    report.holdout = holdout(0.855, 3);
    assert_eq!(outcome(&report, "Holds on the locked test set"), Outcome::Doubtful);
    assert!(source_line(&report, false).ends_with("opened 3 times"));
    report.holdout = None;
    let locked = |from_package| {
        checks(&report, false, from_package)
            .into_iter()
            .find(|c| c.name.starts_with("Holds on"))
            .expect("a check")
            .finding
    };
    assert_eq!(locked(false), "250 rows are still locked.");
    assert_eq!(locked(true), "250 rows were locked away, and unopened when it was packaged.");
    report.holdout = holdout(0.855, 3);
    assert!(source_line(&report, true).ends_with("opened 3 times; all as its package says"));
}

fn report_views() -> Views {
    binary(&[0.8, 0.8]).views
}

#[test]
fn regression_speaks_in_the_target_s_units() {
    let mut report = binary(&[0.5, 0.5]);
    report.task = Task::Regression;
    report.target = "price".to_owned();
    report.scores =
        vec![score(Metric::Rmse, &[4.0, 4.2, 4.1, 4.3, 3.9], 9.1), score(Metric::Mae, &[2.3, 2.4, 2.2, 2.5, 2.1], 6.6)];
    report.views = Views::Values(ValueViews {
        actual: vec![1.0],
        predicted: vec![1.0],
        rows: vec![0],
        residual_edges: vec![0.0, 1.0],
        residual_counts: vec![1],
    });
    assert_eq!(
        headline(&report, false),
        "Predicts price to within 2.3 (2.1–2.5) on average; always saying the mean is off by 6.6."
    );
    assert_eq!(outcome(&report, "Better than guessing"), Outcome::Passed);
    assert!(checks(&report, false, false).iter().all(|c| c.name != "Probabilities mean what they say"));
}

#[test]
fn the_headline_s_accuracy_is_the_table_s_with_the_table_s_interval() {
    let mut report = binary(&[0.8, 0.8]);
    report.task = Task::Multiclass;
    report.scores = vec![score(Metric::Accuracy, &[0.84, 0.86, 0.85, 0.87, 0.83], 0.5)];
    report.scores[0].interval = Some((0.82, 0.88));
    assert_eq!(
        headline(&report, false),
        "Names the right readmitted for 85 of 100 rows (82–88); always saying the commonest is right for 50."
    );
}

#[test]
fn the_baseline_is_never_better_than_itself() {
    let report = binary(&[0.5, 0.5, 0.5]);
    assert_eq!(checks(&report, true, false)[0].outcome, Outcome::Unknown);
    assert!(headline(&report, true).contains("wall"));
}

/// scipy.stats.binomtest(71, 100).proportion_ci(method="wilson"), and 0 of 10.
#[test]
fn the_wilson_interval_is_the_reference_s() {
    let (low, high) = wilson(71, 100);
    assert!((low - 0.614_611_088_2).abs() < 1e-9 && (high - 0.789_851_642_5).abs() < 1e-9, "{low} {high}");
    let (low, high) = wilson(0, 10);
    assert!(low == 0.0 && (high - 0.277_532_799_9).abs() < 1e-9, "{high}");
}

#[test]
fn intervals_end_where_their_metric_does() {
    assert_eq!(Metric::Accuracy.possible((0.96, 1.02)), (0.96, 1.0));
    assert_eq!(Metric::Brier.possible((-0.01, 0.04)), (0.0, 0.04));
    assert_eq!(Metric::R2.possible((-0.5, 1.2)), (-0.5, 1.0));
    assert_eq!(Metric::Rmse.possible((3.0, 400.0)), (3.0, 400.0));
}
