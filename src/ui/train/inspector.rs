//! Beside the scores: where networks learn and why, the live curves, and what the selected run is made of.

use leptos::prelude::*;

use crate::chart::curves::{Along, Curve, learning};
use crate::dataset::Task;
use crate::job::neural::DeviceChoice;
use crate::model::ModelSpec;
use crate::model::network::CurvePoint;
use crate::studio::project::Run;
use crate::studio::run_facts::about;
use crate::studio::{Action, Stage, View};
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, LongField, Segmented, Toggle};

/// The curve that is drawn, of the fit under way or of the selected run.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    points: Vec<CurvePoint>,
    epochs: Option<u32>,
    task: Task,
    /// What is learning: "Neural network: fold 2 of 5".
    what: String,
    live: bool,
}

#[component]
pub fn TrainInspector() -> impl IntoView {
    let hearth = use_hearth();
    let shown = hearth.read(|s| {
        let task = s.check.as_ref().map(|c| c.task).or(s.current_run().map(|r| r.report.task)).unwrap_or(Task::Binary);
        let live = s.training.as_ref().filter(|t| !t.finished && !t.curve.is_empty());
        if let Some(t) = live {
            let task = t.task.unwrap_or(task);
            let epochs = t.design.candidates.iter().find_map(|c| match &c.model {
                ModelSpec::Network(n) => Some(n.epochs),
                ModelSpec::Baseline
                | ModelSpec::Linear(_)
                | ModelSpec::Boost(_)
                | ModelSpec::Forest(_)
                | ModelSpec::Bayes(_)
                | ModelSpec::Neighbours(_) => None,
            });
            return Some(Shown { points: t.curve.clone(), epochs, task, what: t.purpose.clone(), live: true });
        }
        let run = s.current_run()?;
        let record = run.report.training.as_ref()?;
        let what = match run.report.fit.stopped() {
            None => format!("{}, final fit", run.name),
            Some(stopped) => format!("{}, {stopped}", run.name),
        };
        Some(Shown { points: record.curve.clone(), epochs: None, task: run.report.task, what, live: false })
    });
    let some = Memo::new(move |_| shown.with(Option::is_some));
    let run = hearth.read(|s| s.current_run().cloned());
    view! {
        <div class="inspector-part stack">
            <Device/>
        </div>
        <Show when=move || some.get()>
            <div class="inspector-part stack"><Curves shown/></div>
        </Show>
        {move || run.get().map(|run| view! { <div class="inspector-part stack"><AboutRun run/></div> })}
    }
}

#[component]
fn Device() -> impl IntoView {
    let hearth = use_hearth();
    let device = hearth.read(|s| s.device.clone());
    let choice = hearth.read(|s| s.device_choice);
    let line = move || match device.get() {
        None => "The trainer for networks is not loaded yet; it comes while the page is idle.".to_owned(),
        Some(d) if d.gpu => format!("Networks learn on the GPU ({}).", d.name),
        Some(d) if d.reason.is_empty() => format!("Networks learn on the CPU ({}).", d.name),
        Some(d) => format!("Networks learn on the CPU ({}). {}", d.name, d.reason),
    };
    view! {
        <h2>"Where it runs"</h2>
        <p class="small second">{line}</p>
        <Segmented
            label="Device"
            bare=true
            options=vec![(DeviceChoice::Automatic, "GPU if usable".to_owned()), (DeviceChoice::Cpu, "CPU".to_owned())]
            value=choice
            on_change=move |choice| hearth.send(Action::ChooseDevice(choice))
        />
    }
}

#[component]
fn Curves(shown: Memo<Option<Shown>>) -> impl IntoView {
    let log = RwSignal::new(false);
    let figure = move |curve: Curve| {
        Callback::new(move |width: f64| {
            let size = (width, 190.0);
            shown.with(|s| match s {
                Some(s) => learning(
                    &s.points,
                    curve,
                    s.task,
                    log.get() && curve == Curve::Loss,
                    (Along::Epochs, s.epochs),
                    size,
                ),
                None => learning(&[], curve, Task::Binary, false, (Along::Epochs, None), size),
            })
        })
    };
    let what = move || shown.with(|s| s.as_ref().map(|s| s.what.clone()));
    view! {
        <h2>{move || if shown.with(|s| s.as_ref().is_some_and(|s| s.live)) { "Learning now" } else { "How it learned" }}</h2>
        <p class="small second">{what}</p>
        <Figure draw=figure(Curve::Loss)/>
        <Toggle label="Logarithmic axis" value=log on_change=move |on| log.set(on)/>
        <Figure draw=figure(Curve::Score)/>
    }
}

#[component]
fn AboutRun(run: Run) -> impl IntoView {
    let hearth = use_hearth();
    let facts = about(&run);
    let id = run.id;
    let note = hearth.read(move |s| s.note_of(id).to_owned());
    view! {
        <h2>{run.name.clone()}</h2>
        <dl class="facts">
            {facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd class="number">{value}</dd></div> }).collect_view()}
        </dl>
        <LongField
            label="Note"
            value=note
            on_change=move |text| hearth.send(Action::NoteRun(id, text))
            help="Kept with the project, for you; no package holds it."
        />
        {(!run.report.notes.is_empty()).then(|| view! {
            <ul class="notes">
                {run.report.notes.iter().map(|note| view! { <li class="small">{note.clone()}</li> }).collect_view()}
            </ul>
        })}
        {run.is_own().then(|| view! {
            <div>
                <Button on_press=move |()| hearth.send(Action::Show(View::Stage(Stage::Design)))>"Change the settings"</Button>
            </div>
        })}
    }
}
