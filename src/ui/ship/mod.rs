//! Ship: the package as a tree, its card, what it was checked for and what it reveals; using it here; opening one.

mod card;
mod gates;
mod guard;
mod predictor;
mod use_here;
pub mod versions;

pub use card::Card;

use leptos::prelude::*;

use crate::chart::format;
use crate::package::PackageSummary;
use crate::studio::checks::fit_line;
use crate::studio::judged::NO_MODEL;
use crate::studio::project::Run;
use crate::studio::update::Outside;
use crate::studio::{Action, FilePurpose, JobKind, Stage, Studio, View};
use crate::ui::trust::select_best;
use crate::ui::trust::stale::StaleLine;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Icon, Kind, icon};

#[component]
pub fn Ship() -> impl IntoView {
    let hearth = use_hearth();
    select_best(hearth);
    let run = hearth.read(|s| s.selected_run);
    let some = hearth.read(|s| s.current_run().is_some());
    let model = hearth.read(|s| s.current_run().is_some_and(|run| !run.is_given()));
    let package =
        hearth.read(move |s| s.package.as_ref().filter(|(of, _)| Some(*of) == s.selected_run).map(|(_, p)| p.clone()));
    view! {
        <div class="stage ship">
            <StaleLine/>
            {move || match (some.get(), package.get(), run.get()) {
                (true, Some(package), Some(_)) => view! { <Packaged package/> }.into_any(),
                (true, None, Some(run)) => view! { <Offer run/> }.into_any(),
                _ => view! { <Nothing/> }.into_any(),
            }}
            <Show when=move || model.get()><use_here::UseHere/></Show>
            <versions::Versions/>
        </div>
    }
}

/// Beside the package: what it is made of and what can be done with it here.
#[component]
pub fn ShipInspector() -> impl IntoView {
    let hearth = use_hearth();
    let some = hearth.read(|s| s.current_run().is_some_and(|run| !run.is_given()));
    view! {
        <Show when=move || some.get()>
            <div class="inspector-part"><guard::Guard/></div>
        </Show>
        <div class="inspector-part stack">
            <h2>"Open a package"</h2>
            <p class="small second">"A ZIP that Hearth made, here or elsewhere: it predicts the same as on the day it was packed."</p>
            <div>
                <Button glyph=Icon::Folder on_press=move |()| hearth.send(Action::PickFile(FilePurpose::Package))>"Choose a package"</Button>
            </div>
        </div>
    }
}

/// Nothing packed yet: one sentence, one action, and the tree faintly.
#[component]
fn Offer(run: u32) -> impl IntoView {
    let hearth = use_hearth();
    let name = hearth.read(|s| s.current_run().map(|r| r.name.clone()).unwrap_or_default());
    let busy = hearth.read(|s| s.job.as_ref().is_some_and(|j| j.kind == JobKind::Package));
    let other = hearth.read(|s| s.job.as_ref().is_some_and(|j| j.kind != JobKind::Package));
    let attack = hearth.read(Studio::attack_line);
    let stopped = hearth.read(|s| s.current_run().and_then(|r| fit_line(&r.report)));
    if hearth.now(|s| s.current_run().is_some_and(|r| r.from_package)) {
        return view! { <Opened run name/> }.into_any();
    }
    if hearth.now(|s| s.current_run().is_some_and(Run::is_given)) {
        return view! { <h1 class="verdict" tabindex="-1">{NO_MODEL}</h1> }.into_any();
    }
    view! {
        <header class="stage-head">
            <h1 class="verdict" tabindex="-1">
                {move || format!("{} as one file that other programs run: the model with its preparation inside, checked before it leaves.", name.get())}
            </h1>
            {move || stopped.get().map(|line| view! { <p class="second">{line}</p> })}
        </header>
        <div class="row-wrap">
            <Button
                kind=Kind::Primary
                disabled=Signal::derive(move || {
                    if busy.get() {
                        Some("It is being built and checked.".to_owned())
                    } else if let Some(line) = attack.get() {
                        Some(line)
                    } else {
                        other.get().then(|| "Other work is under way.".to_owned())
                    }
                })
                on_press=move |()| hearth.send(Action::MakePackage(run))
            >
                {move || match (busy.get(), attack.get()) {
                    (true, _) => "Building and checking…",
                    (false, Some(_)) => "Trying to prove it wrong…",
                    (false, None) => "Build the package",
                }}
            </Button>
        </div>
        <gates::Gates/>
        <div class="ghost-figure ship-tree" aria-hidden="true" inert=true>
            <Tree files=example()/>
        </div>
    }
    .into_any()
}

/// A model that came in a package: there is no need to pack it again, but to predict with it.
#[component]
fn Opened(run: u32, name: Memo<String>) -> impl IntoView {
    let hearth = use_hearth();
    let about = hearth.read(|s| s.current_run().map(|r| s.verdict(r)).unwrap_or_default());
    let stopped = hearth.read(|s| s.current_run().and_then(|r| fit_line(&r.report)));
    view! {
        <header class="stage-head">
            <div class="stack-tight grow">
                <h1 class="verdict" tabindex="-1">
                    {move || format!("{} predicts as on the day it was packed.", name.get())}
                </h1>
                <p class="second">{about}</p>
                {move || stopped.get().map(|line| view! { <p class="small second">{line}</p> })}
            </div>
        </header>
        <div class="row-wrap">
            <Button on_press=move |()| hearth.send(Action::MakePackage(run))>"Build the package again"</Button>
        </div>
    }
}

/// The names and purposes of what a package holds, for the faint picture.
fn example() -> Vec<(String, u64, String)> {
    [
        ("model.onnx", "Columns in, label and probabilities out"),
        ("README.md", "What it is, how to run it, what it reveals"),
        ("schema.json", "The columns that it reads"),
        ("golden.csv", "Rows with known answers"),
        ("verify.py", "Runs the golden rows and compares"),
        ("report.json", "How it was validated"),
    ]
    .map(|(path, purpose)| (path.to_owned(), 0, purpose.to_owned()))
    .to_vec()
}

#[component]
fn Packaged(package: PackageSummary) -> impl IntoView {
    let hearth = use_hearth();
    let PackageSummary { file_name, files, readme, largest_deviation, n_golden, reveals, sha256 } = package;
    let total: u64 = files.iter().map(|f| f.1).sum();
    let deviation = if largest_deviation == 0.0 {
        "no deviation at all".to_owned()
    } else {
        format!("a largest deviation of {}", format::significant(largest_deviation, 2))
    };
    let stale = hearth.read(Studio::package_stale);
    let outside = hearth.read(|s| s.outside().cloned().map(|found| outside_words(&found, s.download_waiting())));
    let checked = format!(
        "Taken out of the ZIP again and run by a second, independent interpreter: {} with {deviation}.",
        format::counted(n_golden.into(), "golden row", "golden rows")
    );
    view! {
        <header class="stage-head">
            <div class="stack-tight grow">
                <h1 class="verdict" tabindex="-1">{checked}</h1>
                <p class="small" role="status">{move || outside.get()}</p>
                <p class="small second number">{format!("{file_name}, {} before compression", format::bytes(total))}</p>
                {move || stale.get().map(|reason| view! {
                    <p class="stale-line">
                        <span class="tag doubt">"Stale"</span>
                        <span class="small">{reason}</span>
                        <Button on_press=move |()| if let Some(run) = hearth.now(|s| s.selected_run) {
                            hearth.send(Action::MakePackage(run));
                        }>"Build it again"</Button>
                    </p>
                })}
            </div>
            <button type="button" class="button primary large" on:click=move |_| hearth.send(Action::DownloadPackage)>
                {icon(Icon::Download)}<span>"Download"</span>
            </button>
        </header>
        <div class="ship-halves">
            <section class="ship-tree stack" aria-label="Files of the package">
                <h2>"In the package"</h2>
                <Tree files/>
                <section class="reveals" aria-label="What this package reveals">
                    <h3>"What this package reveals"</h3>
                    {if reveals.is_empty() {
                        view! { <p class="small second">"Nothing of single rows was found in it."</p> }.into_any()
                    } else {
                        view! {
                            <ul>{reveals.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                        }.into_any()
                    }}
                </section>
                <predictor::OnItsOwn/>
                <gates::Gates/>
                <p class="tiny second digest">"SHA-256 "<code>{sha256}</code></p>
            </section>
            <section class="ship-card" aria-label="The card">
                <Card text=readme/>
            </section>
        </div>
    }
}

/// What ONNX Runtime says of the package, in a sentence.
fn outside_words(found: &Outside, waits: bool) -> String {
    match found {
        Outside::Runs if waits => {
            "ONNX Runtime is running the same rows; the download begins when it has answered.".to_owned()
        }
        Outside::Runs => "ONNX Runtime is running the same rows.".to_owned(),
        Outside::Agrees(deviation) if *deviation == 0.0 => {
            "ONNX Runtime, here in the browser, gives the same answers to the last digit.".to_owned()
        }
        Outside::Agrees(deviation) => format!(
            "ONNX Runtime, here in the browser, agrees: a largest deviation of {}.",
            format::significant(*deviation, 2)
        ),
        Outside::NotRun(why) => format!(
            "ONNX Runtime could not be run here ({}); verify.py in the package does so elsewhere.",
            why.trim_end_matches('.')
        ),
    }
}

/// Files by folder, each with its purpose.
#[component]
fn Tree(files: Vec<(String, u64, String)>) -> impl IntoView {
    let mut files = files;
    // Files at the top first, then folders, each by name.
    files.sort_by(|a, b| a.0.contains('/').cmp(&b.0.contains('/')).then(a.0.cmp(&b.0)));
    let mut folder = String::new();
    let mut lines = Vec::new();
    for (path, size, purpose) in files {
        let (parent, name) = path.rsplit_once('/').map_or(("", path.as_str()), |(p, n)| (p, n));
        if parent != folder {
            folder = parent.to_owned();
            lines.push(
                view! { <li class="tree-folder">{icon(Icon::Folder)}<span>{format!("{folder}/")}</span></li> }
                    .into_any(),
            );
        }
        let class = if parent.is_empty() { "tree-file" } else { "tree-file inside" };
        let name = name.to_owned();
        lines.push(
            view! {
                <li class=class>
                    {icon(Icon::File)}
                    <span class="tree-name">{name}</span>
                    <span class="tree-size number">{(size > 0).then(|| format::bytes(size))}</span>
                    <span class="tree-purpose">{purpose}</span>
                </li>
            }
            .into_any(),
        );
    }
    view! { <ul class="tree">{lines}</ul> }
}

#[component]
fn Nothing() -> impl IntoView {
    let hearth = use_hearth();
    view! {
        <header class="stage-head">
            <h1 class="verdict" tabindex="-1">
                "A trained model leaves as one ZIP that runs without Hearth, with rows that prove it."
            </h1>
        </header>
        <div class="row-wrap">
            <Button kind=Kind::Primary on_press=move |()| hearth.send(Action::Show(View::Stage(Stage::Train)))>"Go to Train"</Button>
            <Button on_press=move |()| hearth.send(Action::PickFile(FilePurpose::Package))>"Open a package"</Button>
        </div>
        <div class="ghost-figure ship-tree" aria-hidden="true" inert=true>
            <Tree files=example()/>
        </div>
    }
}
