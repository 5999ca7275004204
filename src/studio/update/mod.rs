//! How an action changes the studio, by theme. Every action is answered at once; what takes time comes back as another
//! action. Answers with a ticket that nobody waits for are dropped.

mod adding;
mod blend;
mod calibrate;
mod choices;
mod edit;
mod engine;
mod explain;
mod files;
mod former;
mod gates;
mod judged;
mod looking;
mod neural;
mod outside;
pub(super) mod playground;
mod profile;
mod projects;
mod ready;
mod registry;
mod retrain;
mod rules;
mod search;
mod steps;
mod unfinished;
mod watch;
mod work;
mod workers;

pub(super) use outside::Comparison;
pub use outside::Outside;

use super::*;

impl Studio {
    /// The one way the state changes. The commands are for the browser, in this order.
    pub fn update(&mut self, action: Action) -> Vec<Command> {
        if self.other_tab && changes_project(&action) {
            self.tell(
                Tone::Doubt,
                "This project is open in another tab, so nothing can be changed here. Close it there and go on here.",
                Some(("Open the list of projects", Action::Show(View::Home))),
            );
            return Vec::new();
        }
        if self.ends_private_session(&action) {
            return self.ask_to_end_private_session(action);
        }
        if self.lacks_model(&action) {
            return Vec::new();
        }
        if self.keep_for_later(&action) {
            return Vec::new();
        }
        let was_whole = self.engine_is_whole();
        let mut commands = self.answer(action);
        if !was_whole && self.engine_is_whole() && self.view == View::Stage(Stage::Trust) {
            // What Trust shows could not be asked for before.
            commands.extend(self.ask_why());
        }
        self.look_after_retraining();
        commands.extend(self.do_what_waited());
        commands.extend(self.start_neural_in_peace());
        commands.extend(self.reload_when_free());
        if self.job.is_none() {
            // There is nothing left that their button would stop.
            let stops = |notice: &Notice| notice.cure.as_ref().is_some_and(|(_, action)| **action == Action::Cancel);
            self.notices.retain(|notice| !stops(notice));
        }
        commands
    }

    fn answer(&mut self, action: Action) -> Vec<Command> {
        match action {
            Action::FileDropped(file) => self.file_dropped(file),
            Action::AddFile(file) => self.add_file(file),
            Action::ChooseCombination(operation) => self.choose_combination(operation),
            Action::TakeFile => self.take_file(),
            Action::TakeAllFiles => self.take_all_files(),
            Action::LeaveFile => self.leave_file(),
            Action::ReadFileOtherwise => self.read_file_otherwise(),
            Action::Bundled { project, result } => self.bundled(&project, result),
            Action::ChangeImport(settings) => self.change_import(settings),
            Action::ChooseEntry(entry) => self.choose_entry(entry),
            Action::ConfirmImport => self.confirm_import(),
            Action::DismissImport => self.dismiss_import(),
            Action::Reimport(settings) => self.reimport(settings),
            Action::ChangeRecipe { label, recipe } => self.change_recipe(&label, recipe),
            Action::PreviewStep { recipe, position, cursor } => self.preview_step(recipe, position, cursor),
            Action::EndStepPreview => quietly(|| self.end_step_preview()),
            Action::ChangeRules { label, rules } => self.change_rules(&label, rules),
            Action::ProposeRules => self.propose_rules(),
            Action::TakeOver => self.take_over_from_former(),
            Action::SampleChosen(name) => vec![Command::FetchSample(name)],
            Action::PickFile(purpose) => vec![Command::PickFile(purpose)],

            Action::Show(view) => self.show(view),
            Action::SelectColumn(column) => quietly(|| self.selected_column = column),
            Action::SelectRun(run) => {
                let mut commands = self.select_run(run);
                commands.extend(self.ask_why());
                commands
            }
            Action::ShowTrust(tab) => self.show_trust(tab),
            Action::Explain(question) => self.explain(question),
            Action::StopExplaining => self.stop_explaining(),
            Action::LookAtColumn(column) => self.look_at_column(column),
            Action::LookAtClass(class) => self.look_at_class(class),
            Action::Sort(sort) => self.change_view(|s| s.sort = sort),
            Action::SetFilters(filters) => self.change_view(|s| s.filters = filters),
            Action::NeedRows { first_row, n_rows, first_column, n_columns } => {
                self.need_rows([first_row, n_rows, first_column, n_columns])
            }
            Action::OpenPalette(open) => quietly(|| self.palette_open = open),
            Action::OpenShortcuts(open) => quietly(|| self.shortcuts_open = open),
            Action::OpenErase(open) => {
                self.erase_open = open;
                if open { vec![Command::CountTabs] } else { Vec::new() }
            }
            Action::ChooseTheme(theme) => quietly(|| self.theme = theme),
            Action::DismissNotice(id) => quietly(|| self.notices.retain(|n| n.id != id)),

            Action::EditDesign { label, design } => self.edit_design(label, design),
            Action::RenameProject(name) => self.rename_project(&name),
            Action::DescribeData(datasheet) => self.describe_data(datasheet),
            Action::SetThreshold(threshold) => self.set_threshold(threshold),
            Action::SetOnUnseen(chosen) => self.set_on_unseen(chosen),
            Action::SetCover(chosen) => self.set_cover(chosen),
            Action::StarRun(run) => self.star_run(run),
            Action::NoteRun(run, note) => self.note_run(run, &note),
            Action::Wish { rule, worths } => self.wish(super::decide::Wish { rule, worths }),
            Action::TakeDecision => self.take_decision(),
            Action::Attack => self.attack(),
            Action::OverrideGate { run, gate, reason } => self.override_gate(run, gate, &reason),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),

            Action::Train => self.train(false),
            Action::TrainAll => self.train(true),
            Action::Pause => self.pause(true),
            Action::Resume => self.pause(false),
            Action::Cancel => self.cancel(),
            Action::Search(how) => self.search(how),
            Action::EndSearch => self.end_search(),
            Action::Blend => self.blend(),
            Action::Calibrate(way) => self.calibrate(way),
            Action::Judge(step) => self.judge(step),
            Action::OpenHoldout(run) => self.open_holdout(run),
            Action::DeleteRun(run) => self.delete_run(run),
            Action::BringBackRun(run) => self.bring_back_run(run),
            Action::PredictRow(run, cells) => self.predict_row(run, cells),
            Action::ScoreFile(run, file) => self.score_file(run, file),
            Action::WatchFile(run, file) => self.watch_file(run, file, WatchColumns::default()),
            Action::WatchAgain(columns) => self.watch_again(columns),
            Action::Retrain => self.retrain(),
            Action::Settle { promote, who, why } => self.settle(promote, &who, &why),
            Action::GiveUpChallenge => self.give_up_challenge(),
            Action::Register(run) => self.register(run),
            Action::Rule { version, to, who, why } => self.rule(version, to, &who, &why),
            Action::ShowVersion(run) => {
                let mut commands = self.select_run(Some(run));
                commands.extend(self.show(View::Stage(Stage::Ship)));
                commands
            }
            Action::MakePackage(run) => self.make_package(run),
            Action::DownloadPackage => self.download_package(),
            Action::RanOutside { ticket, result } => self.ran_outside(ticket, result),
            Action::DownloadPredictor(kind) => self.download_predictor(kind),
            Action::OpenPackage(file) => self.open_package(file),
            Action::ChooseDevice(choice) => self.choose_device(choice),
            Action::Export { name, media_type, bytes } => self.export(name, media_type, bytes),
            Action::CopyText(text) => vec![Command::CopyText(text)],
            Action::CopyDiagnostics => vec![Command::CopyDiagnostics(self.diagnostics())],

            Action::Play(action) => self.play(action),

            Action::NewProject { private } => self.new_project(private),
            Action::EndPrivateSession(then) => self.end_private_session(*then),
            Action::OpenProject(id) => self.open_project(id),
            Action::DeleteProject(id) => self.delete_project(id),
            Action::SaveProjectFile => self.save_project_file(),
            Action::OpenProjectFile(file) => self.open_project_file(file),
            Action::EraseEverything => self.erase_everything(),
            Action::AcceptUpdate => self.accept_update(),
            Action::LoadAgain => self.load_again(),

            Action::Engine(event) => self.engine_event(event),
            Action::Neural(event) => self.neural_event(event),
            Action::WorkerRestarted { neural: true, message } => self.neural_restarted(message.trim_end_matches('.')),
            Action::WorkerRestarted { neural: false, message } => self.engine_restarted(message.trim_end_matches('.')),
            Action::TrainerUnavailable { message } => self.trainer_unavailable(message.trim_end_matches('.')),
            Action::Loaded(project) => self.loaded(*project),
            Action::NotLoaded => self.not_loaded(),
            Action::ProjectFileOpened { project, missing, problem } => {
                self.project_file_opened(*project, missing, problem)
            }
            Action::OtherTabs(count) => quietly(|| self.other_tabs = count),
            Action::ErasedElsewhere => self.erased_elsewhere(),
            Action::UnfinishedFound { project, bytes } => quietly(|| self.unfinished_found(&project, &bytes)),
            Action::ProjectsListed(projects) => quietly(|| self.projects = projects),
            Action::Stored { project, file, result } => self.stored(&project, file, result),
            Action::OtherTab(held) => self.other_tab_changed(held),
            Action::UpdateWaiting => quietly(|| self.update_is_waiting()),
            Action::UpdateRefused(problem) => self.update_refused(problem),
            Action::UpdateTaken => self.update_taken(),
            Action::Report(problem) => quietly(|| self.notice(Tone::Failure, problem, None)),
            Action::Tick { now, date } => self.tick(now, date),
        }
    }
}

/// A change of the state that asks nothing of the browser.
fn quietly(change: impl FnOnce()) -> Vec<Command> {
    change();
    Vec::new()
}

/// Whether the action would write into the project at hand, which only one tab may do.
fn changes_project(action: &Action) -> bool {
    match action {
        Action::FileDropped(_)
        | Action::AddFile(_)
        | Action::TakeFile
        | Action::TakeAllFiles
        | Action::ConfirmImport
        | Action::Reimport(_)
        | Action::ChangeRecipe { .. }
        | Action::ChangeRules { .. }
        | Action::ProposeRules
        | Action::TakeOver
        | Action::EditDesign { .. }
        | Action::RenameProject(_)
        | Action::DescribeData(_)
        | Action::Undo
        | Action::Redo
        | Action::SetThreshold(_)
        | Action::SetOnUnseen(_)
        | Action::SetCover(_)
        | Action::StarRun(_)
        | Action::NoteRun(..)
        | Action::TakeDecision
        | Action::OverrideGate { .. }
        | Action::Train
        | Action::TrainAll
        | Action::Search(_)
        | Action::Blend
        | Action::Calibrate(_)
        | Action::Judge(_)
        | Action::OpenHoldout(_)
        | Action::Retrain
        | Action::Settle { .. }
        | Action::GiveUpChallenge
        | Action::Register(_)
        | Action::Rule { .. }
        | Action::DeleteRun(_)
        | Action::BringBackRun(_)
        | Action::OpenPackage(_) => true,
        Action::ChangeImport(_)
        | Action::ChooseCombination(_)
        | Action::LeaveFile
        | Action::ReadFileOtherwise
        | Action::Bundled { .. }
        | Action::ChooseEntry(_)
        | Action::DismissImport
        | Action::SampleChosen(_)
        | Action::PreviewStep { .. }
        | Action::EndStepPreview
        | Action::PickFile(_)
        | Action::Show(_)
        | Action::SelectColumn(_)
        | Action::SelectRun(_)
        | Action::ShowTrust(_)
        | Action::Explain(_)
        | Action::StopExplaining
        | Action::LookAtColumn(_)
        | Action::LookAtClass(_)
        | Action::Wish { .. }
        | Action::Attack
        | Action::Sort(_)
        | Action::SetFilters(_)
        | Action::NeedRows { .. }
        | Action::OpenPalette(_)
        | Action::OpenShortcuts(_)
        | Action::OpenErase(_)
        | Action::ChooseTheme(_)
        | Action::DismissNotice(_)
        | Action::Pause
        | Action::Resume
        | Action::Cancel
        | Action::EndSearch
        | Action::PredictRow(..)
        | Action::ScoreFile(..)
        | Action::WatchFile(..)
        | Action::WatchAgain(_)
        | Action::ShowVersion(_)
        | Action::MakePackage(_)
        | Action::DownloadPackage
        | Action::RanOutside { .. }
        | Action::DownloadPredictor(_)
        | Action::ChooseDevice(_)
        | Action::Export { .. }
        | Action::CopyText(_)
        | Action::CopyDiagnostics
        | Action::Play(_)
        | Action::NewProject { .. }
        | Action::EndPrivateSession(_)
        | Action::OpenProject(_)
        | Action::DeleteProject(_)
        | Action::SaveProjectFile
        | Action::OpenProjectFile(_)
        | Action::EraseEverything
        | Action::AcceptUpdate
        | Action::LoadAgain
        | Action::Engine(_)
        | Action::Neural(_)
        | Action::WorkerRestarted { .. }
        | Action::TrainerUnavailable { .. }
        | Action::Loaded(_)
        | Action::ProjectFileOpened { .. }
        | Action::OtherTabs(_)
        | Action::ErasedElsewhere
        | Action::UnfinishedFound { .. }
        | Action::ProjectsListed(_)
        | Action::Stored { .. }
        | Action::OtherTab(_)
        | Action::UpdateWaiting
        | Action::UpdateRefused(_)
        | Action::UpdateTaken
        | Action::Report(_)
        | Action::NotLoaded
        | Action::Tick { .. } => false,
    }
}
