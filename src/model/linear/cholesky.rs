//! Solving a symmetric positive definite system.

/// Solve `A x = b` in place of `b`; `a` holds the lower triangle of A, row-major `[n × n]`, and is overwritten with its
/// Cholesky factor. `false`: A is not positive definite to working precision.
pub fn solve(a: &mut [f64], b: &mut [f64]) -> bool {
    let n = b.len();
    for i in 0..n {
        let (above, row) = a.split_at_mut(i * n);
        for j in 0..i {
            let other = &above[j * n..j * n + j];
            let dot: f64 = row[..j].iter().zip(other).map(|(x, y)| x * y).sum();
            row[j] = (row[j] - dot) / above[j * n + j];
        }
        let dot: f64 = row[..i].iter().map(|x| x * x).sum();
        let pivot = row[i] - dot;
        if pivot.is_nan() || pivot <= row[i] * 1e-14 {
            return false;
        }
        row[i] = pivot.sqrt();
    }
    for i in 0..n {
        let dot: f64 = a[i * n..i * n + i].iter().zip(b.iter()).map(|(x, y)| x * y).sum();
        b[i] = (b[i] - dot) / a[i * n + i];
    }
    for i in (0..n).rev() {
        b[i] /= a[i * n + i];
        let (before, solved) = b.split_at_mut(i);
        for (x, factor) in before.iter_mut().zip(&a[i * n..i * n + i]) {
            *x -= factor * solved[0];
        }
    }
    true
}
