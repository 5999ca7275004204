//! How often ranges and sets hold new rows, over many draws: `cargo run --release --example conformal_coverage [DRAWS]`.
//!
//! Every draw calibrates on n rows and judges 20 new ones. Errors have heavy tails and grow with the prediction; classes are
//! of unequal difficulty and share. The expected coverage is k / (n + 1) with k = ⌈(n + 1) · level⌉ for scores without ties.

use hearth::dataset::Target;
use hearth::model::Predictions;
use hearth::random::Random;
use hearth::validate::conformal::{Aside, Cover, Level, covered};

const NEW: usize = 20;

fn values(random: &mut Random, n: usize) -> (Target, Predictions) {
    let said: Vec<f32> = (0..n).map(|_| random.normal() as f32).collect();
    let mut truth = Vec::with_capacity(n);
    for value in &said {
        truth.push(f64::from(*value) + 0.3 + (1.0 + f64::from(value.abs())) * random.normal().powi(3));
    }
    (Target::Values(truth), Predictions::Values(said))
}

fn classes(random: &mut Random, n: usize) -> (Target, Predictions) {
    let (mut codes, mut values) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let class = [0u32, 0, 0, 1, 1, 2][random.below(6) as usize];
        let mut powers = [0.0; 3].map(|_| libm::exp(random.normal()));
        powers[class as usize] *= libm::exp([2.5, 1.0, 0.2][class as usize]);
        let sum: f64 = powers.iter().sum();
        values.extend(powers.map(|power| (power / sum) as f32));
        codes.push(class);
    }
    let labels = ["a", "b", "c"].map(str::to_owned).to_vec();
    (Target::Classes { codes, labels }, Predictions::Probabilities { values, n_classes: 3 })
}

fn main() {
    let draws: u32 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(20_000);
    println!("{draws} draws, {NEW} new rows each; per cent held");
    println!("| rows aside | level | expected | ranges | sets | sets by class: a, b, c |\n|---|---|---|---|---|---|");
    for n in [19usize, 50, 200, 1_000] {
        let mut random = Random::new(11, n as u64);
        let mut ranges = [0u64; 3];
        let mut sets = [0u64; 3];
        let mut by_class = [[(0u64, 0u64); 3]; 3];
        for _ in 0..draws {
            let (target, predictions) = values(&mut random, n);
            let aside = Aside::from(&target, &predictions);
            let (new, said) = values(&mut random, NEW);
            let (target, predictions) = classes(&mut random, n);
            let of_classes = Aside::from(&target, &predictions);
            let (new_classes, shares) = classes(&mut random, NEW);
            for (at, level) in Level::ALL.into_iter().enumerate() {
                let cover = Cover { level, by_class: false };
                let held = |aside: &Aside, cover, target: &Target, said: &Predictions| {
                    aside.chosen(cover).map(|bounds| covered(target, said, bounds)).unwrap_or_default()
                };
                ranges[at] += u64::from(held(&aside, cover, &new, &said).all().hits);
                sets[at] += u64::from(held(&of_classes, cover, &new_classes, &shares).all().hits);
                let apart = held(&of_classes, Cover { by_class: true, ..cover }, &new_classes, &shares);
                for (sum, coverage) in by_class[at].iter_mut().zip(apart.classes) {
                    *sum = (sum.0 + u64::from(coverage.hits), sum.1 + u64::from(coverage.n));
                }
            }
        }
        let rows = f64::from(draws) * NEW as f64;
        for (at, level) in Level::ALL.into_iter().enumerate() {
            let expected = level.rank(n).map_or(100.0, |k| 100.0 * k as f64 / (n as f64 + 1.0));
            let share = |hits: u64| 100.0 * hits as f64 / rows;
            let class = by_class[at].map(|(hits, n)| format!("{:.2}", 100.0 * hits as f64 / n as f64)).join(", ");
            println!(
                "| {n} | {} | {expected:.2} | {:.2} | {:.2} | {class} |",
                level.percent(),
                share(ranges[at]),
                share(sets[at])
            );
        }
    }
}
