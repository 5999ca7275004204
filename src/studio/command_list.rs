//! One list of what can be done, for menus, palette and shortcuts.

use super::explain::TrustTab;
use super::judged::Step;
use super::*;
use crate::design::Design;

/// Something that can be done now, or the reason why not.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandEntry {
    /// Stable name, such as `train`.
    pub id: &'static str,
    /// The words in menu and palette.
    pub label: String,
    /// What it does, in a sentence.
    pub hint: String,
    pub shortcut: Option<Shortcut>,
    /// `Err`: why it cannot be done, as a sentence.
    pub enabled: Result<(), String>,
    pub action: Action,
}

/// A key with its modifiers. `ctrl` is Command on a Mac.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// As `KeyboardEvent.key` names it, letters in lower case.
    pub key: &'static str,
    pub ctrl: bool,
    pub shift: bool,
    pub alt: bool,
}

impl Shortcut {
    const fn ctrl(key: &'static str) -> Self {
        Self { key, ctrl: true, shift: false, alt: false }
    }

    const fn ctrl_shift(key: &'static str) -> Self {
        Self { key, ctrl: true, shift: true, alt: false }
    }

    const fn alt(key: &'static str) -> Self {
        Self { key, ctrl: false, shift: false, alt: true }
    }

    const fn plain(key: &'static str) -> Self {
        Self { key, ctrl: false, shift: false, alt: false }
    }

    /// "Ctrl+Shift+Z".
    pub fn text(self) -> String {
        let mut parts = Vec::new();
        if self.ctrl {
            parts.push("Ctrl".to_owned());
        }
        if self.alt {
            parts.push("Alt".to_owned());
        }
        if self.shift {
            parts.push("Shift".to_owned());
        }
        parts.push(match self.key {
            " " => "Space".to_owned(),
            key if key.chars().count() == 1 => key.to_uppercase(),
            key => key.to_owned(),
        });
        parts.join("+")
    }
}

/// A pressed key, as the browser reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    /// `KeyboardEvent.key`.
    pub key: String,
    /// Ctrl, or Command on a Mac.
    pub ctrl: bool,
    pub shift: bool,
    pub alt: bool,
    /// The focus is in a field that takes text.
    pub typing: bool,
}

/// Everything that can be done, in the order of the menu; what cannot be done now says why.
pub fn commands(studio: &Studio) -> Vec<CommandEntry> {
    let mut list = files(studio);
    list.extend(edits(studio));
    list.extend(work(studio));
    list.extend(places(studio));
    list.extend(playground(studio));
    list.extend(page(studio));
    list
}

/// The action of a pressed key. A command that cannot be done now does nothing.
pub fn pressed(studio: &Studio, pressed: &Pressed) -> Option<Action> {
    let key = pressed.key.to_lowercase();
    let found = commands(studio).into_iter().find(|entry| {
        entry.shortcut.is_some_and(|s| {
            // A character that needs Shift on some keyboards, such as `?`, is itself enough.
            let shift = s.shift == pressed.shift || (!s.ctrl && !s.alt && !key.chars().all(char::is_alphanumeric));
            s.key.to_lowercase() == key && s.ctrl == pressed.ctrl && s.alt == pressed.alt && shift
        })
    })?;
    // In a text field keys write, and Ctrl+Z takes back what was written. With Alt a digit writes nothing, or a sign of its own.
    let commands = pressed.ctrl || pressed.alt;
    if pressed.typing && (!commands || matches!(key.as_str(), "z" | "y")) {
        return None;
    }
    found.enabled.is_ok().then_some(found.action)
}

/// The commands that match what was typed into the palette, best first; all of them when nothing was.
pub fn search(studio: &Studio, typed: &str) -> Vec<CommandEntry> {
    let mut scored: Vec<(i32, CommandEntry)> = commands(studio)
        .into_iter()
        .filter_map(|entry| {
            let in_label = match_score(&entry.label, typed);
            let in_hint = match_score(&entry.hint, typed).map(|score| score - 40);
            in_label.max(in_hint).map(|score| (score - if entry.enabled.is_ok() { 0 } else { 20 }, entry))
        })
        .collect();
    if !typed.trim().is_empty() {
        scored.sort_by_key(|(score, _)| -score);
    }
    scored.into_iter().map(|(_, entry)| entry).collect()
}

/// How well `typed` fits `text`: its letters must occur in order. Letters at the start of words and letters in a row
/// count more, skipped ones less. `None`: it does not fit.
pub fn match_score(text: &str, typed: &str) -> Option<i32> {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let mut score = 0;
    let mut position = 0;
    let mut last: Option<usize> = None;
    for wanted in typed.to_lowercase().chars().filter(|c| !c.is_whitespace()) {
        let starts = |i: usize| i == 0 || !text[i - 1].is_alphanumeric();
        let next = last.map(|l| l + 1).filter(|&i| text.get(i) == Some(&wanted));
        // In a row if possible, else at the start of a later word, else anywhere later.
        let found = next
            .or_else(|| (position..text.len()).find(|&i| text[i] == wanted && starts(i)))
            .or_else(|| (position..text.len()).find(|&i| text[i] == wanted))?;
        score += if last.is_some_and(|l| l + 1 == found) { 12 } else { 2 };
        score += if starts(found) { 10 } else { 0 };
        score -= i32::try_from(found - position).unwrap_or(i32::MAX).min(8);
        last = Some(found);
        position = found + 1;
    }
    Some(score)
}

fn entry(id: &'static str, label: impl Into<String>, hint: &str, action: Action) -> CommandEntry {
    CommandEntry { id, label: label.into(), hint: hint.to_owned(), shortcut: None, enabled: Ok(()), action }
}

impl CommandEntry {
    fn key(mut self, shortcut: Shortcut) -> Self {
        self.shortcut = Some(shortcut);
        self
    }

    /// The first condition that does not hold gives the reason.
    fn needs(mut self, holds: bool, reason: &str) -> Self {
        if !holds && self.enabled.is_ok() {
            self.enabled = Err(reason.to_owned());
        }
        self
    }

    fn free(self, studio: &Studio) -> Self {
        let reason = studio.job.as_ref().map(|job| format!("{} is under way.", words::job(job.kind)));
        self.needs(studio.job.is_none(), reason.as_deref().unwrap_or_default())
    }

    fn writable(self, studio: &Studio) -> Self {
        self.needs(!studio.other_tab, "This project is open in another tab.")
    }
}

fn files(studio: &Studio) -> Vec<CommandEntry> {
    let has_project = !studio.is_empty();
    vec![
        entry(
            "open-file",
            "Open a table…",
            "Read a CSV file; it stays on this computer.",
            Action::PickFile(FilePurpose::Data),
        )
        .key(Shortcut::ctrl("o")),
        entry(
            "add-file",
            "Add a file to the table…",
            "Put its rows below those of the table, or its columns beside them.",
            Action::PickFile(FilePurpose::Beside),
        )
        .needs(studio.table.is_some(), "There is no table yet."),
        entry(
            "new-project",
            "New project",
            "Begin with an empty project; this one is in the list.",
            Action::NewProject { private: false },
        )
        .free(studio),
        entry(
            "new-private",
            "New private session",
            "Work without anything being stored.",
            Action::NewProject { private: true },
        )
        .free(studio),
        entry(
            "save-project-file",
            "Save the project as a file",
            "One file with data, design and candidates, to open elsewhere.",
            Action::SaveProjectFile,
        )
        .key(Shortcut::ctrl("s"))
        .needs(has_project, "There is nothing to save yet."),
        entry(
            "open-project-file",
            "Open a project file…",
            "Go on with a project that was saved as a file.",
            Action::PickFile(FilePurpose::Project),
        )
        .free(studio),
        entry(
            "open-package",
            "Open a package…",
            "Predict with a model that was packaged before.",
            Action::PickFile(FilePurpose::Package),
        )
        .free(studio)
        .writable(studio),
    ]
}

fn edits(studio: &Studio) -> Vec<CommandEntry> {
    let with = |word: &str, label: Option<&str>| label.map_or_else(|| word.to_owned(), |l| format!("{word}: {l}"));
    let mut list = vec![
        entry("undo", with("Undo", studio.undo_label()), "Take back the last edit.", Action::Undo)
            .key(Shortcut::ctrl("z"))
            .needs(studio.undo_label().is_some(), "There is nothing to undo.")
            .writable(studio),
        entry("redo", with("Redo", studio.redo_label()), "Do the edit again that was taken back.", Action::Redo)
            .key(Shortcut::ctrl_shift("z"))
            .needs(studio.redo_label().is_some(), "There is nothing to redo.")
            .writable(studio),
    ];
    list.push(
        entry("clear-filters", "Show all rows", "Take away the filters of the table.", Action::SetFilters(Vec::new()))
            .needs(!studio.filters.is_empty(), "No filter is set."),
    );
    list.push(
        entry("clear-sort", "Show rows as in the file", "Take away the order of the table.", Action::Sort(None))
            .needs(studio.sort.is_some(), "The rows stand as in the file."),
    );
    list.push(
        entry(
            "propose-rules",
            "Propose rules for the rows",
            "Rules that every row keeps already, to tell when a later file breaks one.",
            Action::ProposeRules,
        )
        .needs(studio.table.is_some(), "There is no table yet.")
        .writable(studio),
    );
    if let Some((sentence, action)) = studio.offer_to_take_over() {
        list.push(
            entry("take-over", "Do the same to this file as to the one before", &sentence, action).writable(studio),
        );
    }
    let text = studio.project.design.as_ref().map(Design::to_text);
    list.push(
        entry(
            "copy-design",
            "Copy the design as text",
            "Everything that a training depends on, apart from the rows.",
            Action::CopyText(text.clone().unwrap_or_default()),
        )
        .needs(text.is_some(), "There is no design yet."),
    );
    list.push(
        entry("threshold", "Back to a threshold of 50 %", "Of the selected candidate.", Action::SetThreshold(0.5))
            .needs(studio.threshold() != 0.5, "No other threshold was chosen.")
            .writable(studio),
    );
    list
}

fn work(studio: &Studio) -> Vec<CommandEntry> {
    let training = studio.is_training();
    let paused = studio.job.as_ref().is_some_and(|job| job.paused);
    let stopping = studio.job.as_ref().is_some_and(|job| job.stopping);
    let problem = studio.check.as_ref().and_then(|c| c.problems.first()).map(|p| p.event.clone());
    let run = studio.selected_run;
    let selected = studio.current_run();
    let stale = selected.and_then(|run| studio.stale_reason(run));
    let trains = |entry: CommandEntry| {
        entry
            .needs(studio.table.is_some(), "There are no rows to learn from yet.")
            .needs(studio.project.design.is_some(), "Choose a target first.")
            .needs(problem.is_none(), problem.as_deref().unwrap_or_default())
            .free(studio)
            .writable(studio)
    };
    let mut list = vec![
        trains(entry(
            "train",
            studio.train_label(),
            "Cross-validate each candidate without a result that still counts, and fit it.",
            Action::Train,
        ))
        .key(Shortcut::ctrl("Enter")),
        trains(entry(
            "train-all",
            "Train every candidate",
            "Also those with a result that still counts.",
            Action::TrainAll,
        )),
        entry(
            "judge",
            "Judge predictions made elsewhere",
            "What another model has predicted stands in the table beside what was true.",
            Action::Judge(Step::Open),
        )
        .needs(studio.table.is_some(), "There is no table yet.")
        .free(studio)
        .writable(studio),
        entry(
            "pause",
            if paused { "Go on training" } else { "Pause training" },
            "The weights afterwards are the same as without a pause.",
            if paused { Action::Resume } else { Action::Pause },
        )
        .key(Shortcut::ctrl(" "))
        .needs(training, "No training is under way.")
        .needs(!stopping, "The training is being stopped."),
        entry("stop", "Stop", "End the work under way; the best so far is kept.", Action::Cancel)
            .key(Shortcut::ctrl("."))
            .needs(studio.job.is_some(), "Nothing is under way."),
    ];
    let with_run = |entry: CommandEntry| entry.needs(run.is_some(), "No candidate is selected.");
    let run = run.unwrap_or_default();
    list.push(with_run(
        entry(
            "open-holdout",
            "Open the test set",
            "Score the selected candidate on the rows locked away; every look is counted.",
            Action::OpenHoldout(run),
        )
        .needs(selected.is_none_or(|r| r.report.n_holdout > 0), "No test set was locked away.")
        .needs(stale.is_none(), stale.as_deref().unwrap_or_default())
        .free(studio)
        .writable(studio),
    ));
    list.push(with_run(
        entry("package", "Make the package", "One ZIP that other programs run.", Action::MakePackage(run)).free(studio),
    ));
    list.push(
        entry("download-package", "Download the package", "Save the package that was made.", Action::DownloadPackage)
            .needs(studio.package.is_some(), "No package was made yet."),
    );
    let why = match studio.predictor_size() {
        Some(Err(problem)) => problem.event.clone(),
        _ => "Make the package first.".to_owned(),
    };
    let ready = matches!(studio.predictor_size(), Some(Ok(_)));
    for (id, title, help, kind) in [
        ("predictor-page", "Download the page that predicts", "One HTML file that works offline.", PredictorKind::Page),
        (
            "predictor-module",
            "Download the JavaScript module",
            "For Node and browsers, with types.",
            PredictorKind::Module,
        ),
    ] {
        list.push(entry(id, title, help, Action::DownloadPredictor(kind)).needs(ready, &why));
    }
    list.push(with_run(entry(
        "groups",
        "Compare groups of people",
        "How often each group is called, found and called by mistake.",
        Action::ShowTrust(TrustTab::Groups),
    )));
    list.push(with_run(entry(
        "why",
        "See why it predicts so",
        "What each column is worth, and how the prediction follows it.",
        Action::ShowTrust(TrustTab::Why),
    )));
    list.push(with_run(entry(
        "one-row",
        "Predict one row",
        "A form with a field for each column.",
        Action::ShowTrust(TrustTab::OneRow),
    )));
    list.push(with_run(
        entry(
            "score-file",
            "Predict a file…",
            "A CSV in, a CSV with predictions out.",
            Action::PickFile(FilePurpose::Score(run)),
        )
        .free(studio),
    ));
    list.push(with_run(
        entry(
            "watch-file",
            "Compare later rows…",
            "A file of rows of today: what has changed, and whether the model still holds.",
            Action::PickFile(FilePurpose::Watch(run)),
        )
        .free(studio),
    ));
    let next = selected.and_then(|now| {
        let runs = &studio.project.runs;
        let at = runs.iter().position(|r| r.id == now.id)?;
        runs.get((at + 1) % runs.len()).filter(|next| next.id != now.id)
    });
    list.push(
        entry(
            "next-run",
            next.map_or_else(|| "Look at the next candidate".to_owned(), |next| format!("Look at {}", next.name)),
            "Selects the next candidate.",
            Action::SelectRun(next.map(|next| next.id)),
        )
        .key(Shortcut::alt("n"))
        .needs(next.is_some(), "There is no other candidate."),
    );
    list.push(with_run(
        entry("delete-run", "Remove the selected candidate", "It can be brought back.", Action::DeleteRun(run))
            .writable(studio),
    ));
    list
}

fn places(studio: &Studio) -> Vec<CommandEntry> {
    let stages = [
        ("show-data", "The table and its columns.", "1"),
        ("show-design", "What is predicted, from what, and how it is tested.", "2"),
        ("show-train", "The candidates and how they learn.", "3"),
        ("show-trust", "How far the selected candidate can be trusted.", "4"),
        ("show-ship", "Predict, and take the model with you.", "5"),
        ("show-watch", "Whether the model still holds, by rows of later days.", "6"),
    ];
    let mut list: Vec<CommandEntry> = Stage::ALL
        .into_iter()
        .zip(stages)
        .map(|(stage, (id, hint, key))| {
            entry(id, format!("Go to {}", stage.name()), hint, Action::Show(View::Stage(stage))).key(Shortcut::alt(key))
        })
        .collect();
    list.push(
        entry("show-home", "Go to the projects", "Samples, and the list of projects.", Action::Show(View::Home))
            .key(Shortcut::alt("0")),
    );
    list.push(
        entry(
            "show-playground",
            "Play with a neural network",
            "Watch a model learn two columns.",
            Action::Show(View::Playground),
        )
        .key(Shortcut::alt("7")),
    );
    list.push(
        entry(
            "show-report",
            "Printable report",
            "Everything about the selected candidate on one page.",
            Action::Show(View::Report),
        )
        .key(Shortcut::alt("8"))
        .needs(studio.selected_run.is_some(), "No candidate is selected."),
    );
    list.push(
        entry(
            "show-record",
            "Record of the project",
            "What is known of the data, and all that was done.",
            Action::Show(View::Record),
        )
        .key(Shortcut::alt("9"))
        .needs(studio.project.data.is_some() || !studio.project.log.is_empty(), "There is no project yet."),
    );
    list
}

fn playground(studio: &Studio) -> Vec<CommandEntry> {
    let here = |entry: CommandEntry| {
        entry
            .needs(studio.view == View::Playground, "This is for the playground.")
            .needs(studio.playground.model.learns(), "Only networks and trees learn step by step.")
    };
    let playing = studio.playground.playing;
    vec![
        here(
            entry(
                "play",
                if playing { "Pause the playground" } else { "Play" },
                "The model learns on, or stands still.",
                Action::Play(PlaygroundAction::PlayPause),
            )
            .key(Shortcut::plain("p")),
        ),
        here(
            entry("play-step", "One step", "Learn a few steps and stop.", Action::Play(PlaygroundAction::Step))
                .key(Shortcut::plain("s")),
        ),
        here(
            entry(
                "play-reset",
                "Begin again",
                "From the first step, with the same seed.",
                Action::Play(PlaygroundAction::Reset),
            )
            .key(Shortcut::plain("r")),
        ),
    ]
}

fn page(studio: &Studio) -> Vec<CommandEntry> {
    let training = studio.is_training();
    let at = Theme::ALL.iter().position(|theme| *theme == studio.theme).unwrap_or(0);
    let next = Theme::ALL[(at + 1) % Theme::ALL.len()];
    let (device_label, device_hint, device) = match studio.device_choice {
        DeviceChoice::Automatic => ("Train with the CPU", "Leave the GPU alone.", DeviceChoice::Cpu),
        DeviceChoice::Cpu => {
            ("Train with the GPU if there is one", "Networks learn on WebGPU where it works.", DeviceChoice::Automatic)
        }
    };
    vec![
        entry("palette", "Search commands", "This list.", Action::OpenPalette(!studio.palette_open))
            .key(Shortcut::ctrl("k")),
        entry(
            "shortcuts",
            "Keyboard shortcuts",
            "All keys on one sheet.",
            Action::OpenShortcuts(!studio.shortcuts_open),
        )
        .key(Shortcut::plain("?")),
        entry(
            "theme",
            format!("Colours: {}", next.label().to_lowercase()),
            "The page's colours.",
            Action::ChooseTheme(next),
        ),
        entry("device", device_label, device_hint, Action::ChooseDevice(device)),
        entry(
            "diagnostics",
            "Copy diagnostics",
            "Facts for a bug report, without any of your data.",
            Action::CopyDiagnostics,
        ),
        entry(
            "erase",
            "Erase everything…",
            "Lists what is stored in this browser, and removes it.",
            Action::OpenErase(true),
        ),
        entry("update", "Take the new version", "Loads the version that waits.", Action::AcceptUpdate)
            .needs(studio.update_waiting, "This is the newest version.")
            .needs(!training, "Not during training."),
    ]
}
