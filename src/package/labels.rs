//! Which class a row of probabilities names.

use crate::dataset::Task;

/// The class with the highest probability, the first of equals; for a binary task with a threshold, the second class
/// where its probability reaches it. The exported graph does the same.
pub fn chosen_class(task: Task, probabilities: &[f32], threshold: Option<f64>) -> usize {
    match (task, threshold, probabilities) {
        (Task::Binary, Some(threshold), [_, second]) => usize::from(f64::from(*second) >= threshold),
        _ => (1..probabilities.len()).fold(0, |best, i| if probabilities[i] > probabilities[best] { i } else { best }),
    }
}
