//! Models that were fitted on a table with missing numbers, categories and dates, packaged, and run by onnxruntime: each
//! objective of boosting, forests of each task, naive Bayes and nearest neighbours.

use hearth::dataset::{Dataset, DatasetSpec};
use hearth::design::Design;
use hearth::model::bayes::BayesSpec;
use hearth::model::neighbours::{NeighboursSpec, Votes};
use hearth::model::trees::{BoostSpec, ForestSpec, Objective, Trend};
use hearth::model::{Model, ModelSpec};
use hearth::package::{build, open};
use hearth::pipeline::PipelineSpec;
use hearth::prepare::{PrepareSpec, Scaling};
use hearth::random::Random;
use hearth::split::SplitSpec;
use hearth::table::Table;
use hearth::table::csv::import_bytes;
use hearth::validate::cross_validate;

use crate::made_up;
use crate::real::deviation_on_rows;
use crate::runtime::{empty_folder, unpack, verify_all};

/// 600 rows; every column has missing cells, and the harbour has rare ones.
fn table() -> Table {
    let mut random = Random::new(21, 0);
    let mut text = "length,width,harbour,landed,price,catch,quality,sold\n".to_owned();
    let harbours = ["Kiel", "Bergen", "Tórshavn", "Hull", "Cádiz", "Brest", "Split"];
    for row in 0..600 {
        let (length, width) = (20.0 + 8.0 * random.normal(), random.unit() * 9.0);
        let harbour = random.below(harbours.len() as u64) as usize;
        let (month, day, hour) = (1 + random.below(12), 1 + random.below(28), random.below(24));
        let season = if (4..10).contains(&month) { 1.5 } else { -1.0 };
        let signal = 0.2 * (length - 20.0) + season + [0.0, 2.0, -1.0, 1.0, 0.5, -2.0, 3.0][harbour];
        let price = 1_000.0 + 40.0 * signal + 10.0 * random.normal();
        let mean = libm::exp(1.0 + 0.2 * signal);
        let catch = (0..40).filter(|_| random.unit() < mean / 40.0).count();
        let quality = match signal + random.normal() {
            s if s < -0.5 => "poor",
            s if s < 1.5 => "fair",
            _ => "good",
        };
        let sold = if signal + random.normal() > 0.5 { "yes" } else { "no" };
        let or_missing = |text: String, random: &mut Random| if random.below(12) == 0 { String::new() } else { text };
        let name = if row % 97 == 0 { format!("islet {row}") } else { harbours[harbour].to_owned() };
        let cells = [
            or_missing(format!("{length:.2}"), &mut random),
            or_missing(format!("{width:.1}"), &mut random),
            or_missing(name, &mut random),
            or_missing(format!("2024-{month:02}-{day:02}T{hour:02}:30:00"), &mut random),
        ];
        text += &format!("{},{price:.3},{catch},{quality},{sold}\n", cells.join(","));
    }
    import_bytes("fish.csv", text.as_bytes(), None).expect("readable").read.table
}

fn boost(objective: Objective) -> ModelSpec {
    ModelSpec::Boost(BoostSpec { rounds: 40, min_rows_leaf: 8, objective, ..BoostSpec::default() })
}

fn forest(extra: bool) -> ModelSpec {
    ModelSpec::Forest(ForestSpec { trees: 30, extra, ..ForestSpec::default() })
}

/// The models on the table of fish, packaged with the same bytes twice, unpacked for onnxruntime, and opened again. What is
/// promised of each is looked at by `check`, which is given its largest deviation on all rows.
fn package_all(
    out: &std::path::Path,
    models: Vec<(&str, &str, PrepareSpec, ModelSpec)>,
    check: impl Fn(&str, &hearth::pipeline::Pipeline, &hearth::package::PackageSummary, f64),
) {
    let table = table();
    for (name, target, prepare, model) in models {
        let names = ["price", "catch", "quality", "sold"];
        let roles = names.iter().filter(|n| **n != target).map(|n| ((*n).to_owned(), hearth::dataset::Role::Ignore));
        let dataset = DatasetSpec { target: target.into(), roles: roles.collect(), ..DatasetSpec::default() };
        let data = Dataset::new(&table, &dataset).unwrap_or_else(|p| panic!("{name}: {p:?}"));
        let split_spec = SplitSpec { holdout: 0.1, folds: 2, ..SplitSpec::default() };
        let split = split_spec.draw(&data.target).expect("enough rows");
        let spec = PipelineSpec { prepare, model };
        let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
        let (pipeline, report) =
            cross_validate(&data, target, &split, &spec, &mut none).unwrap_or_else(|p| panic!("{name}: {p:?}"));
        let first = &report.scores[0];
        assert!(first.mean != first.baseline, "{name} has learned something: {first:?}");
        let design = Design { dataset, split: split_spec, metric: None, candidates: vec![spec], search: None };
        let make = || build::make(&pipeline, &report, &design, &made_up::about(None), &build::Source::default());
        let (summary, zip) = make().unwrap_or_else(|p| panic!("{name}: {p:?}"));
        assert_eq!(make().expect("again").1, zip, "{name}: the same bytes");
        let rows = deviation_on_rows(&pipeline, &table);
        println!(
            "{name}: {} numbers, golden rows {:.1e}, all rows {rows:.1e}, {} bytes",
            pipeline.model.n_numbers(),
            summary.largest_deviation,
            zip.len()
        );
        check(name, &pipeline, &summary, rows);
        assert_eq!(open::open(&zip, name).unwrap_or_else(|p| panic!("{name}: {p:?}")).pipeline, pipeline);
        unpack(&zip, &out.join(name));
    }
    verify_all(out);
}

#[test]
fn naive_bayes_agrees_with_onnxruntime() {
    let out = empty_folder("package-bayes");
    let bayes = || ModelSpec::Bayes(BayesSpec::default());
    let narrow = PrepareSpec { scaling: Scaling::None, missing_indicator: false, ..PrepareSpec::for_linear() };
    let models = vec![
        ("bayes-binary", "sold", PrepareSpec::for_linear(), bayes()),
        ("bayes-multiclass", "quality", PrepareSpec::for_network(), bayes()),
        ("bayes-unscaled", "quality", narrow, bayes()),
    ];
    package_all(&out, models, |name, pipeline, summary, rows| {
        assert!(rows <= 1e-6, "{name}: {rows}");
        assert!(matches!(pipeline.model, Model::Bayes(_)), "{name}");
        assert!(summary.readme.contains("a naive Bayes model"), "{name}: {}", summary.readme);
        assert!(summary.reveals.iter().any(|line| line.starts_with("Of each class how many")), "{name}");
    });
}

#[test]
fn neighbours_agree_with_onnxruntime_and_their_rows_are_told() {
    let out = empty_folder("package-neighbours");
    let spec = |votes| ModelSpec::Neighbours(NeighboursSpec { k: 7, votes, max_rows: 250, seed: 3 });
    let few = PrepareSpec { scaling: Scaling::None, min_category_rows: 200, ..PrepareSpec::for_linear() };
    let models = vec![
        ("neighbours-binary", "sold", PrepareSpec::for_linear(), spec(Votes::Uniform)),
        ("neighbours-multiclass", "quality", PrepareSpec::for_network(), spec(Votes::Distance)),
        ("neighbours-unscaled", "quality", few, spec(Votes::Uniform)),
        ("neighbours-regression", "price", PrepareSpec::for_linear(), spec(Votes::Uniform)),
        ("neighbours-distance", "price", PrepareSpec::for_linear(), spec(Votes::Distance)),
    ];
    package_all(&out, models, |name, pipeline, summary, rows| {
        assert!(rows <= 1e-6, "{name}: {rows}");
        assert_eq!(pipeline.model.n_carried(), 250, "{name}");
        let told = summary.reveals.iter().any(|line| line.starts_with("The cells of 250 training rows themselves"));
        assert!(told, "{name}: {:?}", summary.reveals);
        assert!(!summary.reveals.iter().any(|line| line.contains("No row of the data is stored")), "{name}");
        assert!(summary.readme.contains("which carries training rows"), "{name}: {}", summary.readme);
    });
}

#[test]
fn fitted_trees_of_every_kind_agree_with_onnxruntime() {
    let out = empty_folder("package-fitted");
    let stopped =
        ModelSpec::Boost(BoostSpec { rounds: 200, patience: Some(5), row_share: 0.7, ..BoostSpec::default() });
    let monotone = vec![("length".to_owned(), Trend::Increasing)];
    let one_way = ModelSpec::Boost(BoostSpec { rounds: 40, monotone, ..BoostSpec::default() });
    let models = [
        ("binary", "sold", boost(Objective::Task)),
        ("multiclass", "quality", boost(Objective::Task)),
        ("regression", "price", boost(Objective::Task)),
        ("stopped", "price", stopped),
        ("one-way", "price", one_way),
        ("absolute", "price", boost(Objective::Absolute)),
        ("huber", "price", boost(Objective::Huber { delta: 20.0 })),
        ("poisson", "catch", boost(Objective::Poisson)),
        ("quantile", "price", boost(Objective::Quantile { level: 0.9 })),
        ("forest-binary", "sold", forest(false)),
        ("forest-multiclass", "quality", forest(false)),
        ("forest-regression", "price", forest(false)),
        ("extra-multiclass", "quality", forest(true)),
        ("extra-regression", "price", forest(true)),
    ];
    let models = models.map(|(name, target, model)| (name, target, PrepareSpec::for_trees(), model));
    package_all(&out, models.into(), |name, pipeline, summary, rows| {
        let Model::Trees(trees) = &pipeline.model else { panic!("{name}: no trees") };
        assert!(trees.trees.len() >= 10 && trees.n_nodes() > 100, "{name}: {} nodes", trees.n_nodes());
        assert!(rows <= 1e-5, "{name}: {rows}");
        assert!(summary.readme.contains("**How large it is.**"), "{name}: {}", summary.readme);
        assert!(summary.reveals.iter().any(|line| line.contains("fewer than 5 rows")), "{name}: {:?}", summary.reveals);
    });
}
