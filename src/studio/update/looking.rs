//! Looking: what the canvas shows, and the cells of the grid.

use super::*;

impl Studio {
    pub(super) fn show(&mut self, view: View) -> Vec<Command> {
        self.palette_open = false;
        self.shortcuts_open = false;
        if self.view == view {
            return Vec::new();
        }
        let mut commands = Vec::new();
        if self.view == View::Playground {
            commands.extend(self.stop_playing());
        }
        self.view = view;
        self.notices.retain(|notice| !notice.has_passed(self.clock.now));
        commands.extend([Command::SetAddress(view), Command::FocusCanvas]);
        match view {
            View::Playground => commands.extend(self.enter_playground()),
            View::Home if !self.private_session => commands.push(Command::ListProjects),
            View::Stage(Stage::Trust) => commands.extend(self.ask_why()),
            View::Home | View::Stage(_) | View::Report | View::Record => {}
        }
        commands
    }

    pub(super) fn select_run(&mut self, run: Option<RunId>) -> Vec<Command> {
        if self.selected_run == run {
            return Vec::new();
        }
        self.selected_run = run;
        self.prediction = None;
        self.waits.predict = None;
        self.forget_explained()
    }

    /// A new order or filter: every cell that is held is of the old one.
    pub(super) fn change_view(&mut self, change: impl FnOnce(&mut Self)) -> Vec<Command> {
        change(self);
        if self.table.is_none() {
            return Vec::new();
        }
        self.rows.clear();
        let ticket = self.ticket();
        self.waits.view = Some(ticket);
        let mut commands = vec![Self::engine(Request::View { ticket, sort: self.sort, filters: self.filters.clone() })];
        commands.extend(self.ask_for_rows());
        commands
    }

    pub(super) fn viewed(&mut self, ticket: Ticket, n_rows: u32) -> Vec<Command> {
        if self.waits.view != Some(ticket) {
            return Vec::new();
        }
        self.waits.view = None;
        self.n_view_rows = n_rows;
        // The pages asked for in the meantime were cut for the old number of rows.
        self.rows.clear();
        self.ask_for_rows()
    }

    pub(super) fn need_rows(&mut self, window: [u32; 4]) -> Vec<Command> {
        self.last_need = Some(window);
        self.ask_for_rows()
    }

    /// Ask for what the grid shows and the cache lacks.
    pub(super) fn ask_for_rows(&mut self) -> Vec<Command> {
        let (Some(table), Some(window)) = (&self.table, self.last_need) else {
            return Vec::new();
        };
        // The table on the page may be known before the engine has it; it answers once it has.
        if self.waits.import.is_some() || self.waits.view.is_some() {
            return Vec::new();
        }
        let n_columns = u32::try_from(table.columns.len()).unwrap_or(u32::MAX);
        let missing = self.rows.missing(window, self.n_view_rows, n_columns);
        let mut commands = Vec::with_capacity(missing.len());
        for page in missing {
            let ticket = self.ticket();
            self.rows.asked(ticket, &page);
            commands.push(Self::engine(Request::Rows {
                ticket,
                first_row: page.first_row,
                n_rows: page.n_rows,
                columns: page.columns,
            }));
        }
        commands
    }

    /// Another table: no filter, no order, no cell of the old one.
    pub(super) fn look_afresh(&mut self, n_rows: u32) {
        self.rows.clear();
        self.filters.clear();
        self.sort = None;
        self.waits.view = None;
        self.n_view_rows = n_rows;
        self.selected_column = None;
        self.check = None;
        self.forget_profile();
        self.forget_rule_reports();
    }
}
