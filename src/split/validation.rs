//! Rows that are held back from a fit to see when to stop.

use crate::dataset::Target;
use crate::random::Random;

/// The stream of the seed's random numbers that draws them.
const VALIDATION_STREAM: u64 = 2;

/// Positions within the training rows: those that train, and those that are held back to see when to stop; seeded and, for
/// classes, stratified. Every class keeps a training row. A single row is both.
pub fn draw_validation(target: &Target, share: f32, seed: u64) -> (Vec<u32>, Vec<u32>) {
    let n_rows = target.len();
    if n_rows < 2 {
        return ((0..n_rows as u32).collect(), (0..n_rows as u32).collect());
    }
    let mut random = Random::new(seed, VALIDATION_STREAM);
    let mut groups: Vec<Vec<u32>> = match target {
        Target::Classes { codes, labels } => {
            let mut groups = vec![Vec::new(); labels.len()];
            for (position, &code) in codes.iter().enumerate() {
                groups[code as usize].push(position as u32);
            }
            groups
        }
        Target::Values(_) => vec![(0..n_rows as u32).collect()],
    };
    let (mut train, mut validation) = (Vec::new(), Vec::new());
    // What rounding down left over, carried from class to class, so that the total is right.
    let mut carried = 0.5;
    for group in &mut groups {
        random.shuffle(group);
        let exact = group.len() as f64 * f64::from(share) + carried;
        let size = (exact as usize).min(group.len().saturating_sub(1));
        carried = (exact - size as f64).min(1.0);
        validation.extend(&group[..size]);
        train.extend(&group[size..]);
    }
    if validation.is_empty() {
        validation.extend(train.pop());
    }
    train.sort_unstable();
    validation.sort_unstable();
    (train, validation)
}
