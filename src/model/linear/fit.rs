//! Fitting a linear model in steps of about one pass over the rows each, so that a caller can listen, pause and stop.
//!
//! Logistic regression: Newton's method, each Newton step solved by conjugate gradients on products with the Hessian,
//! preconditioned by its diagonal, then a backtracking line search. Source: Nocedal & Wright, Numerical Optimization
//! (2006), algorithm 7.1. Ridge: the normal equations by Cholesky, or conjugate gradients where there are too many
//! features for that. Huber: as logistic regression, on the loss at the best scale. With an L1 part of the penalty:
//! `coordinates`, one class after the other, each followed by the line search of Tseng & Yun, A coordinate gradient descent
//! method for nonsmooth separable minimization, Mathematical Programming 117 (2009). All in f64; the result is stored in
//! f32.

use super::cholesky;
use super::coordinates::{Columns, Descent};
use super::loss::{Loss, dot};
use super::rows::Rows;
use super::{Linear, LinearSpec};
use crate::dataset::Target;
use crate::model::Head;
use crate::prepare::Matrix;
use crate::problem::Problem;

/// The fit has converged when no component of the mean gradient, each in units of the square root of its curvature, is
/// larger. Coefficients are then off by some 1e-8 of their own scale divided by the smallest curvature.
const TOLERANCE: f64 = 1e-8;
/// The same where the penalty has an L1 part, of the subgradient of least size.
const TOLERANCE_L1: f64 = 1e-7;
/// Products with the Hessian in one Newton step at most.
const MAX_PRODUCTS: usize = 500;
/// Ridge with more features is solved by conjugate gradients.
const MAX_CHOLESKY: usize = 1_000;
/// Multiplications of one step towards the normal equations.
const GRAM_STEP: usize = 20_000_000;
/// Below the logits of the classes that have rows, where some class has none: a probability of about 1e-13.
pub const ABSENT_LOGIT: f64 = 30.0;

/// A fit under way.
pub struct LinearFit {
    rows: Rows,
    loss: Loss,
    l1: f64,
    l2: f64,
    max_iterations: u32,
    /// `[n_features × n_outputs]`, then the intercepts of centred features.
    weights: Vec<f64>,
    /// `[n_rows × n_outputs]` for the weights at hand.
    outputs: Vec<f64>,
    value: f64,
    iterations: u32,
    products: u32,
    gradient: f64,
    phase: Phase,
    shape: Shape,
}

/// A finished fit.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearOutcome {
    pub model: Linear,
    pub converged: bool,
    /// Newton steps taken; with an L1 part of the penalty, rounds over the outputs.
    pub iterations: u32,
    /// Products with the Hessian, each two passes over the rows; with an L1 part, passes of the descents.
    pub products: u32,
    /// Largest component of the mean gradient at the end, scaled as the test of convergence does.
    pub gradient: f64,
}

impl LinearOutcome {
    /// What a person should know about this fit.
    pub fn note(&self) -> Option<String> {
        (!self.converged).then(|| {
            format!(
                "The linear fit stopped after {} iterations before it had settled; scores may improve with more \
                 iterations or a larger penalty.",
                self.iterations
            )
        })
    }
}

/// How the fitted outputs become the model's.
enum Shape {
    /// The model's classes that have rows; a single one, or none, needs no fit.
    Classes {
        present: Vec<usize>,
        n_classes: usize,
    },
    Value {
        center: f64,
        scale: f64,
    },
}

enum Phase {
    /// Gradient and curvature at the weights.
    Gradient,
    Conjugate(Box<Conjugate>),
    /// Products of feature pairs up to this row.
    Gram {
        gram: Vec<f64>,
        next_row: usize,
    },
    /// With an L1 part: the expansion of the loss for the next output.
    Expand {
        columns: Box<Columns>,
        output: usize,
    },
    Descend {
        columns: Box<Columns>,
        descent: Box<Descent>,
    },
    Done {
        converged: bool,
    },
}

/// Conjugate gradients under way: `H direction = −gradient`.
struct Conjugate {
    gradient: Vec<f64>,
    diagonal: Vec<f64>,
    /// What the Hessian's products need of the outputs at the weights: `Loss::bends`.
    bends: Vec<f64>,
    direction: Vec<f64>,
    residual: Vec<f64>,
    search: Vec<f64>,
    /// residual · (residual / diagonal).
    rho: f64,
    target: f64,
    n_products: usize,
    finished: bool,
}

impl LinearSpec {
    /// Begin to fit.
    ///
    /// # Errors
    /// Settings out of range, class weights that do not match the classes, no rows, or features that are not finite.
    pub fn start(&self, features: &Matrix, target: &Target) -> Result<LinearFit, Problem> {
        if let Some(problem) = self.validate().into_iter().next() {
            return Err(problem);
        }
        let refuse = |event: &str, cure: &str| Problem {
            place: "linear".into(),
            event: event.into(),
            kept: "Nothing was trained.".into(),
            cure: cure.into(),
        };
        if features.n_rows == 0 || features.n_rows != target.len() {
            return Err(refuse("There is no row to train on.", "Choose a target that is known in more rows."));
        }
        if !features.values.iter().all(|v| v.is_finite()) {
            return Err(refuse("A prepared feature is not finite.", "Report this with the design's text."));
        }
        let (loss, shape) = self.loss(target)?;
        let rows = Rows::new(features);
        let n_outputs = loss.n_outputs();
        let n_weights = (rows.n_features + 1) * n_outputs;
        let phase = match (&loss, &shape) {
            (_, Shape::Classes { present, .. }) if present.len() < 2 => Phase::Done { converged: true },
            _ if self.l1 > 0.0 => Phase::Expand { columns: Box::new(Columns::new(&rows)), output: 0 },
            (Loss::Squared(_), _) if rows.n_features <= MAX_CHOLESKY => {
                Phase::Gram { gram: vec![0.0; rows.n_features * rows.n_features], next_row: 0 }
            }
            (Loss::Binary { .. } | Loss::Multinomial { .. } | Loss::Squared(_) | Loss::Huber { .. }, _) => {
                Phase::Gradient
            }
        };
        let mut fit = LinearFit {
            outputs: vec![0.0; rows.n_rows * n_outputs],
            rows,
            loss,
            l1: f64::from(self.l1),
            l2: f64::from(self.l2),
            max_iterations: self.max_iterations,
            weights: vec![0.0; n_weights],
            value: 0.0,
            iterations: 0,
            products: 0,
            gradient: 0.0,
            phase,
            shape,
        };
        fit.value = fit.value_at(&fit.weights, &fit.outputs);
        Ok(fit)
    }

    /// Fit to the end.
    ///
    /// # Errors
    /// As `start`.
    pub fn fit(&self, features: &Matrix, target: &Target) -> Result<LinearOutcome, Problem> {
        let mut fit = self.start(features, target)?;
        while !fit.step() {}
        Ok(fit.finish())
    }

    fn loss(&self, target: &Target) -> Result<(Loss, Shape), Problem> {
        match target {
            Target::Classes { codes, labels } => {
                self.class_weights.check_given("linear", labels.len())?;
                let n_classes = labels.len();
                let present: Vec<usize> = (0..n_classes).filter(|c| codes.contains(&(*c as u32))).collect();
                let per_class = self.class_weights.per_class(codes, n_classes);
                let weights = codes.iter().map(|c| per_class[*c as usize]).collect();
                let loss = if present.len() == 2 {
                    Loss::Binary { positive: codes.iter().map(|c| *c as usize == present[1]).collect(), weights }
                } else {
                    let mut place = vec![0u32; n_classes];
                    for (position, class) in present.iter().enumerate() {
                        place[*class] = position as u32;
                    }
                    let classes = codes.iter().map(|c| place[*c as usize]).collect();
                    Loss::Multinomial { classes, weights, n_classes: present.len() }
                };
                Ok((loss, Shape::Classes { present, n_classes }))
            }
            Target::Values(values) => {
                let n = values.len() as f64;
                let center = values.iter().sum::<f64>() / n;
                let deviation = (values.iter().map(|v| (v - center) * (v - center)).sum::<f64>() / n).sqrt();
                // The head's numbers are f32; standardising with exactly those keeps the fit's optimum.
                let center = f64::from(center as f32);
                let scale = f64::from(deviation as f32);
                let scale = if scale > 0.0 && scale.is_finite() { scale } else { 1.0 };
                let target = values.iter().map(|v| (v - center) / scale).collect();
                let loss = match self.huber {
                    None => Loss::Squared(target),
                    Some(epsilon) => Loss::Huber { target, epsilon: f64::from(epsilon) },
                };
                Ok((loss, Shape::Value { center, scale }))
            }
        }
    }
}

impl LinearFit {
    /// Go on for about one pass over the rows; `true` when nothing is left to do.
    pub fn step(&mut self) -> bool {
        let phase = std::mem::replace(&mut self.phase, Phase::Gradient);
        self.phase = match phase {
            Phase::Gradient => self.begin_newton(),
            Phase::Conjugate(conjugate) if conjugate.finished => self.line_search(&conjugate),
            Phase::Conjugate(mut conjugate) => {
                self.product(&mut conjugate);
                self.products += 1;
                Phase::Conjugate(conjugate)
            }
            Phase::Gram { gram, next_row } => self.gram_step(gram, next_row),
            Phase::Expand { columns, output } => self.expand(columns, output),
            Phase::Descend { columns, mut descent } => {
                self.products += 1;
                if descent.pass(&columns, self.l1, self.l2) {
                    self.follow(columns, &descent)
                } else {
                    Phase::Descend { columns, descent }
                }
            }
            Phase::Done { converged } => Phase::Done { converged },
        };
        matches!(self.phase, Phase::Done { .. })
    }

    /// Newton steps taken so far.
    pub fn iterations(&self) -> u32 {
        self.iterations
    }

    /// The model at the weights reached so far.
    pub fn finish(self) -> LinearOutcome {
        let converged = matches!(self.phase, Phase::Done { converged: true });
        let model = self.model();
        LinearOutcome {
            model,
            converged,
            iterations: self.iterations,
            products: self.products,
            gradient: self.gradient,
        }
    }

    fn begin_newton(&mut self) -> Phase {
        let gradient = self.gradient_of(&self.loss.residuals(&self.outputs), true);
        let diagonal = self.diagonal();
        let total = self.loss.total_weight();
        self.gradient = gradient.iter().zip(&diagonal).map(|(g, h)| g.abs() / (h * total).sqrt()).fold(0.0, f64::max);
        if !self.gradient.is_finite() {
            return Phase::Done { converged: false };
        }
        if self.gradient <= TOLERANCE {
            return Phase::Done { converged: true };
        }
        if self.iterations >= self.max_iterations {
            return Phase::Done { converged: false };
        }
        let residual: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let search: Vec<f64> = residual.iter().zip(&diagonal).map(|(r, h)| r / h).collect();
        let rho = dot(&residual, &search);
        // A quadratic needs one exact step; elsewhere accuracy grows as the optimum nears, for superlinear convergence.
        let share = if matches!(self.loss, Loss::Squared(_)) { 1e-12 } else { self.gradient.sqrt().min(0.25) };
        Phase::Conjugate(Box::new(Conjugate {
            bends: self.loss.bends(&self.outputs),
            direction: vec![0.0; gradient.len()],
            gradient,
            diagonal,
            residual,
            search,
            rho,
            target: rho * share * share,
            n_products: 0,
            finished: false,
        }))
    }

    /// One product with the Hessian and what follows from it.
    fn product(&self, c: &mut Conjugate) {
        let n_outputs = self.loss.n_outputs();
        let (weights, intercept) = c.search.split_at(self.rows.n_features * n_outputs);
        let mut outputs = self.rows.times(weights, intercept);
        self.loss.apply_curvature(&c.bends, &mut outputs);
        let mut product = self.gradient_of(&outputs, false);
        for (p, s) in product.iter_mut().zip(weights) {
            *p += self.l2 * s;
        }
        let curvature = dot(&c.search, &product);
        c.n_products += 1;
        if curvature <= 0.0 || !curvature.is_finite() {
            c.finished = true;
            return;
        }
        let length = c.rho / curvature;
        for (direction, search) in c.direction.iter_mut().zip(&c.search) {
            *direction += length * search;
        }
        for (residual, product) in c.residual.iter_mut().zip(&product) {
            *residual -= length * product;
        }
        let preconditioned: Vec<f64> = c.residual.iter().zip(&c.diagonal).map(|(r, h)| r / h).collect();
        let rho = dot(&c.residual, &preconditioned);
        for (s, p) in c.search.iter_mut().zip(&preconditioned) {
            *s = p + rho / c.rho * *s;
        }
        c.rho = rho;
        c.finished = rho <= c.target || c.n_products >= MAX_PRODUCTS;
    }

    /// Go along the direction, halving the step until the value falls.
    fn line_search(&mut self, c: &Conjugate) -> Phase {
        let n_outputs = self.loss.n_outputs();
        let (weights, intercept) = c.direction.split_at(self.rows.n_features * n_outputs);
        let change = self.rows.times(weights, intercept);
        let slope = dot(&c.gradient, &c.direction);
        self.iterations += 1;
        let mut length = 1.0;
        // Where the value is flat to working precision, a full Newton step still improves the gradient.
        let rounding = 1e-13 * self.value.abs();
        while slope < 0.0 && length > 1e-10 {
            let outputs = along(&self.outputs, &change, length);
            let weights = along(&self.weights, &c.direction, length);
            let value = self.value_at(&weights, &outputs);
            if value <= self.value + 1e-4 * length * slope + rounding {
                (self.weights, self.outputs, self.value) = (weights, outputs, value);
                return Phase::Gradient;
            }
            length *= 0.5;
        }
        Phase::Done { converged: false }
    }

    /// The expansion for one output; before the first, whether the optimum has been reached.
    fn expand(&mut self, columns: Box<Columns>, output: usize) -> Phase {
        let n_outputs = self.loss.n_outputs();
        let residuals = self.loss.residuals(&self.outputs);
        if output == 0 {
            self.gradient = self.least_subgradient(&residuals);
            if !self.gradient.is_finite() {
                return Phase::Done { converged: false };
            }
            if self.gradient <= TOLERANCE_L1 {
                return Phase::Done { converged: true };
            }
            if self.iterations >= self.max_iterations {
                return Phase::Done { converged: false };
            }
            self.iterations += 1;
        }
        let of_output = |all: Vec<f64>| -> Vec<f64> { all.into_iter().skip(output).step_by(n_outputs).collect() };
        let curvature = of_output(self.loss.curvatures(&self.outputs));
        let (weights, intercept) = self.weights.split_at(self.rows.n_features * n_outputs);
        let start = (of_output(weights.to_vec()), intercept[output]);
        // The expansion is exact for numbers; for classes it is worth more the nearer the optimum is.
        let tolerance = if matches!(self.loss, Loss::Squared(_)) { 0.0 } else { self.gradient };
        let tolerance = (0.01 * tolerance).clamp(1e-10, 1e-3);
        let descent = Descent::new(&columns, output, start, (&of_output(residuals), curvature), tolerance);
        Phase::Descend { columns, descent: Box::new(descent) }
    }

    /// Go to where a descent has led, halving the step until the value falls.
    fn follow(&mut self, columns: Box<Columns>, descent: &Descent) -> Phase {
        let (n_features, n_outputs, output) = (self.rows.n_features, self.loss.n_outputs(), descent.output);
        let mut direction = vec![0.0; self.weights.len()];
        for (feature, weight) in descent.weights.iter().enumerate() {
            direction[feature * n_outputs + output] = weight - self.weights[feature * n_outputs + output];
        }
        direction[n_features * n_outputs + output] = descent.intercept - self.weights[n_features * n_outputs + output];
        let (weights, intercept) = direction.split_at(n_features * n_outputs);
        let change = self.rows.times(weights, intercept);
        let gradient = self.gradient_of(&self.loss.residuals(&self.outputs), true);
        let bends = self.l1_norm(&along(&self.weights, &direction, 1.0)) - self.l1_norm(&self.weights);
        let slope = dot(&gradient, &direction) + self.l1 * bends;
        // Where the value is flat to working precision, a full step still improves the gradient.
        let rounding = 1e-13 * self.value.abs();
        let mut length = 1.0;
        while slope < 0.0 && length > 1e-10 {
            let outputs = along(&self.outputs, &change, length);
            let weights = along(&self.weights, &direction, length);
            let value = self.value_at(&weights, &outputs);
            if value <= self.value + 1e-4 * length * slope + rounding {
                (self.weights, self.outputs, self.value) = (weights, outputs, value);
                break;
            }
            length *= 0.5;
        }
        // An output that stands at its optimum has nowhere to go.
        Phase::Expand { columns, output: if output + 1 < n_outputs { output + 1 } else { 0 } }
    }

    /// Largest component of the mean subgradient of least size, each in units of the square root of its curvature.
    fn least_subgradient(&self, residuals: &[f64]) -> f64 {
        let gradient = self.gradient_of(residuals, true);
        let diagonal = self.diagonal();
        let total = self.loss.total_weight();
        let n_penalised = self.rows.n_features * self.loss.n_outputs();
        let least = |(position, (g, w)): (usize, (&f64, &f64))| match () {
            () if position >= n_penalised => g.abs(),
            () if *w == 0.0 => (g.abs() - self.l1).max(0.0),
            () => (g + self.l1 * w.signum()).abs(),
        };
        let sizes = gradient.iter().zip(&self.weights).enumerate().map(least);
        sizes.zip(&diagonal).map(|(g, h)| g / (h * total).sqrt()).fold(0.0, f64::max)
    }

    fn l1_norm(&self, weights: &[f64]) -> f64 {
        weights[..self.rows.n_features * self.loss.n_outputs()].iter().map(|w| w.abs()).sum()
    }

    fn gram_step(&mut self, mut gram: Vec<f64>, next_row: usize) -> Phase {
        let n = self.rows.n_features;
        let n_rows = (GRAM_STEP / (n * n).max(1)).clamp(1, self.rows.n_rows);
        let end = (next_row + n_rows).min(self.rows.n_rows);
        self.rows.add_gram(next_row..end, &mut gram);
        if end < self.rows.n_rows {
            return Phase::Gram { gram, next_row: end };
        }
        let Loss::Squared(target) = &self.loss else { return Phase::Gradient };
        for i in 0..n {
            gram[i * n + i] += self.l2;
        }
        let (mut weights, totals) = self.rows.transposed_times(target, 1);
        if !cholesky::solve(&mut gram, &mut weights) {
            // Features that repeat each other to the last digit; conjugate gradients find the same optimum.
            return Phase::Gradient;
        }
        weights.push(totals[0] / self.rows.n_rows as f64);
        self.weights = weights;
        self.iterations = 1;
        Phase::Done { converged: true }
    }

    /// Σ over rows of `factors` times the derivative of the outputs, plus the penalty's part if asked for.
    fn gradient_of(&self, factors: &[f64], with_penalty: bool) -> Vec<f64> {
        let (mut gradient, totals) = self.rows.transposed_times(factors, self.loss.n_outputs());
        if with_penalty {
            for (g, w) in gradient.iter_mut().zip(&self.weights) {
                *g += self.l2 * w;
            }
        }
        gradient.extend(totals);
        gradient
    }

    /// The Hessian's diagonal, kept above 0.
    fn diagonal(&self) -> Vec<f64> {
        let (mut diagonal, totals) =
            self.rows.weighted_squares(&self.loss.curvatures(&self.outputs), self.loss.n_outputs());
        for d in &mut diagonal {
            *d += self.l2;
        }
        let least = 1e-12 * self.loss.total_weight();
        diagonal.extend(totals.into_iter().map(|t| t.max(least)));
        diagonal
    }

    fn value_at(&self, weights: &[f64], outputs: &[f64]) -> f64 {
        let penalised = &weights[..self.rows.n_features * self.loss.n_outputs()];
        self.loss.value(outputs) + 0.5 * self.l2 * dot(penalised, penalised) + self.l1 * self.l1_norm(weights)
    }

    fn model(&self) -> Linear {
        let n_features = self.rows.n_features;
        let n_fitted = self.loss.n_outputs();
        let (weights, intercept) = self.weights.split_at(n_features * n_fitted);
        let column = |output: usize| (0..n_features).map(move |f| weights[f * n_fitted + output]);
        let uncentred: Vec<f64> = (0..n_fitted)
            .map(|o| intercept[o] - column(o).zip(&self.rows.means).map(|(w, m)| w * m).sum::<f64>())
            .collect();
        match &self.shape {
            Shape::Value { center, scale } => Linear {
                weights: column(0).map(|w| w as f32).collect(),
                intercept: vec![uncentred[0] as f32],
                n_features: n_features as u32,
                head: Head::Value { center: *center as f32, scale: *scale as f32 },
            },
            Shape::Classes { present, n_classes } => {
                // Logits are free up to a common number; the intercepts of a multinomial fit sum to 0.
                let shift = if n_fitted > 1 { uncentred.iter().sum::<f64>() / n_fitted as f64 } else { 0.0 };
                let fitted = |output: usize| -> (Vec<f32>, f64) {
                    (column(output).map(|w| w as f32).collect(), uncentred[output] - shift)
                };
                class_model(present, *n_classes, n_features, fitted)
            }
        }
    }
}

/// x + length · d.
fn along(x: &[f64], d: &[f64], length: f64) -> Vec<f64> {
    x.iter().zip(d).map(|(x, d)| x + length * d).collect()
}

/// Spread the fitted outputs over all classes; a class without rows gets a logit far below the others.
fn class_model(
    present: &[usize],
    n_classes: usize,
    n_features: usize,
    fitted: impl Fn(usize) -> (Vec<f32>, f64),
) -> Linear {
    let model = |weights: Vec<f32>, intercept: Vec<f32>| Linear {
        weights,
        intercept,
        n_features: n_features as u32,
        head: Head::Softmax,
    };
    if n_classes == 2 {
        if present.len() == 2 {
            let (weights, intercept) = fitted(0);
            return model(weights, vec![intercept as f32]);
        }
        let sign = if present == [1] { 1.0 } else { -1.0 };
        return model(vec![0.0; n_features], vec![(sign * ABSENT_LOGIT) as f32]);
    }
    let mut weights = vec![0.0; n_classes * n_features];
    let mut intercept = vec![0.0f64; n_classes];
    for (position, &class) in present.iter().enumerate() {
        let row = &mut weights[class * n_features..(class + 1) * n_features];
        match present.len() {
            1 => {}
            // Fitted as binary: the first present class has the logit 0.
            2 if position == 0 => {}
            2 => {
                let (fitted, i) = fitted(0);
                row.copy_from_slice(&fitted);
                intercept[class] = i;
            }
            _ => {
                let (fitted, i) = fitted(position);
                row.copy_from_slice(&fitted);
                intercept[class] = i;
            }
        }
    }
    let lowest = present.iter().map(|c| intercept[*c]).fold(f64::INFINITY, f64::min);
    let floor = if lowest.is_finite() { lowest } else { 0.0 } - ABSENT_LOGIT;
    for class in (0..n_classes).filter(|c| !present.contains(c)) {
        intercept[class] = floor;
    }
    model(weights, intercept.into_iter().map(|i| i as f32).collect())
}
