//! Facts for a bug report. Nothing of the data: no name of a file, project or column, no value, no score.

use super::words::counted;
use super::*;

impl Studio {
    pub fn diagnostics(&self) -> String {
        let mut lines = vec![
            format!("Hearth {}", env!("CARGO_PKG_VERSION")),
            format!("View: {:?}", self.view),
            format!("Engine ready: {}", yes(self.engine_ready)),
            match &self.device {
                Some(device) if device.reason.is_empty() => format!("Trainer: {}", device.name),
                Some(device) => format!("Trainer: {} ({})", device.name, device.reason),
                None => "Trainer: not started".to_owned(),
            },
            format!("Device choice: {:?}", self.device_choice),
            format!("Private session: {}", yes(self.private_session)),
            format!("Saved: {:?}", self.saved),
            format!("Open in another tab: {}", yes(self.other_tab)),
            format!("Update waiting: {}", yes(self.update_waiting)),
        ];
        lines.push(match &self.table {
            Some(table) => format!(
                "Table: {}, {}, {} in the file, {}",
                counted(u64::from(table.n_rows), "row"),
                counted(table.columns.len() as u64, "column"),
                words::bytes(table.n_bytes),
                counted(table.n_warnings, "warning")
            ),
            None => "Table: none".to_owned(),
        });
        if let Some(table) = &self.table {
            let of = |wanted| table.columns.iter().filter(|c| c.column_type == wanted).count();
            let types: Vec<String> =
                crate::table::ColumnType::ALL.iter().map(|t| format!("{:?} {}", t, of(*t))).collect();
            lines.push(format!("Column types: {}", types.join(", ")));
            lines.push(format!("Encoding: {:?}, decimal: {:?}", table.settings.encoding, table.settings.decimal));
        }
        if let Some(check) = &self.check {
            lines.push(format!(
                "Design: {:?}, {}, {}, {}, {}",
                check.task,
                counted(check.features.len() as u64, "feature"),
                counted(check.fold_sizes.len() as u64, "fold"),
                counted(check.problems.len() as u64, "problem"),
                counted(check.doubts.len() as u64, "doubt")
            ));
        }
        match &self.job {
            Some(job) => lines.push(format!("Under way: {:?}, paused: {}", job.kind, yes(job.paused))),
            None => lines.push("Under way: nothing".to_owned()),
        }
        lines.push(format!("Candidates: {}, looks at the test set: {}", self.project.runs.len(), self.project.looks));
        lines.push(format!(
            "History: {} to undo, {} to redo; cells cached: {}",
            counted(self.history.earlier.len() as u64, "edit"),
            self.history.later.len(),
            counted(self.rows.n_pages() as u64, "page")
        ));
        lines.join("\n") + "\n"
    }
}

fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
