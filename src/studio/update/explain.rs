//! Questions to the selected run about its reasons, and what comes back.

use super::super::decide::Wish;
use super::super::explain::{Asked, Explained, TrustTab};
use super::*;
use crate::explain::{Answer, Question};
use crate::validate::decide::Decision;

impl Studio {
    pub(super) fn show_trust(&mut self, tab: TrustTab) -> Vec<Command> {
        self.trust_tab = tab;
        let mut commands = self.show(View::Stage(Stage::Trust));
        commands.extend(self.ask_why());
        commands
    }

    /// Another run, or none: nothing that was asked concerns it.
    pub(super) fn forget_explained(&mut self) -> Vec<Command> {
        let before = std::mem::take(&mut self.explained);
        before.asked.into_iter().map(|asked| Self::engine(Request::Cancel { ticket: asked.ticket })).collect()
    }

    /// What the tab at hand shows is asked for by itself: what the columns are worth, then the shape of the first, then what
    /// they add in many rows.
    pub(super) fn ask_why(&mut self) -> Vec<Command> {
        if self.view == View::Stage(Stage::Trust) && self.trust_tab == TrustTab::Groups {
            return self.ask_fairness();
        }
        if self.view == View::Stage(Stage::Trust) && self.trust_tab == TrustTab::Findings {
            let mut commands = self.ask_rivals();
            commands.extend(self.ask_calibrations());
            commands.extend(self.ask_slices());
            commands.extend(self.ask_hard_rows());
            commands.extend(self.ask_fairness());
            commands.extend(self.ask_decision());
            return commands;
        }
        let looks = self.view == View::Stage(Stage::Trust) && self.trust_tab == TrustTab::Why;
        if !looks || self.explained.stopped || !self.explained.asked.is_empty() || self.unexplained().is_some() {
            return Vec::new();
        }
        if !self.may_ask(|_| false) {
            return Vec::new();
        }
        let Some(run) = self.current_run() else { return Vec::new() };
        let class = self.explained_class();
        if run.importance.is_none() {
            return self.explain(Question::Importance);
        }
        match self.explained_column() {
            Some(column) if self.explained_shape().is_none() => self.explain(Question::Shape { column, class }),
            _ if self.explained.many.is_none() => self.explain(Question::Many { class }),
            _ if self.explained.surrogate.is_none() => self.explain(Question::Surrogate { class }),
            _ => Vec::new(),
        }
    }

    /// Whether a question can be asked by itself: the engine has a table, answered the last one, and is at none that is `like` it.
    fn may_ask(&self, like: impl Fn(&Question) -> bool) -> bool {
        let has_table = self.waits.import.is_none() && !self.restoring;
        has_table && self.explained.problem.is_none() && self.explained.waits(like).is_none()
    }

    /// Beside the findings stand the other candidates, row by row.
    fn ask_rivals(&mut self) -> Vec<Command> {
        if !self.may_ask(|q| matches!(q, Question::Rivals { .. })) || self.unjudged().is_some() {
            return Vec::new();
        }
        let Some(run) = self.current_run() else { return Vec::new() };
        let runs: Vec<RunId> = self.rivals(run).iter().map(|rival| rival.id).collect();
        let told =
            self.explained.rivals.as_ref().map(|told| told.iter().map(|rival| rival.run).collect::<Vec<RunId>>());
        if runs.is_empty() || told.as_ref() == Some(&runs) {
            return Vec::new();
        }
        self.explain(Question::Rivals { runs })
    }

    /// Whether bent probabilities would be truer.
    fn ask_calibrations(&mut self) -> Vec<Command> {
        if !self.may_ask(|q| *q == Question::Calibrations)
            || self.explained.calibrations.is_some()
            || !self.calibrates()
        {
            return Vec::new();
        }
        self.explain(Question::Calibrations)
    }

    /// On which kinds of rows it is worst.
    pub(super) fn ask_slices(&mut self) -> Vec<Command> {
        if !self.may_ask(|q| *q == Question::Slices) || !self.slices_can_be_told() {
            return Vec::new();
        }
        self.explain(Question::Slices)
    }

    /// Which single rows are worth a look.
    fn ask_hard_rows(&mut self) -> Vec<Command> {
        if !self.may_ask(|q| *q == Question::HardRows)
            || self.explained.hard_rows.is_some()
            || !self.hard_rows_can_be_told()
        {
            return Vec::new();
        }
        self.explain(Question::HardRows)
    }

    /// How groups of people compare at the line as it is drawn. One question at a time: while a line is being moved, the
    /// next is asked when the last is answered.
    pub(super) fn ask_fairness(&mut self) -> Vec<Command> {
        if !self.may_ask(|q| matches!(q, Question::Fairness { .. })) || !self.fairness_can_be_told() {
            return Vec::new();
        }
        self.explain(Question::Fairness { threshold: self.threshold() })
    }

    /// Where the wish for the threshold leads.
    fn ask_decision(&mut self) -> Vec<Command> {
        let Wish { rule, worths } = self.wish;
        if !self.may_ask(|q| *q == Question::Decide { rule, worths }) || self.decision().is_some() || !self.decides() {
            return Vec::new();
        }
        self.explain(Question::Decide { rule, worths })
    }

    pub(super) fn wish(&mut self, wish: Wish) -> Vec<Command> {
        self.wish = wish;
        self.explained.problem = None;
        self.ask_decision()
    }

    /// Draw the line where the wish leads, and keep why.
    pub(super) fn take_decision(&mut self) -> Vec<Command> {
        let (Some(run), Some(Some(decision))) = (self.selected_run, self.decision().cloned()) else {
            return Vec::new();
        };
        let threshold = decision.threshold.clamp(0.0, 1.0);
        self.project.decisions.retain(|(of, _)| *of != run);
        self.project.decisions.push((run, Decision { threshold, ..decision }));
        let mut commands = self.set_threshold(threshold);
        if commands.is_empty() {
            commands = self.save();
        }
        commands
    }

    pub(super) fn explain(&mut self, question: Question) -> Vec<Command> {
        let stands = if question.is_of_predictions() { self.unjudged() } else { self.unexplained() };
        let Some(run) = self.selected_run.filter(|_| stands.is_none()) else {
            return Vec::new();
        };
        // Only the last question of a kind is of interest.
        let kind = std::mem::discriminant(&question);
        let mut commands = self.take_back(|asked| std::mem::discriminant(asked) == kind);
        if question == Question::Importance {
            self.explained.stopped = false;
        }
        self.explained.problem = None;
        let ticket = self.ticket();
        self.explained.asked.push(Asked { ticket, question: question.clone(), since: self.clock.now, progress: None });
        commands.push(Self::engine(Request::Explain { ticket, run, question }));
        commands
    }

    pub(super) fn stop_explaining(&mut self) -> Vec<Command> {
        // Beside the findings only the curve takes long, and is not begun by itself.
        if self.trust_tab == TrustTab::Findings {
            return self.take_back(|question| *question == Question::Curve);
        }
        self.explained.stopped = true;
        let asked = std::mem::take(&mut self.explained.asked);
        asked.into_iter().map(|asked| Self::engine(Request::Cancel { ticket: asked.ticket })).collect()
    }

    pub(super) fn look_at_column(&mut self, column: String) -> Vec<Command> {
        self.explained.column = Some(column);
        self.explained.surface = None;
        self.explained.problem = None;
        let mut commands = self.take_back(|question| matches!(question, Question::Surface { .. }));
        commands.extend(self.ask_shape());
        commands
    }

    /// Questions of which the answer would be about something else by now.
    fn take_back(&mut self, like: impl Fn(&Question) -> bool) -> Vec<Command> {
        let asked = std::mem::take(&mut self.explained.asked);
        let (gone, kept): (Vec<Asked>, Vec<Asked>) = asked.into_iter().partition(|asked| like(&asked.question));
        self.explained.asked = kept;
        gone.into_iter().map(|asked| Self::engine(Request::Cancel { ticket: asked.ticket })).collect()
    }

    pub(super) fn look_at_class(&mut self, class: u32) -> Vec<Command> {
        self.explained.class = Some(class);
        self.explained.surface = None;
        self.explained.many = None;
        self.explained.surrogate = None;
        self.explained.problem = None;
        let mut commands = self.take_back(|question| {
            matches!(question, Question::Surface { .. } | Question::Many { .. } | Question::Surrogate { .. })
        });
        commands.extend(self.ask_shape());
        commands
    }

    fn ask_shape(&mut self) -> Vec<Command> {
        match self.explained_column() {
            Some(column) if self.explained_shape().is_none() => {
                self.explain(Question::Shape { column, class: self.explained_class() })
            }
            _ => self.ask_why(),
        }
    }

    /// Tell how far a question is; `true` where the ticket is one of these.
    pub(super) fn explaining(&mut self, ticket: Ticket, progress: &Progress) -> bool {
        let Some(asked) = self.explained.asked.iter_mut().find(|asked| asked.ticket == ticket) else { return false };
        asked.progress = Some(progress.clone());
        true
    }

    pub(super) fn explained(&mut self, ticket: Ticket, run: RunId, answer: Answer) -> Vec<Command> {
        let Some(position) = self.explained.asked.iter().position(|asked| asked.ticket == ticket) else {
            return Vec::new();
        };
        self.explained.asked.remove(position);
        let mut commands = Vec::new();
        match answer {
            Answer::Importance(importance) => {
                if let Some(found) = self.project.runs.iter_mut().find(|found| found.id == run) {
                    found.importance = Some(importance);
                    let what = format!("Measured what each column is worth to {}.", found.name);
                    self.log(what);
                    commands.extend(self.save());
                }
            }
            Answer::Shape(shape) => self.explained.keep_shape(shape),
            Answer::Surface(surface) => self.explained.surface = Some(surface.into()),
            Answer::Many(many) => self.explained.many = Some(many.into()),
            Answer::Surrogate(found) => self.explained.surrogate = Some(found.into()),
            Answer::Row(row) => self.explained.row = Some(row.into()),
            Answer::Others(others) => self.explained.others = Some(others.into()),
            Answer::Rivals(rivals) => self.explained.rivals = Some(rivals.into()),
            Answer::Slices(slices) => {
                if let Some(found) = self.project.runs.iter_mut().find(|found| found.id == run) {
                    found.slices = Some(slices);
                    commands.extend(self.save());
                }
            }
            Answer::HardRows(found) => self.explained.hard_rows = Some(found.into()),
            Answer::Fairness(fairness) => {
                if let Some(found) = self.project.runs.iter_mut().find(|found| found.id == run) {
                    found.fairness = Some(fairness);
                    commands.extend(self.save());
                }
                commands.extend(self.ask_fairness());
            }
            Answer::Curve(curve) => {
                if let Some(found) = self.project.runs.iter_mut().find(|found| found.id == run) {
                    found.curve = Some(curve);
                    let what = format!("Drew the learning curve of {}.", found.name);
                    self.log(what);
                    commands.extend(self.save());
                }
            }
            Answer::Calibrations(found) => self.explained.calibrations = Some(found.into()),
            Answer::RedTeam(trials) => return self.attacked(run, trials),
            Answer::Decision { rule, worths, decision } => {
                self.explained.decision = Some(((rule, worths), decision).into());
            }
        }
        commands.extend(self.ask_why());
        commands
    }

    /// A question that cannot be answered; `true` where the ticket is one of these.
    pub(super) fn explaining_failed(&mut self, ticket: Ticket, error: &Problem) -> bool {
        let Some(position) = self.explained.asked.iter().position(|asked| asked.ticket == ticket) else { return false };
        self.explained.asked.remove(position);
        self.explained.problem = Some(error.clone());
        self.waits.attack = None;
        true
    }

    /// The engine was lost, and with it every question.
    pub(super) fn forget_questions(&mut self) {
        self.explained = Explained { asked: Vec::new(), ..std::mem::take(&mut self.explained) };
    }
}
