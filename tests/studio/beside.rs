//! Candidates beside each other: scores against sizes, where two differ, stars and notes.

use hearth::chart::Mark;
use hearth::chart::trade_off::trade_off;
use hearth::model::baseline::Baseline;
use hearth::model::blend::{Blend, Member};
use hearth::model::linear::Linear;
use hearth::model::network::{Activation, Layer, Network};
use hearth::model::{Head, Model};
use hearth::pipeline::PipelineSize;
use hearth::studio::leaderboard::leaderboard;
use hearth::studio::project::Project;
use hearth::studio::run_facts::differences;
use hearth::studio::{Action, Studio};

use super::made_up::{report, saves, trained, with_table};

/// Baseline, linear model and network with sizes; the linear model scores `auc`.
fn sized(auc: f64) -> Studio {
    let mut studio = trained();
    studio.project.runs[1].report = report(auc);
    for (run, n_bytes) in studio.project.runs.iter_mut().zip([100, 2_000, 80_000]) {
        run.report.size = Some(PipelineSize { n_numbers: n_bytes / 4, n_bytes });
    }
    studio
}

fn told(studio: &Studio) -> Option<hearth::chart::trade_off::TradeOff> {
    studio.trade_off(&leaderboard(studio).expect("there are runs"))
}

#[test]
fn the_smallest_that_does_as_well_is_named() {
    let mut studio = sized(0.84);
    studio.project.runs[1].report.scores[1].folds = [0.80, 0.88, 0.82, 0.88, 0.82].map(Some).to_vec();
    let found = told(&studio).expect("two candidates");
    assert_eq!(
        found.sentence,
        "Linear is 40 times smaller than Neural network (2 kB instead of 80 kB) and cannot be told apart from it by ROC AUC (0.01 behind)."
    );
    let points: Vec<_> = found.points.iter().map(|p| (p.name.as_str(), p.n_bytes, p.is_best_of_size)).collect();
    assert_eq!(points, [("Linear", 2_000, true), ("Neural network", 80_000, true)], "the baseline is no candidate");

    // Behind in every fold by the same, it is smaller and no match.
    let found = told(&sized(0.7)).expect("two candidates");
    assert_eq!(found.sentence, "Nothing smaller does as well as Neural network, which takes 80 kB.");
    // Larger and worse than another, it is the best of no size.
    let found = told(&sized(0.9)).expect("two candidates");
    assert_eq!(found.sentence, "Nothing smaller does as well as Linear, which takes 2 kB.");
    assert_eq!(found.points.iter().map(|p| p.is_best_of_size).collect::<Vec<_>>(), [true, false]);

    let scene = trade_off(&found.sentence, &found, (600.0, 300.0));
    assert_eq!((scene.stops.len(), scene.table.rows.len()), (2, 2));
    let dots: Vec<f64> =
        (scene.marks.iter()).filter_map(|mark| if let Mark::Dot { x, .. } = mark { Some(*x) } else { None }).collect();
    assert!(dots.len() == 2 && dots[0] < dots[1] && dots.iter().all(|x| (0.0..600.0).contains(x)), "{dots:?}");
}

#[test]
fn what_does_not_count_is_compared_with_nothing() {
    assert_eq!(told(&trained()), None, "no size is known");
    let mut studio = sized(0.84);
    studio.project.runs[1].from_package = true;
    assert_eq!(told(&studio), None, "a package's scores are of other rows");
}

#[test]
fn two_runs_differ_where_they_do() {
    let studio = sized(0.84);
    let [_, linear, network] = &studio.project.runs[..] else { panic!("three runs") };
    let found = differences(linear, network);
    let of = |name: &str| found.iter().find(|row| row[0] == name).map(|row| (row[1].as_str(), row[2].as_str()));
    assert_eq!(of("ROC AUC"), Some(("0.84 (0.82–0.86)", "0.85 (0.83–0.87)")));
    assert_eq!(of("Accuracy"), None, "they are equal");
    assert_eq!(of("L2 penalty"), Some(("1", "–")));
    assert_eq!(of("Size"), Some(("2 kB", "80 kB")));
    assert_eq!(of("Numbers are scaled"), None);
    assert!(differences(linear, linear).is_empty());

    let mut other = linear.clone();
    other.design.candidates[1].prepare.max_categories = 5;
    other.design.dataset.roles.push(("port".into(), hearth::dataset::Role::Ignore));
    let rows = differences(linear, &other);
    assert_eq!(rows[0][..], ["Categories at most", "10", "5"]);
    assert_eq!(rows[1][..], ["Columns left out", "none", "port"]);
    assert_eq!(rows.len(), 2);
}

#[test]
fn stars_and_notes_are_kept_undone_and_no_longer_than_they_may_be() {
    let mut studio = trained();
    assert_eq!(saves(&studio.update(Action::StarRun(2))).len(), 1);
    assert!(studio.is_starred(2) && !studio.is_starred(3));
    assert_eq!(studio.undo_label(), Some("Star Linear"));
    studio.update(Action::NoteRun(3, "  looks too good; ask Ines \n".into()));
    assert_eq!(studio.note_of(3), "looks too good; ask Ines");
    assert!(studio.update(Action::NoteRun(3, "looks too good; ask Ines".into())).is_empty(), "nothing has changed");

    let stored = serde_json::to_string(&studio.project).expect("a document");
    let (back, _) = Project::read(&stored).expect("a project");
    assert_eq!(back.choices, studio.project.choices);

    studio.update(Action::Undo);
    assert_eq!((studio.note_of(3), studio.is_starred(2)), ("", true));
    studio.update(Action::StarRun(2));
    assert!(!studio.is_starred(2) && studio.project.choices.is_empty(), "what is usual is not written down");
    studio.update(Action::NoteRun(3, "x".repeat(3_000)));
    assert_eq!(studio.note_of(3).len(), 2_000);

    let mut none = with_table();
    assert!(none.update(Action::StarRun(9)).is_empty() && none.update(Action::NoteRun(9, "x".into())).is_empty());
}

#[test]
fn learned_numbers_are_counted() {
    let linear = Linear { weights: vec![0.0; 6], intercept: vec![0.0; 2], n_features: 3, head: Head::Softmax };
    let layer = |n_inputs: u32, n_outputs: u32| Layer {
        weights: vec![0.0; (n_inputs * n_outputs) as usize],
        bias: vec![0.0; n_outputs as usize],
        n_inputs,
        n_outputs,
    };
    let network = Network {
        input_scale: vec![1.0; 3],
        layers: vec![layer(3, 4), layer(4, 2)],
        activation: Activation::Relu,
        head: Head::Softmax,
    };
    let member = |model, weight| Member { model, n_blocks: 1, n_features: 3, weight };
    let (linear, network) = (Model::Linear(linear), Model::Network(network));
    assert_eq!((linear.n_numbers(), network.n_numbers()), (8, 3 * 4 + 4 + 4 * 2 + 2));
    let blend = Model::Blend(Blend { members: vec![member(linear, 0.5), member(network, 0.5)] });
    assert_eq!(blend.n_numbers(), 8 + 26);
    assert_eq!(Model::Baseline(Baseline::Mean(3.0)).n_numbers(), 1);
}
