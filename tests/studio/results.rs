//! What the later stages read: the leaderboard while it fills, who leads, what is stale, and the form for one row.

use hearth::job::Event;
use hearth::studio::form::{FieldKind, fields};
use hearth::studio::leaderboard::leaderboard;
use hearth::studio::project::Run;
use hearth::studio::{Action, Studio};
use hearth::table::ColumnType;
use hearth::table::profile::{ColumnProfile, Shape};
use hearth::validate::Fit;

use super::made_up::{design, report, studio, train, trained, with_table};

fn names(studio: &Studio) -> Vec<String> {
    leaderboard(studio).expect("there are runs").rows.into_iter().map(|r| r.score.name).collect()
}

#[test]
fn nothing_trained_is_no_leaderboard() {
    assert_eq!(leaderboard(&studio()), None);
    assert_eq!(leaderboard(&with_table()), None);
}

#[test]
fn candidates_fill_in_as_their_folds_are_scored() {
    let mut studio = with_table();
    let (ticket, first) = train(&mut studio);
    let board = leaderboard(&studio).expect("candidates that train are rows already");
    assert!(board.rows.iter().all(|r| r.score.live && r.run.is_none() && r.score.mean.is_none()));
    assert_eq!(board.sentence, "The first folds are being scored.");
    assert!(board.rows.iter().all(|r| r.score.folds.len() == 5), "all folds that will come have a place");

    let metric = board.metric;
    studio.update(Action::Engine(Event::FoldScored { ticket, candidate: 1, fold: 0, metric, score: Some(0.8) }));
    let board = leaderboard(&studio).expect("rows");
    assert_eq!(board.rows.iter().find(|r| r.score.name == "Linear").and_then(|r| r.score.mean), Some(0.8));

    let run = Event::RunFinished {
        ticket,
        run: first,
        candidate: 0,
        report: report(0.5),
        bytes: vec![1],
        inputs: Vec::new(),
    };
    studio.update(Action::Engine(run));
    let board = leaderboard(&studio).expect("rows");
    assert_eq!(board.rows.len(), 3, "a finished candidate is there once");
    assert_eq!(board.wall, Some(0.5));
    assert!(board.rows[0].score.baseline && board.rows[0].run == Some(first));
    assert!(board.sentence.starts_with("The wall stands at 0.50"), "{}", board.sentence);
}

#[test]
fn the_best_leads_only_where_its_interval_is_clear() {
    let studio = trained();
    assert_eq!(names(&studio), ["Neural network", "Linear", "Baseline"]);
    let board = leaderboard(&studio).expect("rows");
    assert_eq!(board.sentence, "Neural network leads: ROC AUC 0.85 (0.83–0.87); guessing gets 0.50.");

    // Ahead in every fold by the same, it leads, though the intervals meet; ahead in some folds and behind in others not.
    let mut studio = trained();
    studio.project.runs[1].report = report(0.84);
    let board = leaderboard(&studio).expect("rows");
    assert_eq!(board.sentence, "Neural network leads: ROC AUC 0.85 (0.83–0.87); guessing gets 0.50.");
    studio.project.runs[1].report.scores[1].folds = [0.80, 0.88, 0.82, 0.88, 0.82].map(Some).to_vec();
    let board = leaderboard(&studio).expect("rows");
    assert_eq!(
        board.sentence,
        "Neural network and Linear cannot be told apart: ROC AUC 0.85 (0.83–0.87); guessing gets 0.50."
    );

    let mut studio = trained();
    for run in &mut studio.project.runs {
        run.report = report(0.45);
    }
    assert!(leaderboard(&studio).expect("rows").sentence.starts_with("Nothing beats guessing yet"));

    let mut studio = trained();
    for run in &mut studio.project.runs {
        run.report = report(0.51);
    }
    let board = leaderboard(&studio).expect("rows");
    assert!(board.sentence.starts_with("Nothing is clearly ahead of guessing: "), "{}", board.sentence);
}

#[test]
fn what_was_stopped_in_a_fold_is_marked_and_compared_with_nothing() {
    let stop = |run: &mut Run| {
        run.report.fit = Fit::Fold { fold: 1, n_folds: 5, n_training: 640, n_rarest: Some(256) };
        for score in &mut run.report.scores {
            score.folds.truncate(1);
            (score.interval, score.deviation) = (None, None);
        }
    };
    let mut studio = trained();
    studio.project.runs.iter_mut().filter(|r| r.name == "Neural network").for_each(stop);
    let board = leaderboard(&studio).expect("rows");
    assert!(board.sentence.starts_with("Linear: ROC AUC"), "{}", board.sentence);
    let stopped: Vec<_> =
        board.rows.iter().filter_map(|r| Some((r.score.name.as_str(), r.stopped.as_deref()?))).collect();
    assert_eq!(stopped, [("Neural network (stopped)", "stopped in fold 1 of 5")]);
    let left_out = " Not every fold was trained, and so not compared: Neural network (stopped).";
    assert!(board.sentence.ends_with(left_out), "{}", board.sentence);

    // A whole run of which one fold alone could be scored is not called level with anything.
    let mut single = trained();
    for score in single.project.runs.iter_mut().filter(|r| r.name == "Linear").flat_map(|r| &mut r.report.scores) {
        (score.interval, score.deviation) = (None, None);
    }
    let sentence = leaderboard(&single).expect("rows").sentence;
    assert!(sentence.starts_with("Neural network: ROC AUC"), "{sentence}");
    assert!(sentence.ends_with(" Scored in too few folds, and so not compared: Linear."), "{sentence}");

    studio.project.runs.retain(|r| r.name != "Linear");
    let sentence = leaderboard(&studio).expect("rows").sentence;
    assert_eq!(sentence, "Neural network (stopped): ROC AUC 0.85; guessing gets 0.5.");
}

#[test]
fn after_a_change_results_are_stale_and_say_why() {
    let mut studio = trained();
    let mut other = design();
    other.split.folds = 10;
    studio.update(Action::EditDesign { label: "Ten folds".into(), design: other });
    let board = leaderboard(&studio).expect("rows");
    assert!(board.rows.iter().all(|r| r.stale.as_deref() == Some("Changed since: folds 5 → 10.")));
    assert_eq!(board.sentence, "Every result here is from before the last change: train again.");
}

#[test]
fn the_form_asks_for_what_the_model_learned_from() {
    let mut studio = trained();
    let table = studio.table.as_mut().expect("a table");
    table.columns[0].shape = Shape::Range {
        minimum: 0.4,
        maximum: 80.0,
        mean: 30.0,
        deviation: 14.0,
        quantiles: [4.0, 20.0, 28.0, 38.0, 56.0],
        histogram: vec![1; 8],
        whole: false,
    };
    table.columns.push(ColumnProfile {
        name: "note".into(),
        column_type: ColumnType::Text,
        n_missing: 0,
        n_distinct: 9,
        missing_spellings: Vec::new(),
        unit: None,
        has_time: false,
        shape: Shape::Texts { shortest: 1, longest: 9, mean: 4.0, examples: Vec::new() },
    });
    let run = studio.current_run().expect("a run").clone();
    let form = fields(&studio, &run);
    assert_eq!(form.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["age", "port", "note"], "no target");
    assert_eq!((form[0].kind.clone(), form[0].typical.as_str()), (FieldKind::Number, "28"));
    assert_eq!(form[0].seen, "0.4 to 80, half of them 20 to 38");
    assert!(matches!(form[1].kind, FieldKind::Suggested(_)), "three values, one of them known");
    let note = (form[2].kind.clone(), form[2].seen.as_str());
    assert_eq!(note, (FieldKind::Suggested(Vec::new()), "Text of up to 9 characters"));
    studio.table = None;
    assert!(fields(&studio, &run).is_empty());
}
