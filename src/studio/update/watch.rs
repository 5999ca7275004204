//! Rows of later days beside the training.

use super::super::watch::{GONE, Watched};
use super::super::words;
use super::*;
use crate::monitor::MonitorReport;
use crate::table::ColumnType;

impl Studio {
    pub(super) fn watch_file(&mut self, run: RunId, file: FileHandle, asked: WatchColumns) -> Vec<Command> {
        let Some(threshold) = self.run(run).map(|found| self.threshold_for(found)) else {
            return Vec::new();
        };
        let Ok(mut commands) = self.make_way("compare the rows of a file") else {
            return Vec::new();
        };
        // What stands there is of another file, or of other columns.
        self.watched = None;
        let ticket = self.start_job(JobKind::Watch);
        self.waits.watch = Some((ticket, file.clone()));
        let name = file.name.clone();
        commands.push(Command::Engine {
            request: Request::Monitor { ticket, run, name, threshold, asked },
            file: Some(file),
        });
        self.selected_run = Some(run);
        commands.extend(self.show(View::Stage(Stage::Watch)));
        commands
    }

    pub(super) fn watch_again(&mut self, columns: WatchColumns) -> Vec<Command> {
        let Some((run, file)) = self.watched.as_ref().map(|watched| (watched.run, watched.file.clone())) else {
            return Vec::new();
        };
        if file.key == GONE {
            let text = format!("{} is no longer at hand. Choose it again to take other columns.", file.name);
            self.tell(Tone::Information, text, Some(("Choose the file", Action::PickFile(FilePurpose::Watch(run)))));
            return Vec::new();
        }
        self.watch_file(run, file, columns)
    }

    pub(super) fn monitored(
        &mut self,
        ticket: Ticket,
        run: RunId,
        report: MonitorReport,
        (columns, choices): (WatchColumns, Vec<(String, ColumnType)>),
        warnings: Vec<String>,
    ) -> Vec<Command> {
        let Some((_, file)) = self.waits.watch.take_if(|(waited, _)| *waited == ticket) else {
            return Vec::new();
        };
        if !self.is_job(ticket) {
            return Vec::new();
        }
        self.job = None;
        let name = self.run(run).map(|found| found.name.clone()).unwrap_or_default();
        self.log(format!(
            "Compared {} of later rows with the training of {name}: {}",
            words::counted(u64::from(report.n_rows), "row"),
            report.headline
        ));
        let watched = Watched { run, file, report, columns, choices, warnings };
        self.project.watched = watched.to_store().map(Box::new);
        self.watched = Some(Arc::new(watched));
        self.save()
    }
}
