//! Predictions that were made elsewhere: figures against scikit-learn and NumPy, the same as of a candidate that was trained
//! here, and bad tables.

use hearth::dataset::{Dataset, Target, Task};
use hearth::metrics::Metric;
use hearth::model::linear::LinearSpec;
use hearth::model::{ModelSpec, Predictions};
use hearth::pipeline::PipelineSpec;
use hearth::prepare::PrepareSpec;
use hearth::problem::Problem;
use hearth::random::Random;
use hearth::split::SplitSpec;
use hearth::table::{Column, Table};
use hearth::validate::compare::{delong, second_class};
use hearth::validate::decide::{Judged, Rule, Worths, decide};
use hearth::validate::judged::{JudgeSpec, look, see};
use hearth::validate::resample::{HeldOut, paired};
use hearth::validate::{About, Fit, Folds, Given, Report, Views};
use serde_json::json;

use crate::data::{categories, dataset, mixed, numbers};
use crate::python::{ask, assert_close, number, numbers as list};

fn table(columns: Vec<Column>) -> Table {
    let n_rows = columns[0].values.len();
    Table { columns, n_rows }
}

fn spec(scores: &[&str]) -> JudgeSpec {
    JudgeSpec {
        truth: "churn".into(),
        scores: scores.iter().map(|name| (*name).to_owned()).collect(),
        ..JudgeSpec::default()
    }
}

/// Truth, two columns of probabilities that are exact in 32 bits, folds of unequal size.
fn customers(n: usize) -> (Vec<bool>, [Vec<f64>; 2], Vec<usize>) {
    let mut random = Random::new(31, 0);
    let (mut truth, mut scores, mut folds) = (Vec::new(), [Vec::new(), Vec::new()], Vec::new());
    for _ in 0..n {
        let yes = random.below(3) == 0;
        truth.push(yes);
        for (noise, scores) in [1.0, 1.6].into_iter().zip(&mut scores) {
            let odds = if yes { 0.8 } else { -1.2 } + noise * random.normal();
            scores.push((4095.0 / (1.0 + libm::exp(-odds))).round().max(1.0) / 4096.0);
        }
        folds.push([1, 2, 3, 4, 5, 5][random.below(6) as usize]);
    }
    (truth, scores, folds)
}

fn columns(truth: &[bool], scores: &[Vec<f64>; 2], folds: &[usize]) -> Vec<Column> {
    let words: Vec<Option<&str>> = truth.iter().map(|yes| Some(if *yes { "yes" } else { "no" })).collect();
    vec![
        categories("churn", &words),
        numbers("p", scores[0].clone()),
        numbers("q", scores[1].clone()),
        numbers("fold", folds.iter().map(|fold| *fold as f64).collect()),
    ]
}

fn case(truth: &[bool], scores: &[f64]) -> serde_json::Value {
    let both: Vec<f64> = scores.iter().flat_map(|p| [1.0 - p, *p]).collect();
    json!({"codes": truth.iter().map(|yes| u8::from(*yes)).collect::<Vec<u8>>(), "probabilities": both, "n_classes": 2})
}

fn means(report: &Report) -> Vec<(Metric, f64)> {
    report.scores.iter().map(|score| (score.metric, score.mean.expect("scored"))).collect()
}

#[test]
fn figures_of_one_tested_set_equal_scikit_learns() {
    let (truth, scores, folds) = customers(700);
    let table = table(columns(&truth, &scores, &folds));
    let seen = see(&table, &spec(&["p"])).expect("a judgement");
    let report = seen.report(0);
    assert_eq!((report.task, report.fit), (Task::Binary, Fit::Elsewhere(Given::Probabilities)));
    assert_eq!((report.labels.clone(), report.n_rows), (vec!["no".to_owned(), "yes".to_owned()], 700));
    let answer = ask("learn_scores.py", &json!({"cases": [case(&truth, &scores[0])]}));
    let theirs = &answer["cases"][0];
    assert_eq!(report.scores.len(), 7);
    for (metric, ours) in means(&report) {
        let wanted = number(&theirs["scores"][format!("{metric:?}")]);
        assert_close(&format!("{metric:?}"), &[ours], &[wanted], 1e-9);
    }
    let Views::Classes(views) = &report.views else { panic!("classes") };
    assert_close(
        "confusion",
        &views.confusion.iter().map(|n| f64::from(*n)).collect::<Vec<f64>>(),
        &list(&theirs["confusion"]),
        0.0,
    );
    let bins = &views.curves[0].calibration;
    let curve = &theirs["curves"][0];
    let predicted: Vec<f64> = bins.iter().map(|bin| bin.predicted).collect();
    let observed: Vec<f64> = bins.iter().map(|bin| bin.observed).collect();
    assert_close("said", &predicted, &list(&curve["predicted"]), 1e-9);
    assert_close("seen", &observed, &list(&curve["observed"]), 1e-9);
    // One tested set has the interval over rows.
    let over_rows = report.resampled.as_ref().expect("enough rows");
    for score in &report.scores {
        let (low, high) = score.interval.expect("of the bootstrap");
        assert_eq!(Some((low, high)), over_rows.of(score.metric));
        assert!(low < score.mean.expect("scored") && score.mean.expect("scored") < high, "{score:?}");
    }
    // The line, as NumPy finds it by trying every one.
    let tested = seen.tested(0);
    let rows: Vec<Judged> = tested
        .positions
        .iter()
        .zip(second_class(&tested.predictions))
        .map(|(at, score)| Judged { score, positive: truth[*at as usize], unit: *at, fold: 0 })
        .collect();
    let dear = Worths { found: 50.0, missed: -200.0, false_alarm: -30.0, left_alone: 1.0 };
    let question = json!({
        "positive": truth, "scores": scores[0], "units": (0..700).collect::<Vec<u32>>(), "folds": (0..700).map(|row| row % 2).collect::<Vec<u32>>(),
        "worths": [50.0, -200.0, -30.0, 1.0], "rule": "Capacity", "share": 0.25,
    });
    let answer = ask("decisions.py", &json!({"decisions": [question], "curves": []}));
    let ours = decide(&rows, Rule::Capacity(0.25), dear, 1).expect("a line");
    let counts = [ours.counts.found, ours.counts.missed, ours.counts.false_alarm, ours.counts.left_alone];
    assert_eq!(counts.map(f64::from).to_vec(), list(&answer["decisions"][0]["counts"]));
    assert_close("worth", &[ours.worth.value], &[number(&answer["decisions"][0]["worth"])], 1e-9);
}

#[test]
fn figures_over_folds_equal_scikit_learns() {
    let (truth, scores, folds) = customers(600);
    let table = table(columns(&truth, &scores, &folds));
    let seen = see(&table, &JudgeSpec { fold: Some("fold".into()), ..spec(&["p", "q"]) }).expect("a judgement");
    let pick = |score: &[f64], fold: usize| {
        let rows: Vec<usize> = (0..600).filter(|row| folds[*row] == fold).collect();
        let truth: Vec<bool> = rows.iter().map(|row| truth[*row]).collect();
        case(&truth, &rows.iter().map(|row| score[*row]).collect::<Vec<f64>>())
    };
    let sizes: Vec<[usize; 2]> =
        (1..=5).map(|fold| folds.iter().filter(|own| **own == fold).count()).map(|n| [600 - n, n]).collect();
    for (at, own) in scores.iter().enumerate() {
        let report = seen.report(at);
        let cases: Vec<_> = (1..=5).map(|fold| pick(own, fold)).collect();
        let areas: Vec<f64> = report
            .scores
            .iter()
            .find(|s| s.metric == Metric::RocAuc)
            .expect("scored")
            .folds
            .iter()
            .map(|s| s.expect("both classes"))
            .collect();
        let answer = ask("learn_scores.py", &json!({"cases": cases, "intervals": [[areas, sizes, [0.0, 1.0]]]}));
        for score in &report.scores {
            let ours: Vec<f64> = score.folds.iter().map(|score| score.expect("both classes")).collect();
            let theirs: Vec<f64> =
                (0..5).map(|fold| number(&answer["cases"][fold]["scores"][format!("{:?}", score.metric)])).collect();
            assert_close(&format!("{:?}", score.metric), &ours, &theirs, 1e-9);
        }
        let found = report.scores.iter().find(|s| s.metric == Metric::RocAuc).expect("scored");
        let (low, high) = found.interval.expect("five folds");
        let ours = [found.mean.expect("scored"), found.deviation.expect("five"), low, high];
        assert_close("interval", &ours, &list(&answer["intervals"]), 1e-9);
    }
}

/// Out-of-fold predictions of a candidate that is trained here, with the report of its training.
fn trained(columns: &[Column], target: Target) -> (Report, Vec<(u32, usize, Vec<f32>)>) {
    let dataset: Dataset = dataset(columns, target);
    let split = SplitSpec::default().draw(&dataset).expect("a split");
    let candidate =
        PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) };
    let (mut folds, mut rows) = (Folds::new(&dataset), Vec::new());
    for (fold, test) in split.folds.iter().enumerate() {
        let training = split.training(fold);
        let mut input = candidate.prepare(&dataset, &training).expect("prepared");
        let task = input.fit_task(hearth::model::fit::FitSpec::Linear(LinearSpec::default()));
        let model = task.fit().expect("fitted").model;
        let predictions = input.assemble("target", model).predict_positions(&dataset, test);
        for (at, position) in test.iter().enumerate() {
            let own = match &predictions {
                Predictions::Probabilities { values, n_classes } => values[at * n_classes..][..*n_classes].to_vec(),
                Predictions::Values(values) => vec![values[at]],
            };
            rows.push((*position, fold + 1, own));
        }
        folds.add(&dataset, fold, (&training, test), predictions, Metric::primary(dataset.task));
    }
    let about = About {
        target: "target".into(),
        seed: SplitSpec::default().seed,
        split: split.facts.clone(),
        ..About::default()
    };
    (folds.report(&dataset, about), rows)
}

/// Whatever needs no model is the same of a candidate and of its out-of-fold predictions in a table.
#[test]
fn a_judged_candidate_has_the_figures_of_its_training() {
    for n_classes in [0, 2, 4] {
        let (mut columns, target) = mixed(420, n_classes, 8);
        let (trained, rows) = trained(&columns, target.clone());
        let n_rows = target.len();
        let mut folds = vec![f64::NAN; n_rows];
        let mut shares = vec![vec![f64::NAN; n_rows]; n_classes.max(1)];
        for (position, fold, own) in rows {
            folds[position as usize] = fold as f64;
            own.iter().zip(&mut shares).for_each(|(share, column)| column[position as usize] = f64::from(*share));
        }
        let (names, truth): (Vec<String>, Column) = match &target {
            Target::Classes { codes, labels } => {
                let words: Vec<Option<&str>> = codes.iter().map(|code| Some(labels[*code as usize].as_str())).collect();
                (labels.iter().map(|label| format!("p_{label}")).collect(), categories("target", &words))
            }
            Target::Values(values) => (vec!["predicted".into()], numbers("target", values.clone())),
        };
        columns.push(truth);
        columns.push(numbers("fold", folds));
        columns.extend(names.iter().zip(shares).map(|(name, shares)| numbers(name, shares)));
        let spec = JudgeSpec {
            truth: "target".into(),
            scores: names,
            positive: (n_classes == 2).then(|| "class 1".into()),
            fold: Some("fold".into()),
            ..JudgeSpec::default()
        };
        let table = table(columns);
        let seen = see(&table, &spec).unwrap_or_else(|problem| panic!("{problem:?}"));
        assert_eq!(seen.scores.len(), 1);
        let judged = seen.report(0);
        assert_eq!(judged.task, trained.task);
        assert_eq!(judged.labels, trained.labels);
        assert_eq!(judged.n_rows, trained.n_rows);
        assert_eq!(judged.scores, trained.scores, "{n_classes} classes");
        assert_eq!(judged.resampled, trained.resampled, "{n_classes} classes");
        assert_eq!(judged.views, trained.views, "{n_classes} classes");
        assert_eq!(judged.spread, trained.spread, "{n_classes} classes");
        assert_eq!(judged.test_to_train, trained.test_to_train);
        let left_out = judged.notes.iter().filter(|note| note.contains("left out")).count();
        assert!(left_out >= 2, "the rows of the test set have no score and no fold: {:?}", judged.notes);
    }
}

#[test]
fn scores_that_are_no_probabilities_put_rows_in_order_and_no_more() {
    let (truth, scores, folds) = customers(500);
    let odds: Vec<f64> = scores[0].iter().map(|p| libm::log(p / (1.0 - p))).collect();
    let mut columns = columns(&truth, &scores, &folds);
    columns.push(numbers("odds", odds.clone()));
    let table = table(columns);
    let seen = see(&table, &spec(&["p", "odds"])).expect("a judgement");
    let (p, report) = (seen.report(0), seen.report(1));
    let Fit::Elsewhere(Given::Scores { low, high }) = report.fit else { panic!("{:?}", report.fit) };
    let ends =
        (odds.iter().copied().fold(f64::INFINITY, f64::min), odds.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    assert_eq!((low, high), ends);
    assert_eq!(report.scores.iter().map(|s| s.metric).collect::<Vec<_>>(), [Metric::RocAuc, Metric::PrAuc]);
    for score in &report.scores {
        let of_p = p.scores.iter().find(|own| own.metric == score.metric).expect("scored");
        assert_close("order alone", &[score.mean.expect("scored")], &[of_p.mean.expect("scored")], 1e-12);
    }
    let Views::Classes(views) = &report.views else { panic!("classes") };
    assert!(views.curves[0].calibration.is_empty() && report.spread.is_none());
    let counts = |report: &Report| match &report.views {
        Views::Classes(views) => {
            views.curves[0].thresholds.iter().map(|t| (t.true_positive, t.false_positive)).collect::<Vec<_>>()
        }
        Views::Values(_) => Vec::new(),
    };
    assert_eq!(counts(&p), counts(&report), "the same rows are called by any order");
    let at = |report: &Report, nth: usize| match &report.views {
        Views::Classes(views) => views.curves[0].thresholds[nth].threshold,
        Views::Values(_) => f64::NAN,
    };
    let (share, score) = (at(&p, 7), low + at(&report, 7) * (high - low));
    assert_close("a line is a score", &[score], &[libm::log(share / (1.0 - share))], 1e-5);
}

#[test]
fn predicted_classes_have_scores_of_calls_only() {
    let says = |texts: &[&'static str]| texts.iter().map(|text| Some(*text)).collect::<Vec<_>>().repeat(10);
    let truth = categories("kind", &says(&["a", "b", "c", "a", "b", "c"]));
    let said = categories("said", &says(&["a", "b", "c", "a", "c", "a"]));
    let table = table(vec![truth, said]);
    let seen = see(&table, &JudgeSpec { truth: "kind".into(), ..spec(&["said"]) }).expect("a judgement");
    let report = seen.report(0);
    assert_eq!((report.task, report.fit), (Task::Multiclass, Fit::Elsewhere(Given::Labels)));
    // By hand: 4 of 6 are right; recall 1, 1/2, 1/2; F1 4/5, 2/3, 1/2.
    let wanted = [
        (Metric::Accuracy, 4.0 / 6.0),
        (Metric::BalancedAccuracy, 2.0 / 3.0),
        (Metric::F1, (0.8 + 2.0 / 3.0 + 0.5) / 3.0),
    ];
    assert_eq!(means(&report).len(), 3);
    for ((metric, ours), (of, theirs)) in means(&report).into_iter().zip(wanted) {
        assert_eq!(metric, of);
        assert_close(&format!("{metric:?}"), &[ours], &[theirs], 1e-12);
    }
    assert_eq!(report.leading(), Metric::Accuracy);
}

#[test]
fn two_scores_of_one_tested_set_differ_as_much_as_delong_says() {
    let (truth, scores, folds) = customers(700);
    let table = table(columns(&truth, &scores, &folds));
    let seen = see(&table, &spec(&["p", "q"])).expect("a judgement");
    let held = |at: usize| seen.tested(at).held_out(&seen.dataset);
    let found = paired(Task::Binary, Metric::RocAuc, (held(0), held(1)), false, 42).expect("enough rows");
    let of = |held: Vec<HeldOut>| second_class(&held[0].predictions);
    let theirs = delong(&truth, &of(held(0)), &of(held(1))).expect("both classes");
    assert_close("lead", &[found.lead], &[theirs.lead], 1e-12);
    let width = 2.0 * 1.96 * theirs.variance.sqrt();
    assert!(((found.interval.1 - found.interval.0) / width - 1.0).abs() < 0.12, "{found:?}, {width} by DeLong");
    assert!((found.better + found.same + found.worse - 1.0).abs() < 1e-9 && found.rope == 0.01);
    assert!(found.p_value <= 0.05 && theirs.p_value < 0.05, "{found:?}");
    let twice = paired(Task::Binary, Metric::RocAuc, (held(0), held(0)), false, 42).expect("enough rows");
    assert_eq!((twice.lead, twice.same, twice.p_value), (0.0, 1.0, 1.0));
    let few = HeldOut {
        target: seen.dataset.target.select(&[0, 1, 2]),
        predictions: held(0)[0].predictions.slice(0..3),
        units: vec![0, 1, 2],
    };
    assert_eq!(paired(Task::Binary, Metric::Accuracy, (vec![few.clone()], vec![few]), false, 42), None);
}

#[test]
fn the_class_that_scores_mean_is_proposed_changed_and_doubted() {
    let (truth, scores, folds) = customers(300);
    let mut all = columns(&truth, &scores, &folds);
    let words: Vec<Option<&str>> = truth.iter().map(|yes| Some(if *yes { "gone" } else { "stayed" })).collect();
    all.push(categories("end", &words));
    all.push(numbers("n", truth.iter().map(|yes| if *yes { 1.0 } else { 0.0 }).collect()));
    let table = table(all);
    let labels = |truth: &str, positive: Option<&str>| {
        let spec = JudgeSpec { truth: truth.into(), positive: positive.map(Into::into), ..spec(&["p"]) };
        let look = look(&table, Some(spec.clone()));
        (look.classes, see(&table, &spec).expect("a judgement").report(0))
    };
    // Whatever is rarer: 1 is yes, and of other words the class with the higher scores.
    assert_eq!(labels("n", None).0, ["0", "1"]);
    assert_eq!(labels("end", None).0, ["stayed", "gone"]);
    let (classes, turned) = labels("end", Some("stayed"));
    assert_eq!(classes, ["gone", "stayed"]);
    let note = turned.notes.iter().find(|note| note.contains("below one half")).expect("a doubt");
    assert!(note.contains("its higher scores may mean “gone”"), "{note}");
    assert!(labels("end", None).1.notes.is_empty());
}

#[test]
fn what_is_left_out_is_counted_and_groups_over_folds_are_doubted() {
    let (truth, scores, folds) = customers(200);
    let mut all = columns(&truth, &scores, &folds);
    let mut gaps = scores[0].clone();
    gaps[16] = f64::NAN;
    gaps[50] = f64::NAN;
    all[1] = numbers("p", gaps);
    let shops: Vec<String> = (0..200).map(|row| format!("s{}", row % 20)).collect();
    all.push(categories("shop", &shops.iter().map(|shop| Some(shop.as_str())).collect::<Vec<_>>()));
    let table = table(all);
    let spec = JudgeSpec { fold: Some("fold".into()), group: Some("shop".into()), ..spec(&["p", "q"]) };
    let seen = see(&table, &spec).expect("a judgement");
    // Both scores are judged on the same rows.
    assert_eq!([seen.report(0).n_rows, seen.report(1).n_rows], [198, 198]);
    let notes = seen.report(1).notes;
    assert!(
        notes.contains(&"2 rows are left out, since they have no value of “p”; the first is row 17.".to_owned()),
        "{notes:?}"
    );
    assert!(
        notes.iter().any(|note| note.starts_with("20 of 20 groups of “shop” stand in several folds of “fold”")),
        "{notes:?}"
    );
    let over = seen.report(0).resampled.expect("twenty groups");
    assert_eq!((over.groups.as_deref(), over.n_units), (Some("shop"), 20));
}

fn refused(table: &Table, spec: &JudgeSpec) -> Problem {
    let problem = see(table, spec).err().unwrap_or_else(|| panic!("{spec:?} is judged"));
    assert!(problem.event.ends_with('.') && !problem.cure.is_empty(), "{problem:?}");
    problem
}

#[test]
fn bad_tables_are_refused_with_column_row_and_cure() {
    let (truth, scores, folds) = customers(100);
    let with = |extra: Vec<Column>| {
        let mut all = columns(&truth, &scores, &folds);
        all.extend(extra);
        table(all)
    };
    let said = |table: &Table, spec: &JudgeSpec, place: &str, event: &str| {
        let problem = refused(table, spec);
        assert_eq!((problem.place.as_str(), problem.event.as_str()), (place, event), "{problem:?}");
    };
    let plain = with(Vec::new());
    said(&plain, &spec(&[]), "", "No column of scores is chosen.");
    said(&plain, &JudgeSpec { truth: String::new(), ..spec(&["p"]) }, "", "No column of what was true is chosen.");
    said(&plain, &spec(&["absent"]), "", "The table has no column “absent”.");
    said(&plain, &spec(&["churn"]), "column “churn”", "“churn” is to be the truth and a score at once.");
    said(&plain, &spec(&["p", "p"]), "column “p”", "“p” is to be a score and a score at once.");
    let fold = |name: &str| JudgeSpec { fold: Some(name.into()), ..spec(&["p"]) };
    said(&plain, &fold("p"), "column “p”", "“p” is to be a score and the fold at once.");

    let same = with(vec![categories("same", &[Some("yes"); 100]), numbers("one", vec![1.0; 100])]);
    assert!(refused(&same, &JudgeSpec { truth: "same".into(), ..spec(&["p"]) }).event.contains("in every row"));
    said(&same, &fold("one"), "column “one”", "It is “1” in every row, so it tells no folds apart.");

    let mut wrong = scores[0].clone();
    wrong[11] = 1.7;
    let words = vec![Some("maybe"); 100];
    let none = vec![f64::NAN; 100];
    let odd = with(vec![
        numbers("wrong", wrong.clone()),
        categories("words", &words),
        numbers("none", none),
        numbers("many", (0..100).map(f64::from).collect()),
        numbers("p_no", scores[0].iter().map(|p| 1.0 - p).collect()),
        numbers("p_yes", scores[0].clone()),
        numbers("w_no", scores[0].iter().map(|p| 1.0 - p).collect()),
        numbers("w_yes", wrong),
        numbers("s_no", scores[1].iter().map(|p| 1.0 - p).collect()),
        numbers("s_yes", scores[0].clone()),
    ]);
    let lost = refused(&odd, &spec(&["wrong"]));
    assert_eq!(
        (lost.place.as_str(), lost.event.as_str()),
        ("column “wrong”, row 12", "1.7 is no probability, and nearly all other values are.")
    );
    said(&odd, &spec(&["words"]), "column “words”, row 1", "“maybe” is no class of the truth (no, yes).");
    said(&odd, &spec(&["none"]), "column “none”", "Every value is missing in the rows whose truth is known.");
    said(&odd, &fold("many"), "column “many”", "It tells more than 50 folds apart.");
    assert!(
        see(&odd, &spec(&["p_no", "p_yes"])).is_ok_and(|seen| seen.scores.len() == 1 && seen.scores[0].name == "p")
    );
    said(&odd, &spec(&["w_no", "w_yes"]), "column “w_yes”, row 12", "1.7 is no probability.");
    let sum = refused(&odd, &spec(&["s_no", "s_yes"]));
    assert!(sum.place.starts_with("row ") && sum.event.contains("together, not 1"), "{sum:?}");

    let crowd: Vec<String> = (0..21).map(|at| format!("c{at}")).collect();
    let crowded = with(crowd.iter().map(|name| numbers(name, scores[0].clone())).collect());
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    said(&crowded, &spec(&crowd), "", "21 scores are too many to judge at once; 20 is the limit.");

    // Of several classes some have no column; a number has no words.
    let kinds: Vec<Option<&str>> = ["a", "b", "c", "d"].map(Some).repeat(25);
    let several = with(vec![
        categories("kind", &kinds),
        numbers("p_a", vec![0.5; 100]),
        numbers("p_b", vec![0.5; 100]),
        numbers("cost", (0..100).map(|row| f64::from(row) * 1.5).collect()),
    ]);
    let kind = JudgeSpec { truth: "kind".into(), ..spec(&["p_a", "p_b"]) };
    said(&several, &kind, "", "“p_a”, “p_b” are probabilities of classes, and “c” has none.");
    let cost = JudgeSpec { truth: "cost".into(), ..spec(&["kind"]) };
    said(&several, &cost, "column “kind”", "The truth is a number, and this column holds none.");
    let late = JudgeSpec { time: Some("kind".into()), ..spec(&["p"]) };
    assert!(refused(&several, &late).event.contains("neither dates nor numbers"));

    // What is left after rows without a score may be all alike.
    let only: Vec<f64> = truth.iter().zip(&scores[0]).map(|(yes, p)| if *yes { *p } else { f64::NAN }).collect();
    let left = with(vec![numbers("only", only)]);
    said(&left, &spec(&["only"]), "", "The truth is “yes” in every row that has a score.");
}

#[test]
fn columns_are_proposed_by_their_values() {
    let (truth, scores, folds) = customers(400);
    let even: Vec<usize> = (0..400).map(|row| row % 5 + 1).collect();
    drop(folds);
    let mut random = Random::new(4, 0);
    let mut all = columns(&truth, &scores, &even);
    // Names say nothing: the columns are called by letters, and a share that knows nothing of the truth is among them.
    all.iter_mut().zip(["x3", "x1", "x4", "x2"]).for_each(|(column, name)| column.name = name.into());
    all.push(numbers("score", (0..400).map(|_| random.unit()).collect()));
    let found = look(&table(all), None);
    let spec = &found.spec;
    assert_eq!((spec.truth.as_str(), spec.scores.as_slice()), ("x3", ["x1".to_owned(), "x4".to_owned()].as_slice()));
    assert_eq!((spec.fold.as_deref(), found.problem.clone()), (Some("x2"), None));
    assert!(
        found.guess.contains("“x3” tells what was true") && found.sentence.contains("5 folds of “x2”"),
        "{found:?}"
    );
    assert_eq!(found.classes, ["no", "yes"]);

    let size: Vec<f64> = (0..300).map(|_| 10.0 * random.normal()).collect();
    let guess: Vec<f64> = size.iter().map(|value| 0.8 * value + random.normal()).collect();
    let found = look(&table(vec![numbers("b", guess), numbers("a", size)]), None);
    assert_eq!((found.spec.truth.as_str(), found.spec.scores[0].as_str()), ("a", "b"), "{found:?}");

    let nothing = look(&table(vec![numbers("a", (0..50).map(f64::from).collect())]), None);
    assert!(nothing.guess.is_empty() && nothing.problem.is_some(), "{nothing:?}");
}
