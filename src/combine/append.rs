//! Whether two tables have the same columns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::table::{Column, ColumnType, Table, Values};

/// The columns of two tables by name; their order is of no account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fits {
    /// In both.
    pub shared: Vec<String>,
    pub only_here: Vec<String>,
    pub only_there: Vec<String>,
    /// Those of `shared` that were read as another type there.
    pub types: Vec<TypeDiffers>,
}

/// A column that is one thing here and another there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeDiffers {
    pub name: String,
    pub here: ColumnType,
    pub there: ColumnType,
}

impl Fits {
    /// Linear in columns, and in rows of columns without a value: such a column is of any type.
    pub fn of(here: &Table, there: &Table) -> Self {
        let known: BTreeMap<&str, &Column> =
            there.columns.iter().map(|column| (column.name.as_str(), column)).collect();
        let own: BTreeMap<&str, ()> = here.columns.iter().map(|column| (column.name.as_str(), ())).collect();
        let mut fits = Self::default();
        for column in &here.columns {
            let Some(other) = known.get(column.name.as_str()) else {
                fits.only_here.push(column.name.clone());
                continue;
            };
            fits.shared.push(column.name.clone());
            let (a, b) = (column.values.column_type(), other.values.column_type());
            if a != b && has_value(&column.values) && has_value(&other.values) {
                fits.types.push(TypeDiffers { name: column.name.clone(), here: a, there: b });
            }
        }
        let names = there.columns.iter().map(|column| &column.name);
        fits.only_there = names.filter(|name| !own.contains_key(name.as_str())).cloned().collect();
        fits
    }

    /// All columns are in both, of the same types.
    pub fn is_same(&self) -> bool {
        !self.shared.is_empty() && self.only_here.is_empty() && self.only_there.is_empty() && self.types.is_empty()
    }

    /// The columns are so much the same that the rows are of one kind: at least two of three of all names are in both.
    pub fn is_likely(&self) -> bool {
        let all = self.shared.len() + self.only_here.len() + self.only_there.len();
        !self.shared.is_empty() && 3 * self.shared.len() >= 2 * all
    }
}

fn has_value(values: &Values) -> bool {
    (0..values.len()).any(|row| !values.is_missing(row))
}
