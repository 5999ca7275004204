//! Columns that belong together: a probability for each class, in columns that are called like the classes, alone ("yes")
//! or behind something that all of them have in common ("p_yes").

use super::{named, problem};
use crate::order::OrderBy;
use crate::problem::Problem;
use crate::table::{Column, number_text};

/// What stands between the common part of a name and the class.
const JOINTS: [char; 5] = ['_', ' ', '.', '-', ':'];

/// One score: a column, or one for each class in the order of the labels.
pub(super) struct Set<'a> {
    pub name: String,
    pub columns: Vec<&'a Column>,
}

/// Columns, each with the position of its class.
type Members<'a> = Vec<(usize, &'a Column)>;

/// What stands before a class in a name, with the joint; `None` where the name does not end with it.
fn before<'n>(name: &'n str, label: &str) -> Option<&'n str> {
    let before = name.strip_suffix(label)?;
    (before.is_empty() || before.ends_with(JOINTS)).then_some(before)
}

/// Whether a column is called like one of these classes.
pub(super) fn is_of_a_class(name: &str, classes: &[f64]) -> bool {
    classes.iter().any(|class| before(name, &number_text(*class)).is_some())
}

/// Groups columns of scores; those that belong to no set are scores by themselves.
///
/// # Errors
/// Of more than two classes a set that lacks some.
pub(super) fn sets<'a>(columns: &[&'a Column], labels: &[String]) -> Result<Vec<Set<'a>>, Problem> {
    // Of two classes that a name ends with, the longer is meant: “not a” rather than “a”.
    let class = |column: &'a Column| {
        let fits = labels.iter().enumerate().filter_map(|(at, label)| Some((at, before(&column.name, label)?)));
        fits.min_by_key(|(_, before)| before.len())
    };
    let mut sets: Vec<(Option<&str>, Members)> = Vec::new();
    for column in columns {
        match class(column).filter(|_| labels.len() > 1) {
            Some((at, before)) => match sets.iter_mut().find(|(common, _)| *common == Some(before)) {
                Some((_, members)) => members.push((at, column)),
                None => sets.push((Some(before), vec![(at, column)])),
            },
            None => sets.push((None, vec![(0, column)])),
        }
    }
    let mut found = Vec::new();
    for (common, mut members) in sets {
        members.order_by_key(|(at, _)| *at);
        let lacking: Vec<&String> =
            (0..labels.len()).filter(|at| !members.iter().any(|(own, _)| own == at)).map(|at| &labels[at]).collect();
        if common.is_some() && lacking.is_empty() {
            let name = common.unwrap_or_default().trim_end_matches(JOINTS);
            let name = if name.is_empty() { "probabilities" } else { name }.to_owned();
            found.push(Set { name, columns: members.into_iter().map(|(_, column)| column).collect() });
        } else if common.is_some() && labels.len() > 2 && members.len() > 1 {
            let names: Vec<String> = members.iter().map(|(_, column)| named(&column.name)).collect();
            let event =
                format!("{} are probabilities of classes, and {} has none.", names.join(", "), named(lacking[0]));
            let cure = "Choose a column for each class, called like the class, or one column of the predicted class.";
            return Err(problem(String::new(), event, cure));
        } else {
            found.extend(
                members.into_iter().map(|(_, column)| Set { name: column.name.clone(), columns: vec![column] }),
            );
        }
    }
    Ok(found)
}
