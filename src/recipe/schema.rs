//! The columns of a table without its rows.

use serde::{Deserialize, Serialize};

use crate::quality::distance;
use crate::table::{ColumnType, Table};

/// A column's name and type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub column_type: ColumnType,
}

/// The columns of a table in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    pub fields: Vec<Field>,
    /// There are more columns, whose names only the rows tell: a pivot makes one of each text that it meets.
    pub open: bool,
}

impl Schema {
    pub fn of(table: &Table) -> Self {
        let field = |column: &crate::table::Column| Field {
            name: column.name.clone(),
            column_type: column.values.column_type(),
        };
        Self { fields: table.columns.iter().map(field).collect(), open: false }
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The name among `names` that was likely meant: equal but for case, or few letters away; the first of the nearest.
pub fn nearest<'a>(meant: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // A longer text was never a slip of the hand for a name.
    const LONGEST: usize = 200;
    let letters = |text: &str| text.to_lowercase().chars().take(LONGEST).collect::<Vec<char>>();
    let meant = letters(meant);
    // Two letters exchanged are two away.
    let most = ((meant.len() + 3) / 3).clamp(1, 3);
    let away = |name: &str| {
        let name = letters(name);
        if name == meant { Some(0) } else { distance(&meant, &name, most).filter(|&far| far < name.len()) }
    };
    names.filter_map(|name| Some((away(name)?, name))).min_by_key(|(far, _)| *far).map(|(_, name)| name)
}
