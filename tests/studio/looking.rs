//! Looking: cells, commands, diagnostics, words, the playground.

use hearth::job::neural::{NeuralEvent, NeuralRequest};
use hearth::job::{Event, Request, Ticket};
use hearth::model::ModelSpec;
use hearth::model::network::CurvePoint;
use hearth::studio::command_list::Pressed;
use hearth::studio::{Action, PlaygroundAction, PlaygroundModel, PlaygroundSource, View, command_list};

use super::made_up::*;

#[test]
fn cells_are_asked_for_once_and_again_after_a_change_of_view() {
    let mut studio = with_table();
    let need = || Action::NeedRows { first_row: 100, n_rows: 40, first_column: 0, n_columns: 3 };
    let commands = studio.update(need());
    let asked: Vec<(Ticket, u32, u32, Vec<u32>)> = requests(&commands)
        .into_iter()
        .filter_map(|r| match r {
            Request::Rows { ticket, first_row, n_rows, columns } => {
                Some((*ticket, *first_row, *n_rows, columns.clone()))
            }
            _ => None,
        })
        .collect();
    let places: Vec<(u32, u32)> = asked.iter().map(|a| (a.1, a.2)).collect();
    assert_eq!(places, [(0, 128), (128, 128)]);
    assert!(studio.update(need()).is_empty(), "it is on its way");
    let (ticket, first_row, n_rows, columns) = asked[0].clone();
    let cells: Vec<Option<String>> = (0..128 * 3).map(|i| (i % 7 != 0).then(|| i.to_string())).collect();
    let numbers = (0..128).rev().collect();
    let rows = Event::Rows { ticket, first_row, n_rows, columns, cells, rows: numbers };
    studio.update(Action::Engine(rows.clone()));
    assert_eq!(studio.rows.cell(5, 1), Some(Some("16")));
    assert_eq!(studio.rows.table_row(5), Some(122), "a row keeps its number in the table");
    assert_eq!(studio.rows.table_row(130), None, "not here yet");
    assert_eq!(studio.rows.cell(7, 0), Some(None), "a missing value");
    assert_eq!(studio.rows.cell(130, 0), None, "not here yet");

    let commands = studio.update(Action::Sort(Some((0, true))));
    let Some(Request::View { ticket, .. }) = requests(&commands).first().copied() else {
        panic!("a view was asked for: {commands:?}");
    };
    assert_eq!(studio.rows.cell(5, 1), None, "cells of the old order are gone");
    let commands = studio.update(Action::Engine(Event::Viewed { ticket: *ticket, n_rows: 120 }));
    assert_eq!(studio.n_view_rows, 120);
    assert!(matches!(requests(&commands)[..], [Request::Rows { first_row: 0, n_rows: 120, .. }]), "{commands:?}");
    studio.update(Action::Engine(rows));
    assert_eq!(studio.rows.cell(5, 1), None, "an answer for the old order is dropped");
}

#[test]
fn the_palette_finds_and_says_why_not() {
    let studio = with_table();
    let found = command_list::search(&studio, "trn");
    assert_eq!(found.first().map(|e| e.id), Some("train"));
    let found = command_list::search(&studio, "package");
    let download = found.iter().find(|e| e.id == "download-package").expect("it is found");
    assert_eq!(download.enabled, Err("No package was made yet.".into()));
    assert_eq!(command_list::search(&studio, "").len(), command_list::commands(&studio).len());
    assert!(command_list::search(&studio, "zzzz").is_empty());
}

#[test]
fn shortcuts_and_ids_are_unique_and_leave_typing_alone() {
    let studio = trained();
    let list = command_list::commands(&studio);
    for (i, entry) in list.iter().enumerate() {
        for other in &list[i + 1..] {
            assert_ne!(entry.id, other.id);
            assert!(entry.shortcut.is_none() || entry.shortcut != other.shortcut, "{} {}", entry.id, other.id);
        }
    }
    let press = |key: &str, ctrl, typing| {
        let pressed = Pressed { key: key.into(), ctrl, shift: false, alt: false, typing };
        command_list::pressed(&studio, &pressed)
    };
    assert_eq!(press("k", true, true), Some(Action::OpenPalette(true)));
    assert_eq!(press("K", true, false), Some(Action::OpenPalette(true)));
    assert_eq!(press("?", false, false), Some(Action::OpenShortcuts(true)));
    assert_eq!(press("?", false, true), None, "in a field a key writes");
    assert_eq!(press("z", true, true), None, "Ctrl+Z belongs to the field");
    assert_eq!(press("z", true, false), None, "there is nothing to undo");
}

#[test]
fn diagnostics_hold_no_data() {
    let studio = trained();
    let text = studio.diagnostics();
    for secret in ["people", "age", "port", "survived", "secret-value", "yes, ", "0.8"] {
        let spoken = text.lines().any(|line| line.split([' ', ',', ':']).any(|word| word == secret));
        assert!(!spoken, "{secret} stands in\n{text}");
    }
    assert!(text.contains("Table: 1,000 rows, 3 columns"), "{text}");
}

#[test]
fn the_playground_plays_steps_and_stops() {
    let mut studio = studio();
    let commands = studio.update(Action::Show(View::Playground));
    assert!(matches!(neural(&commands)[..], [NeuralRequest::Start { .. }]), "{commands:?}");
    let commands = studio.update(device(false));
    let [NeuralRequest::Play { ticket, steps_per_frame: 0, data, .. }] = neural(&commands)[..] else {
        panic!("the first frame is drawn: {commands:?}");
    };
    assert_eq!(data.features.n_columns, 2);
    assert!(data.features.values.iter().all(|v| (-1.0..=1.0).contains(v)));
    let ticket = *ticket;
    let frame = hearth::job::neural::PlaygroundFrame {
        point: CurvePoint {
            epoch: 0,
            step: 0,
            train_loss: 0.7,
            validation_loss: 0.7,
            train_score: 0.5,
            validation_score: 0.5,
        },
        resolution: 2,
        surface: Vec::new(),
        units: Vec::new(),
        network: network(),
    };
    studio.update(Action::Neural(NeuralEvent::Frame { ticket, frame: frame.clone() }));
    let commands = studio.update(Action::Play(PlaygroundAction::PlayPause));
    assert_eq!(neural(&commands), [&NeuralRequest::PlaySpeed { ticket, steps_per_frame: 5 }]);
    let commands = studio.update(Action::Play(PlaygroundAction::Step));
    assert_eq!(
        neural(&commands),
        [&NeuralRequest::PlaySpeed { ticket, steps_per_frame: 0 }, &NeuralRequest::PlayStep { ticket, steps: 5 }]
    );
    studio.update(Action::Play(PlaygroundAction::Source(PlaygroundSource::Moons)));
    studio.update(Action::Neural(NeuralEvent::Frame { ticket, frame }));
    assert_eq!(studio.playground.frame, None, "a frame of the old points is dropped");
    let commands = studio.update(Action::Play(PlaygroundAction::Model(PlaygroundModel::Linear)));
    assert!(matches!(requests(&commands)[..], [Request::Surface { .. }]), "{commands:?}");
}

/// Rounds or trees of the surface that was asked for.
fn asked_trees(commands: &[hearth::studio::Command]) -> (Ticket, u32) {
    let [Request::Surface { ticket, spec, .. }] = requests(commands)[..] else {
        panic!("a surface is asked for: {commands:?}");
    };
    match &spec.model {
        ModelSpec::Boost(boost) => (*ticket, boost.rounds),
        ModelSpec::Forest(forest) => (*ticket, forest.trees),
        other => panic!("no trees: {other:?}"),
    }
}

#[test]
fn the_playground_grows_trees_until_there_are_enough() {
    let mut studio = studio();
    studio.update(Action::Show(View::Playground));
    for model in [PlaygroundModel::Boost, PlaygroundModel::Forest] {
        let commands = studio.update(Action::Play(PlaygroundAction::Model(model)));
        let (ticket, first) = asked_trees(&commands);
        assert_eq!(first, 1, "it begins with one tree");
        let drawn = |ticket| Action::Engine(Event::Surface { ticket, probabilities: vec![0.5; 8], resolution: 2 });
        assert_eq!(studio.update(drawn(ticket)), [], "nothing grows before Play");
        let commands = studio.update(Action::Play(PlaygroundAction::Step));
        assert_eq!(asked_trees(&commands), (ticket, 6), "a step is five trees at this speed");
        studio.update(drawn(ticket));
        let mut commands = studio.update(Action::Play(PlaygroundAction::PlayPause));
        let mut last = 6;
        while studio.playground.playing {
            let (of, trees) = asked_trees(&commands);
            assert!(of == ticket && trees > last, "{trees} after {last}");
            last = trees;
            commands = studio.update(drawn(ticket));
        }
        assert_eq!((last, studio.playground.trees), (200, 200));
        assert_eq!(commands, [], "enough is enough");
        // Play again begins again; other points drop the answers that are still to come.
        let (again, trees) = asked_trees(&studio.update(Action::Play(PlaygroundAction::PlayPause)));
        assert_eq!(trees, 1);
        let (other, _) = asked_trees(&studio.update(Action::Play(PlaygroundAction::Seed(9))));
        assert!(again != other && studio.playground.playing);
        assert_eq!(studio.update(drawn(again)), []);
        assert_eq!(studio.playground.surface, None);
        studio.update(Action::Play(PlaygroundAction::PlayPause));
        let (_, trees) = asked_trees(&studio.update(Action::Play(PlaygroundAction::Leaves(4))));
        assert_eq!((trees, studio.playground.leaves, studio.playground.playing), (1, 4, false));
    }
    let list = command_list::commands(&studio);
    assert!(list.iter().any(|entry| entry.id == "play" && entry.enabled.is_ok()), "Play is among the commands");
}

#[test]
fn playground_sets_are_seeded_and_noise_moves_points_without_shuffling_them() {
    use hearth::playground::{circles, moons, spirals};
    for make in [spirals, moons, circles] {
        assert_eq!(make(100, 0.1, 3), make(100, 0.1, 3));
        assert_ne!(make(100, 0.1, 3), make(100, 0.1, 4));
        let (still, moved) = (make(100, 0.0, 3), make(100, 0.01, 3));
        assert_eq!(still.class, moved.class);
        let far = still.x.iter().zip(&moved.x).filter(|(a, b)| (*a - *b).abs() > 0.06).count();
        assert_eq!(far, 0);
        assert!(still.x.iter().chain(&still.y).all(|v| (-1.0..=1.0).contains(v)));
    }
}

#[test]
fn a_check_that_failed_stands_in_the_verdict() {
    let mut studio = trained();
    let at = studio.project.runs.iter().position(|run| !run.is_baseline()).expect("a model");
    let run = &mut studio.project.runs[at];
    for score in &mut run.report.scores {
        score.mean = score.baseline;
        score.folds = vec![score.baseline; score.folds.len()];
    }
    let run = studio.project.runs[at].clone();
    let verdict = studio.verdict(&run);
    assert!(verdict.ends_with(" This check failed: “Better than guessing”."), "{verdict}");
    let baseline = studio.project.runs.iter().find(|run| run.is_baseline()).expect("a baseline");
    assert!(!studio.verdict(baseline).contains("failed"), "guessing is no failed model");
}

#[test]
fn the_verdict_is_a_sentence_with_its_source() {
    let studio = trained();
    let run = studio.current_run().expect("a run is selected");
    let plain = |text: String| text.replace(['\u{a0}', '\u{202f}'], " ");
    insta::assert_snapshot!(plain(studio.verdict(run)), @"Flagging 40 % finds 75 of 100 rows with survived = yes (70–79); chance finds 40.");
    insta::assert_snapshot!(plain(studio.verdict_source(run)), @"5 folds over 800 rows; test set of 200 rows unopened");
}
