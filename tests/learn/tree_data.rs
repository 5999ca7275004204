//! Generated tables for trees, as matrices.

use hearth::dataset::Target;
use hearth::model::trees::{BoostSpec, ForestSpec, TreesOutcome};
use hearth::prepare::Matrix;
use hearth::random::Random;

use crate::data::labels;

/// Features with their kinds, and a target.
#[derive(Clone)]
pub struct Case {
    pub features: Matrix,
    pub categories: Vec<Option<u32>>,
    pub names: Vec<String>,
    pub target: Target,
}

impl Case {
    pub fn boost(&self, spec: &BoostSpec) -> TreesOutcome {
        self.weighted(spec, None)
    }

    pub fn weighted(&self, spec: &BoostSpec, weights: Option<&[f32]>) -> TreesOutcome {
        let fit = spec.start(&self.features, &self.categories, &self.names, &self.target, weights);
        fit.unwrap_or_else(|problem| panic!("sound: {problem:?}")).run()
    }

    pub fn forest(&self, spec: &ForestSpec) -> TreesOutcome {
        spec.start(&self.features, &self.categories, &self.target, None).expect("sound").run()
    }

    /// Some of its rows.
    pub fn rows(&self, rows: &[u32]) -> Self {
        Self { features: self.features.select(rows), target: self.target.select(rows), ..self.clone() }
    }
}

/// Four numbers with some hundred different values each, two categories of 3 and 12 codes, and, with `missing`, gaps in the
/// numbers. The target has `n_classes` classes, or values (0).
pub fn case(n_rows: usize, n_classes: usize, missing: bool, seed: u64) -> Case {
    let mut random = Random::new(seed, 77);
    let (mut values, mut signals) = (Vec::new(), Vec::new());
    let effects: Vec<f64> = (0..12).map(|_| random.normal()).collect();
    for _ in 0..n_rows {
        let numbers: Vec<f64> = (0..4).map(|_| 1.0 + random.below(200) as f64).collect();
        let (few, many) = (random.below(3) as usize, random.below(12) as usize);
        let curve = libm::sin(numbers[0] / 30.0) + if numbers[1] > 120.0 { numbers[2] / 100.0 } else { -0.5 };
        signals.push(curve + [0.0, 0.8, -0.4][few] + effects[many] + 0.3 * random.normal());
        for number in numbers {
            values.push(if missing && random.below(8) == 0 { f32::NAN } else { number as f32 });
        }
        values.extend([few as f32, many as f32]);
    }
    let target = if n_classes == 0 {
        Target::Values(signals.iter().map(|s| 40.0 + 7.0 * s).collect())
    } else {
        let mut sorted = signals.clone();
        sorted.sort_by(f64::total_cmp);
        let class = |s: &f64| sorted.partition_point(|other| other < s) * n_classes / n_rows;
        Target::Classes { codes: signals.iter().map(|s| class(s) as u32).collect(), labels: labels(n_classes) }
    };
    Case {
        features: Matrix { values, n_rows, n_columns: 6 },
        categories: vec![None, None, None, None, Some(4), Some(13)],
        names: ["a", "b", "c", "d", "few", "many"].map(str::to_owned).to_vec(),
        target,
    }
}

/// The numbers alone.
pub fn without_categories(case: &Case) -> Case {
    let values = (0..case.features.n_rows).flat_map(|row| case.features.row(row)[..4].to_vec()).collect();
    Case {
        features: Matrix { values, n_rows: case.features.n_rows, n_columns: 4 },
        categories: vec![None; 4],
        names: case.names[..4].to_vec(),
        target: case.target.clone(),
    }
}
