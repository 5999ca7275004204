//! Long tables made wide, and wide ones long.

use super::aggregate::{Sets, aggregate};
use super::keys::{Groups, sets};
use super::operation::Aggregation;
use super::origin::Origin;
use super::values::{category, cell, common_type, empty, joined, retyped, take};
use super::work::{Done, Work, in_column, misfit, plain};
use crate::table::csv::{Decimal, Levels};
use crate::table::{Column, ColumnType, Values};

/// Columns that one pivot can make.
pub const MOST_NEW_COLUMNS: usize = 1_000;
/// Cells that one step can make.
pub const MOST_CELLS: usize = 200_000_000;

impl Work<'_> {
    /// Columns in order of the first appearance of their names; combinations that do not occur are missing, and 0 where
    /// something is counted. Rows without a name are left out and told.
    pub fn pivot(&mut self, rows: &[String], names: &str, values: &str, function: Aggregation) -> Done {
        let keys = self.positions(rows)?;
        if let Some((i, _)) = keys.iter().enumerate().find(|(i, key)| keys[..*i].contains(key)) {
            return Err(misfit(in_column(&rows[i]), "It is named twice.", "Name it once.").into());
        }
        let (name, value) = (self.position(names)?, self.position(values)?);
        let key_values: Vec<&Values> = keys.iter().map(|&position| self.values(position)).collect();
        let of_names = self.values(name);
        let mut levels = Levels::default();
        let name_of: Vec<Option<u32>> =
            (0..self.n_rows).map(|row| cell(of_names, row).map(|text| levels.code(text.as_bytes()))).collect();
        let n_names = levels.len();
        if n_names > MOST_NEW_COLUMNS {
            let event =
                format!("It has {n_names} different texts, and a table can get {MOST_NEW_COLUMNS} columns of them.");
            return Err(misfit(in_column(names), event, "Merge rare ones before this step.").into());
        }
        let groups = Groups::new(&key_values, self.n_rows);
        let n_cells = groups.n.saturating_mul(n_names);
        if n_cells > MOST_CELLS {
            return Err(
                misfit("", format!("It would make {n_cells} cells."), "Take fewer columns for the rows.").into()
            );
        }
        let nameless = name_of.iter().filter(|name| name.is_none()).count();
        let of_cell =
            groups.ids.iter().zip(&name_of).map(|(&id, name)| name.map_or(u32::MAX, |name| id * n_names as u32 + name));
        let (ends, of_rows) = sets(of_cell, n_cells);
        let cells = aggregate(function, values, self.values(value), Sets { ends: &ends, rows: &of_rows })?;
        let firsts = groups.firsts();
        let mut columns: Vec<Column> = Vec::new();
        for &position in &keys {
            let old = &self.columns[position];
            columns.push(Column { unit: old.unit.clone(), ..plain(&old.name, take(&old.values, &firsts)) });
        }
        for (at, level) in levels.into_strings().into_iter().enumerate() {
            let of_column: Vec<u32> = (0..groups.n).map(|row| (row * n_names + at) as u32).collect();
            let mut name = level;
            while columns.iter().any(|column| column.name == name) {
                name.push('_');
            }
            columns.push(plain(&name, take(&cells, &of_column)));
        }
        if nameless > 0 {
            let event = format!("{nameless} rows have no value here and were left out.");
            self.report.problems.push(misfit(in_column(names), event, "Fill the column before this step."));
        }
        let (ends, rows) = groups.sets();
        self.become_columns(columns, firsts.len(), Origin::Sets { ends, rows });
        self.open = self.dry;
        Ok(())
    }

    /// All rows of the first column, then all of the next. Values of different types become texts.
    pub fn unpivot(&mut self, keep: &[String], columns: &[String], names_into: &str, values_into: &str) -> Done {
        let (kept, melted) = (self.positions(keep)?, self.present(columns)?);
        let n_rows = self.n_rows.saturating_mul(melted.len());
        if n_rows.saturating_mul(kept.len() + 2) > MOST_CELLS {
            return Err(misfit("", format!("It would make {n_rows} rows."), "Take fewer columns.").into());
        }
        let names = [&keep.iter().map(String::as_str).collect::<Vec<_>>()[..], &[names_into, values_into]].concat();
        for (i, name) in names.iter().enumerate() {
            if name.is_empty() || names[..i].contains(name) {
                let event = "Two columns would have this name, or it is empty.";
                return Err(misfit(in_column(name), event, "Choose other names.").into());
            }
        }
        let rows: Vec<u32> = melted.iter().flat_map(|_| 0..self.n_rows as u32).collect();
        let mut new: Vec<Column> = Vec::new();
        for &position in &kept {
            let old = &self.columns[position];
            new.push(Column { unit: old.unit.clone(), ..plain(&old.name, take(&old.values, &rows)) });
        }
        let names: Vec<Option<&str>> =
            melted.iter().map(|&position| Some(self.columns[position].name.as_str())).collect();
        let codes = (0..melted.len() as u32).flat_map(|code| std::iter::repeat_n(code, self.n_rows));
        new.push(plain(names_into, category(codes, &names)));
        let types = melted.iter().map(|&position| self.values(position).column_type());
        let to = types.reduce(common_type).unwrap_or(ColumnType::Text);
        let all = melted.iter().map(|&position| retyped(self.values(position), to, Decimal::Point, false));
        let values = all.reduce(|above, below| joined(&above, &below)).unwrap_or_else(|| empty(to));
        new.push(plain(values_into, values));
        self.become_columns(new, rows.len(), Origin::Rows(rows));
        self.open = false;
        Ok(())
    }
}
