//! Report: everything about the selected run on one page that prints well.

use leptos::prelude::*;

use crate::chart::curves::{Along, Curve, learning};
use crate::chart::format::{self, counted};
use crate::chart::reasons;
use crate::dataset::Task;
use crate::studio::explain::{importance_headline, importance_source};
use crate::studio::project::Run;
use crate::studio::{Action, Stage, View};
use crate::ui::chart::Figure;
use crate::ui::trust::calibrate::Calibrated;
use crate::ui::trust::curve::Told;
use crate::ui::trust::decide::DecisionFigures;
use crate::ui::trust::figures::{Facts, Figures};
use crate::ui::trust::findings::{Checks, Metrics, Rivals, views_of};
use crate::ui::trust::groups::GroupLines;
use crate::ui::trust::select_best;
use crate::ui::trust::slices::Slices;
use crate::ui::trust::spread::SpreadLines;
use crate::ui::trust::threshold::Threshold;
use crate::ui::use_hearth;
use crate::ui::widget::Button;
use crate::validate::{Fit, Report};

#[component]
pub fn ReportPage() -> impl IntoView {
    let hearth = use_hearth();
    select_best(hearth);
    let run = hearth.read(|s| s.current_run().cloned());
    let back = move |_| hearth.send(Action::Show(View::Stage(Stage::Trust)));
    let print = move |()| {
        // A browser that cannot print has its own menu for it; there is nothing to undo.
        let _ = window().print();
    };
    view! {
        <div class="report">
            <div class="report-bar no-print">
                <button type="button" class="button quiet" on:click=back>"← Back to Trust"</button>
                <Button on_press=print>"Print, or save as PDF"</Button>
            </div>
            {move || match run.get() {
                Some(run) => view! { <Page run/> }.into_any(),
                None => view! {
                    <h1 class="verdict" tabindex="-1">"Nothing has been trained yet, so there is nothing to report."</h1>
                }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Page(run: Run) -> impl IntoView {
    let hearth = use_hearth();
    let verdict = hearth.now(|s| s.verdict(&run));
    let source = hearth.now(|s| s.verdict_source(&run));
    let stale = hearth.now(|s| s.stale_reason(&run));
    let naive = hearth.now(|s| s.naive_line(&run));
    let project = hearth.now(|s| s.project.name.clone());
    let report = run.report.clone();
    let views = Memo::new({
        let report = report.clone();
        move |_| Some(views_of(&report, false).clone())
    });
    let test = report.holdout.clone().map(|h| {
        let views = h.views;
        (Memo::new(move |_| Some(views.clone())), Facts::of(&report, true), report.n_holdout, h.look)
    });
    let curve = report.training.clone().filter(|t| t.curve.len() > 1);
    let task = report.task;
    let checks = hearth.now(|s| s.run_checks(&run));
    let opened: Vec<_> =
        hearth.now(|s| s.project.overrides.iter().filter(|gate| gate.run == run.id).cloned().collect());
    let answers = hearth.now(|s| s.project.datasheet.answers());
    let answers: Vec<_> = answers.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    // They speak of the data at hand, which a run of other data was not trained on.
    let same_data = hearth.now(|s| s.project.data.as_ref().is_some_and(|data| data.sha256 == run.data_sha256));
    let sheet = (same_data && !answers.is_empty()).then_some(answers);
    let is_stale = stale.is_some();
    view! {
        <article class="report-page">
            <p class="eyebrow">{format!("{project} · {}", run.name)}</p>
            <h1 class="title" tabindex="-1">{verdict}</h1>
            <p class="second">{source.clone()}</p>
            {naive.map(|line| view! { <p>{line}</p> })}
            {stale.map(|reason| view! { <p><span class="tag doubt">"Stale"</span>" "{reason}</p> })}
            <About run=run.clone()/>
            {sheet.map(|answers| view! {
                <h2>"The data, in the words of who knows them"</h2>
                <dl class="facts">
                    {answers.into_iter().map(|(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> }).collect_view()}
                </dl>
            })}
            <h2>"Checks"</h2>
            <Checks list=checks open=true stale=is_stale/>
            {(!opened.is_empty()).then(|| view! {
                <h2>"Gates that were opened by hand"</h2>
                <dl class="facts">
                    {opened.into_iter().map(|gate| view! {
                        <div>
                            <dt>{gate.gate.name()}</dt>
                            <dd>{gate.finding}" Opened on "{gate.when.chars().take(10).collect::<String>()}" for this reason: "{gate.reason}</dd>
                        </div>
                    }).collect_view()}
                </dl>
            })}
            <h2>"Scores"</h2>
            <Metrics report=report.clone()/>
            <Rivals/>
            <Slices/>
            <SpreadLines report=report.clone()/>
            {run.fairness.clone().map(|fairness| view! { <GroupLines report=report.clone() fairness/> })}
            <Calibrated/>
            {run.curve.is_some().then(|| view! {
                <h2>"Would more rows help? "<span class="term">"(learning curve)"</span></h2>
                <Told/>
            })}
            {(task == Task::Binary).then(|| view! {
                <h2>"The threshold"</h2>
                <Threshold views fixed=true/>
                <DecisionFigures views source=Signal::stored(source.clone())/>
            })}
            <h2>"Figures, cross-validation"</h2>
            <Figures facts=Facts::of(&report, false) views source=Signal::stored(source.clone())/>
            {test.map(|(views, facts, n, look)| view! {
                <h2>{format!("Figures, test set: {}, look number {look}", counted(n.into(), "row", "rows"))}</h2>
                <Figures facts views source=Signal::stored(source)/>
            })}
            {curve.map(|record| {
                let points = record.curve;
                let again = points.clone();
                view! {
                    <h2>"How it learned"</h2>
                    <section class="figure-grid">
                        <Figure draw=Callback::new(move |w: f64| learning(&points, Curve::Loss, task, false, (Along::Epochs, None), (w, 240.0)))/>
                        <Figure draw=Callback::new(move |w: f64| learning(&again, Curve::Score, task, false, (Along::Epochs, None), (w, 240.0)))/>
                    </section>
                }
            })}
            <WorthOf run=run.clone()/>
            <Spec run/>
            <p class="tiny second report-foot">"Made with Hearth, on this computer."</p>
        </article>
    }
}

fn fitted_on(report: &Report) -> String {
    match report.fit {
        Fit::All if report.split.n_fitted == report.n_rows => "all of them".to_owned(),
        Fit::All => counted(report.split.n_fitted.into(), "row", "rows"),
        Fit::Elsewhere(_) => "elsewhere".to_owned(),
        Fit::Fold { fold, n_folds, n_training, .. } => {
            format!("{}; stopped by hand in fold {fold} of {n_folds}", counted(n_training.into(), "row", "rows"))
        }
    }
}

#[component]
fn About(run: Run) -> impl IntoView {
    let report = &run.report;
    let mut facts = vec![
        ("Target", report.target.clone()),
        ("Rows scored", counted(report.n_rows.into(), "row", "rows")),
        ("Fitted on", fitted_on(report)),
        ("Columns", format!("{}, prepared as {} features", report.n_features, format::count(report.n_prepared.into()))),
        ("Time", format::seconds(report.fit_seconds)),
        ("Ended", run.ended.replace('T', " ").chars().take(16).collect()),
    ];
    if !run.data_sha256.is_empty() {
        facts.push(("Data, SHA-256", run.data_sha256.clone()));
    }
    if let Some(record) = &report.training {
        facts.push(("Trained on", record.device.clone()));
    }
    view! {
        <dl class="facts">
            {facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
        </dl>
    }
}

/// What the columns are worth, where it was measured.
#[component]
fn WorthOf(run: Run) -> impl IntoView {
    run.importance.map(|importance| {
        let (title, source) = (importance_headline(&importance), importance_source(&importance));
        let draw = Callback::new({
            let title = title.clone();
            move |width: f64| reasons::importance(&title, &importance, None, width)
        });
        view! {
            <h2>"What its columns are worth"</h2>
            <p>{title}</p>
            <p class="small second">{source.clone()}</p>
            <Figure draw bare=true source=Signal::stored(source)/>
        }
    })
}

/// The design as it was trained, so that the report can be repeated.
#[component]
fn Spec(run: Run) -> impl IntoView {
    let mut design = run.design.clone();
    design.candidates = run.spec().cloned().into_iter().collect();
    let text = design.to_text();
    run.is_own().then(|| {
        view! {
            <h2>"The design"</h2>
            <pre class="report-spec" tabindex="0"><code>{text}</code></pre>
        }
    })
}
