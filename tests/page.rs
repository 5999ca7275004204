//! What views show, as values: the grid's arithmetic.

use hearth::grid::{self, Geometry, Place};
use hearth::table::ColumnType;
use hearth::table::profile::{ColumnProfile, Shape};
use hearth::table::view::Filter;

fn number(name: &str, minimum: f64, maximum: f64, histogram: Vec<u32>) -> ColumnProfile {
    ColumnProfile {
        name: name.to_owned(),
        column_type: ColumnType::Number,
        n_missing: 0,
        n_distinct: 10,
        missing_spellings: Vec::new(),
        unit: None,
        has_time: false,
        shape: Shape::Range {
            minimum,
            maximum,
            mean: 0.0,
            deviation: 1.0,
            quantiles: [0.0; 5],
            histogram,
            whole: true,
        },
    }
}

fn levels(name: &str, top: &[(&str, u32)]) -> ColumnProfile {
    ColumnProfile {
        name: name.to_owned(),
        column_type: ColumnType::Category,
        n_missing: 0,
        n_distinct: top.len() as u32,
        missing_spellings: Vec::new(),
        unit: None,
        has_time: false,
        shape: Shape::Levels { top: top.iter().map(|(text, n)| ((*text).to_owned(), *n)).collect() },
    }
}

fn wide(n_columns: usize, n_rows: u32) -> Geometry {
    let columns: Vec<_> = (0..n_columns).map(|i| number(&format!("c{i}"), 0.0, 1.0, vec![1, 2])).collect();
    Geometry::new(&columns, n_rows)
}

#[test]
fn a_million_rows_reach_from_the_first_to_the_last_through_a_mapped_scroll_bar() {
    let geometry = wide(3, 1_000_000);
    let visible = 700.0;
    assert!(geometry.is_mapped());
    assert!(geometry.space() <= grid::MOST_HEIGHT);
    assert_eq!(geometry.rows_in(geometry.top_of(0.0, visible), visible).start, 0);
    let end = geometry.space() - visible;
    let last = geometry.rows_in(geometry.top_of(end, visible), visible);
    assert_eq!(last.end, 1_000_000);
    // There and back: the bar follows a top that keys or the wheel chose.
    for top in [0.0, 28.0, 12_345.0, 13_999_000.0, geometry.most_top(visible)] {
        let back = geometry.top_of(geometry.scroll_of(top, visible), visible);
        assert!((back - top).abs() < 1e-6, "{top} became {back}");
    }
}

#[test]
fn few_rows_scroll_one_to_one() {
    let geometry = wide(3, 100);
    assert!(!geometry.is_mapped());
    assert_eq!(geometry.top_of(280.0, 280.0), 280.0);
    assert_eq!(geometry.rows_in(280.0, 280.0), 10..20);
    assert_eq!(geometry.rows_in(14.0, 280.0), 0..11);
    // Beyond the end the last rows stay in sight.
    assert_eq!(geometry.top_of(9_999.0, 280.0), 2_520.0);
    // Fewer rows than fit.
    assert_eq!(wide(1, 3).rows_in(0.0, 700.0), 0..3);
    assert_eq!(wide(1, 0).rows_in(0.0, 700.0), 0..0);
}

#[test]
fn of_ten_thousand_columns_only_those_in_sight_are_drawn() {
    let geometry = wide(10_000, 50);
    assert_eq!(geometry.n_columns(), 10_000);
    let first = geometry.columns_in(0.0, 600.0);
    assert_eq!(first, 0..5);
    let last = geometry.columns_in(geometry.width() - 600.0, 600.0);
    assert_eq!(last.end, 10_000);
    assert!(last.len() <= 6);
    let middle = geometry.columns_in(geometry.left(500), geometry.column_width(500));
    assert_eq!(middle, 500..501);
    assert_eq!(wide(0, 5).columns_in(0.0, 600.0), 0..0);
}

#[test]
fn keys_reach_every_corner() {
    let geometry = wide(4, 1_000_000);
    let go = |row, column, key, control| grid::step(Place { row, column }, key, control, 20, &geometry);
    assert_eq!(go(5, 2, "End", true), Some(Place { row: 1_000_000, column: 3 }));
    assert_eq!(go(5, 2, "Home", true), Some(Place { row: 1, column: 0 }));
    assert_eq!(go(5, 2, "End", false), Some(Place { row: 5, column: 3 }));
    assert_eq!(go(5, 2, "PageDown", false), Some(Place { row: 25, column: 2 }));
    assert_eq!(go(5, 2, "PageUp", false), Some(Place { row: 1, column: 2 }));
    assert_eq!(go(1, 0, "ArrowUp", false), Some(Place { row: 0, column: 0 }));
    assert_eq!(go(0, 0, "ArrowUp", false), Some(Place { row: 0, column: 0 }));
    assert_eq!(go(1_000_000, 3, "ArrowDown", false), Some(Place { row: 1_000_000, column: 3 }));
    assert_eq!(go(1, 1, "a", false), None);
    // The last row is shown whole.
    let top = geometry.reveal_row(999_999, 0.0, 700.0);
    assert_eq!(geometry.rows_in(top, 700.0).end, 1_000_000);
    assert_eq!(top, geometry.most_top(700.0));
    assert_eq!(geometry.reveal_row(3, 84.0, 700.0), 84.0);
}

#[test]
fn a_brush_takes_whole_bars_and_keeps_the_exact_extremes() {
    let age = number("age", 0.1, 80.3, vec![1; 8]);
    let Some(Filter::Between { low, high, column }) = grid::brush(2, &age, 0.99, 0.3) else {
        panic!("a range filters between two values")
    };
    assert_eq!(column, 2);
    assert!((low - (0.1 + 80.2 / 8.0 * 2.0)).abs() < 1e-12);
    assert_eq!(high, 80.3);
    let Some(Filter::Between { low, high, .. }) = grid::brush(2, &age, 0.0, 0.0) else { panic!("a press takes a bar") };
    assert_eq!(low, 0.1);
    assert!((high - (0.1 + 80.2 / 8.0)).abs() < 1e-12);

    let port = levels("port", &[("S", 10), ("C", 5), ("Q", 1)]);
    assert_eq!(
        grid::brush(0, &port, 0.4, 0.9),
        Some(Filter::OneOf { column: 0, texts: vec!["C".to_owned(), "Q".to_owned()] })
    );
    let empty = ColumnProfile { shape: Shape::Empty, ..port };
    assert_eq!(grid::brush(0, &empty, 0.0, 1.0), None);
}

#[test]
fn a_press_with_an_unsteady_hand_is_no_drag() {
    assert!(!grid::is_drag(0.5, 0.5, 120.0));
    assert!(!grid::is_drag(0.5, 0.5 + 3.0 / 120.0, 120.0));
    assert!(grid::is_drag(0.5, 0.5 + 5.0 / 120.0, 120.0));
    assert!(grid::is_drag(0.5, 0.5 - 5.0 / 120.0, 120.0), "to the left too");
}

#[test]
fn bars_tell_what_the_filters_leave() {
    let age = number("age", 0.0, 80.0, vec![1, 4, 2, 0]);
    let bars = grid::bars(&age);
    assert_eq!(bars.iter().map(|b| b.count).collect::<Vec<_>>(), [1, 4, 2, 0]);
    assert_eq!(bars[1].height, 1.0);
    assert_eq!(bars[1].label, "20 to 40");
    let filters = [grid::brush(0, &age, 0.3, 0.4).expect("ages have bars")];
    let kept: Vec<_> = bars.iter().map(|bar| grid::is_kept(0, &age, bar, &filters)).collect();
    assert_eq!(kept, [Some(false), Some(true), Some(false), Some(false)]);
    assert_eq!(grid::is_kept(1, &age, &bars[0], &filters), None);
    assert_eq!(grid::filter_text(&filters[0], std::slice::from_ref(&age)), "age 20 to 40");
}

#[test]
fn values_are_written_short() {
    let text = |value| grid::value_text(ColumnType::Number, value);
    assert_eq!(text(0.0), "0");
    assert_eq!(text(2009.0), "2009");
    assert_eq!(text(1_234_567.0), "1,234,567");
    assert_eq!(text(-12.5), "\u{2212}12.5");
    assert_eq!(text(0.333_333), "0.3333");
    assert_eq!(text(1e300), "1.00e300");
    assert_eq!(grid::value_text(ColumnType::Date, 86_400_000.0), "1970-01-02");
}

mod design {
    use hearth::dataset::{DatasetSpec, Role, Task};
    use hearth::design::Design;
    use hearth::model::bayes::BayesSpec;
    use hearth::model::linear::LinearSpec;
    use hearth::model::neighbours::NeighboursSpec;
    use hearth::model::trees::{BoostSpec, ForestSpec, Trend};
    use hearth::model::{ClassWeights, ModelSpec};
    use hearth::studio::design_edits::{self as edits, widths};
    use hearth::studio::tree_words::{largest, setting_name};

    fn order() -> Vec<String> {
        ["id", "age", "port", "survived"].map(str::to_owned).to_vec()
    }

    fn design() -> Design {
        let dataset = DatasetSpec { target: "survived".to_owned(), ..DatasetSpec::default() };
        Design::default_for(dataset, Task::Binary, 800, 3)
    }

    #[test]
    fn a_role_is_kept_in_the_order_of_the_table_and_never_given_to_the_target() {
        let next = edits::with_role(&design(), &order(), &["port".to_owned(), "id".to_owned()], Role::Ignore);
        let names: Vec<&str> = next.dataset.roles.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["id", "age", "port"]);
        assert_eq!(edits::role_of(&next, "port"), Role::Ignore);
        assert_eq!(edits::role_of(&next, "age"), Role::Feature);
    }

    #[test]
    fn another_positive_class_leaves_each_class_its_weight() {
        let given = |weights: &[f32]| {
            let mut design = design();
            if let ModelSpec::Network(network) = &mut design.candidates[4].model {
                network.class_weights = ClassWeights::Given(weights.to_vec());
            }
            design
        };
        let weights = |design: &Design| match &design.candidates[4].model {
            ModelSpec::Network(network) => network.class_weights.clone(),
            other => panic!("no network: {other:?}"),
        };
        let labels = ["no".to_owned(), "yes".to_owned()];
        let same = edits::with_positive(&given(&[1.0, 3.0]), &labels, "yes");
        assert_eq!(weights(&same), ClassWeights::Given(vec![1.0, 3.0]));
        let turned = edits::with_positive(&same, &labels, "no");
        assert_eq!(turned.dataset.positive.as_deref(), Some("no"));
        assert_eq!(weights(&turned), ClassWeights::Given(vec![3.0, 1.0]));
        // Back again, before anybody has looked at the design anew.
        assert_eq!(weights(&edits::with_positive(&turned, &labels, "yes")), ClassWeights::Given(vec![1.0, 3.0]));
        let one = edits::with_positive(&given(&[2.0]), &labels, "no");
        assert_eq!(weights(&one), ClassWeights::Given(vec![2.0]), "the check says what is wrong with it");
    }

    #[test]
    fn another_target_frees_the_old_one_and_drops_what_belonged_to_its_classes() {
        let mut before = edits::with_role(&design(), &order(), &["id".to_owned()], Role::Id);
        before.dataset.task = Some(Task::Binary);
        before.dataset.positive = Some("yes".to_owned());
        if let ModelSpec::Network(network) = &mut before.candidates[4].model {
            network.class_weights = ClassWeights::Given(vec![1.0, 3.0]);
        }
        let next = edits::with_target(&before, &order(), "port");
        assert_eq!(next.dataset.target, "port");
        assert_eq!((next.dataset.task, next.dataset.positive.as_deref()), (None, None));
        assert_eq!(edits::role_of(&next, "survived"), Role::Feature);
        assert_eq!(edits::role_of(&next, "id"), Role::Id);
        assert!(matches!(&next.candidates[4].model, ModelSpec::Network(n) if n.class_weights == ClassWeights::Equal));
    }

    #[test]
    fn the_baseline_cannot_be_removed() {
        let design = design();
        assert_eq!(edits::without_candidate(&design, 0), design);
        assert_eq!(edits::without_candidate(&design, 1).candidates.len(), 4);
        assert_eq!(edits::with_candidate(&design, usize::MAX, design.candidates[1].clone()).candidates.len(), 6);
    }

    #[test]
    fn what_differs_from_the_defaults_is_counted() {
        let design = design();
        let defaults = edits::defaults(&design, Task::Binary, 800, 3);
        for candidate in &design.candidates {
            let default = edits::default_of(&defaults, &candidate.model).expect("every kind has a default");
            assert_eq!(edits::n_differing(candidate, default), 0, "{}", candidate.model.name());
        }
        let mut changed = design.candidates[4].clone();
        changed.prepare.max_categories = 7;
        if let ModelSpec::Network(network) = &mut changed.model {
            network.hidden = vec![8];
            network.patience = None;
        }
        assert_eq!(edits::n_differing(&changed, &defaults[4]), 3);
        assert_eq!(edits::candidate_line(&changed.model).split(',').next(), Some("One hidden layer of 8"));
    }

    #[test]
    fn trees_say_how_large_they_may_become() {
        let design = design();
        let said = |position: usize, n_classes| largest(&design.candidates[position].model, n_classes);
        assert_eq!((said(0, 2), said(1, 2), said(4, 2)), (None, None, None), "only trees");
        let plain = |text: Option<String>| text.unwrap_or_default().replace(['\u{a0}', '\u{202f}'], " ");
        insta::assert_snapshot!(plain(said(2, 2)), @"At most 100 trees with 31 leaves each, 3,100 in all: up to about 78 kB of the package.");
        insta::assert_snapshot!(plain(said(2, 3)), @"At most 300 trees with 31 leaves each, 9,300 in all: up to about 232 kB of the package.");
        insta::assert_snapshot!(plain(said(3, 3)), @"At most 100 trees with 2,048 leaves each, 204,800 in all: up to about 8.2 MB of the package.");
        let mut wide = design.candidates[3].clone();
        if let ModelSpec::Forest(forest) = &mut wide.model {
            forest.max_leaves = 65_536;
        }
        insta::assert_snapshot!(plain(largest(&wide.model, 2)), @"At most 100 trees with 65,536 leaves each, 500,000 in all: up to about 17.5 MB of the package.");
        let mut flat = design.candidates[2].clone();
        if let ModelSpec::Boost(boost) = &mut flat.model {
            (boost.max_depth, boost.rounds) = (Some(2), 1);
        }
        insta::assert_snapshot!(plain(largest(&flat.model, 0)), @"At most 1 tree with 4 leaves each, 4 in all: up to about 100 bytes of the package.");
    }

    #[test]
    fn every_kind_of_model_can_be_added_and_has_words_for_its_settings() {
        let defaults = edits::defaults(&design(), Task::Binary, 800, 3);
        let names: Vec<&str> = defaults.iter().map(|candidate| candidate.model.name()).collect();
        let known = ["Baseline", "Linear", "Boosted trees", "Random forest", "Neural network", "Extra trees"];
        assert_eq!(names, [&known[..], &["Naive Bayes", "Nearest neighbours"]].concat());
        let numbers = edits::defaults(&design(), Task::Regression, 800, 3);
        assert!(numbers.iter().all(|candidate| candidate.model.name() != "Naive Bayes"), "numbers are no classes");
        for candidate in &defaults {
            let model = serde_json::to_value(&candidate.model).expect("JSON");
            let (kind, fields): (&str, fn(&str) -> Option<&'static str>) = match &candidate.model {
                ModelSpec::Boost(_) => ("Boost", BoostSpec::explain),
                ModelSpec::Forest(_) => ("Forest", ForestSpec::explain),
                ModelSpec::Linear(_) => ("Linear", LinearSpec::explain),
                ModelSpec::Bayes(_) => ("Bayes", BayesSpec::explain),
                ModelSpec::Neighbours(_) => ("Neighbours", NeighboursSpec::explain),
                ModelSpec::Baseline | ModelSpec::Network(_) => continue,
            };
            for field in model[kind].as_object().expect("settings").keys() {
                assert!(fields(field).is_some(), "{kind}.{field} is explained");
                assert!(
                    !["Boost", "Forest"].contains(&kind)
                        || setting_name(field).is_some()
                        || ["class_weights", "seed"].contains(&field.as_str()),
                    "{field}"
                );
            }
            let mut other = candidate.clone();
            match &mut other.model {
                ModelSpec::Boost(boost) => boost.monotone.push(("age".to_owned(), Trend::Decreasing)),
                ModelSpec::Forest(forest) => forest.max_depth = Some(4),
                _ => continue,
            }
            assert_eq!(edits::n_differing(&other, candidate), 1);
        }
    }

    #[test]
    fn codes_are_for_trees_alone() {
        let mut design = design();
        design.candidates[1].prepare = design.candidates[2].prepare.clone();
        let problems = design.validate(Task::Binary);
        let places: Vec<&str> = problems.iter().map(|problem| problem.place.as_str()).collect();
        assert_eq!(places, ["candidate 2 (Linear), prepare, encoding"]);
    }

    #[test]
    fn widths_are_read_from_a_list() {
        assert_eq!(widths("64, 32 16"), Ok(vec![64, 32, 16]));
        assert_eq!(widths(""), Ok(vec![]));
        assert_eq!(
            widths("64, x"),
            Err("“x” is no width: whole numbers from 1 to 2048, with commas. The layers before stay.".to_owned())
        );
        assert!(widths("0").is_err());
        assert!(widths("1 2 3 4 5 6 7 8 9").is_err());
    }
}
