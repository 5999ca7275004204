//! Groups: people told apart by sensitive columns, beside each other; what another line would do; what stands in for a column.

use leptos::prelude::*;

use crate::chart::groups::{GroupRow, Scaled, along, by_group};
use crate::chart::plot::height_of;
use crate::chart::{Scene, format};
use crate::studio::fairness::{caveat, gaps, how, measure_name, proxies, sentence, small, table, title, what_if};
use crate::studio::{Action, Stage, Studio, View};
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Later, NumberTable, ProblemText, Select, Slider};
use crate::validate::Report;
use crate::validate::fairness::{Attribute, Fairness, Measure};

#[component]
pub fn Groups() -> impl IntoView {
    let hearth = use_hearth();
    let not = hearth.read(Studio::unexplained);
    let found = hearth.read(|s| s.current_run().and_then(|run| run.fairness.clone()));
    let some = hearth.read(|s| s.current_run().is_some_and(|run| !s.sensitive_columns(run).is_empty()));
    let problem = hearth.read(|s| s.explained.problem.clone());
    view! {
        {move || {
            if found.with(Option::is_some) {
                // What was found stays in sight while it is looked at again.
                return view! { <Found/> }.into_any();
            }
            match not.get() {
                Some(reason) => view! { <div class="empty"><p>{reason}</p></div> }.into_any(),
                None if !some.get() => view! { <NoColumn/> }.into_any(),
                None => match problem.get() {
                    Some(problem) => view! { <ProblemText problem/> }.into_any(),
                    None => view! { <p class="small second" role="status">"Looking at the rows that the folds tested."</p> }.into_any(),
                },
            }
        }}
    }
}

/// Where no column tells people apart.
#[component]
fn NoColumn() -> impl IntoView {
    let hearth = use_hearth();
    view! {
        <div class="empty stack">
            <p>
                "No column was marked as one that tells apart people who are to be treated alike, such as sex or age. Put it under Sensitive on Design and train again: the model does not learn from it, and this page compares how each group fares."
            </p>
            <div><Button on_press=move |()| hearth.send(Action::Show(View::Stage(Stage::Design)))>"Go to Design"</Button></div>
        </div>
    }
}

#[component]
fn Found() -> impl IntoView {
    let hearth = use_hearth();
    let found = hearth.read(|s| s.current_run().and_then(|run| run.fairness.clone()));
    let report = hearth.read(|s| s.current_run().map(|run| run.report.clone()));
    let names =
        Memo::new(move |_| found.with(|f| f.iter().flat_map(|f| &f.attributes).map(title).collect::<Vec<String>>()));
    let left_out = Memo::new(move |_| found.with(|f| f.as_ref().map_or_else(Vec::new, |f| f.left_out.clone())));
    let line = Memo::new(move |_| found.with(|f| f.as_ref().map(how)));
    let words = Memo::new(move |_| report.with(|r| r.as_ref().map(caveat)));
    view! {
        <p class="small second">{move || words.get()}</p>
        {move || names.get().into_iter().enumerate().map(|(place, name)| view! {
            <Later frames=1 + place as u32><OfColumn place name=name.clone()/></Later>
        }).collect_view()}
        {move || left_out.get().into_iter().map(|(name, why)| view! {
            <p class="small second">{format!("{name} is not compared. {why}")}</p>
        }).collect_view()}
        <p class="figure-note">{move || line.get()}</p>
    }
}

/// What the page shows of one column, or of two together.
#[component]
fn OfColumn(place: usize, name: String) -> impl IntoView {
    let hearth = use_hearth();
    let found = hearth.read(move |s| {
        let run = s.current_run()?;
        let attribute = run.fairness.as_ref()?.attributes.get(place)?.clone();
        Some((run.report.clone(), attribute))
    });
    let threshold = hearth.read(Studio::threshold);
    let class = RwSignal::new(0usize);
    let classes = Memo::new(move |_| {
        found.with(|f| {
            let outcomes = f.iter().flat_map(|(_, attribute)| &attribute.outcomes);
            outcomes.enumerate().filter_map(|(i, o)| Some((i, o.class.clone()?))).collect::<Vec<(usize, String)>>()
        })
    });
    let several = Memo::new(move |_| classes.with(|c| c.len() > 1));
    // What was chosen for another run may not be there.
    let at = Memo::new(move |_| if class.get() < classes.with(Vec::len) { class.get() } else { 0 });
    let measures = Memo::new(move |_| {
        found.with(|f| {
            let outcome = f.as_ref().and_then(|(_, attribute)| attribute.outcomes.get(at.get()));
            outcome.map_or_else(Vec::new, |o| {
                o.measures.iter().map(|m| (m.measure, measure_name(m.measure).to_owned())).collect::<Vec<_>>()
            })
        })
    });
    let chosen = RwSignal::new(None::<Measure>);
    let measure = Memo::new(move |_| {
        measures.with(|all| {
            let known = chosen.get().filter(|measure| all.iter().any(|(m, _)| m == measure));
            known.or_else(|| all.first().map(|(m, _)| *m)).unwrap_or(Measure::Error)
        })
    });
    let told =
        Memo::new(move |_| found.with(|f| f.as_ref().and_then(|(_, a)| Some(sentence(a, a.outcomes.get(at.get())?)))));
    let notes = Memo::new(move |_| {
        found.with(|f| {
            f.iter()
                .flat_map(|(r, a)| [proxies(a).filter(|_| r.fit.given().is_none()), small(a)])
                .flatten()
                .collect::<Vec<String>>()
        })
    });
    let cells = Memo::new(move |_| {
        let of = |f: &(Report, Attribute)| Some(table(&f.0, &f.1, f.1.outcomes.get(at.get())?));
        found.with(|f| f.as_ref().and_then(of)).unwrap_or_default()
    });
    let apart = Memo::new(move |_| {
        found.with(|f| f.as_ref().and_then(|(_, a)| Some(gaps(a, a.outcomes.get(at.get())?)))).unwrap_or_default()
    });
    let some_gap = Memo::new(move |_| apart.with(|a| !a.1.is_empty()));
    let lines = Memo::new(move |_| {
        found.with(|f| f.as_ref().is_some_and(|(_, a)| a.outcomes.get(at.get()).is_some_and(|o| o.along.len() > 1)))
    });
    let draw = Callback::new(move |width: f64| {
        let name = measure_name(measure.get());
        found.with(|f| {
            let Some((_, attribute)) = f else { return Scene::new("groups", name, width, 10.0) };
            let rows = group_rows(attribute, at.get(), measure.get());
            let share =
                attribute.outcomes.get(at.get()).is_some_and(|o| o.class.is_some()) && measure.get() != Measure::Error;
            by_group(&format!("{name}, by {}", title(attribute)), &rows, Scaled { name, share }, width)
        })
    });
    let tried = RwSignal::new(None::<f64>);
    let look = Memo::new(move |_| tried.get().unwrap_or_else(|| threshold.get()));
    let rate = Memo::new(move |_| match measure.get() {
        Measure::TruePositive => 1,
        Measure::FalsePositive => 2,
        _ => 0,
    });
    let draw_along = Callback::new(move |width: f64| {
        let rate = rate.get();
        let name = measure_name([Measure::Selection, Measure::TruePositive, Measure::FalsePositive][rate]);
        found.with(|f| {
            let outcome = f.as_ref().and_then(|(_, attribute)| attribute.outcomes.get(at.get()));
            let (Some((_, attribute)), Some(outcome)) = (f, outcome) else {
                return Scene::new("groups-by-threshold", name, width, 10.0);
            };
            let names: Vec<String> = attribute.groups.iter().map(|group| group.name.clone()).collect();
            let stands = (threshold.get(), tried.get().filter(|at| *at != threshold.get()));
            let title = format!("{name} at other lines, by {}", title(attribute));
            along(&title, &names, &outcome.along, (rate, name), stands, (width, height_of(width)))
        })
    });
    let said = Memo::new(move |_| {
        let hundredth = (look.get() * 100.0).round().clamp(1.0, 99.0) as usize;
        found.with(|f| f.as_ref().and_then(|(_, a)| what_if(a, a.outcomes.get(at.get())?, hundredth)))
    });
    let source = hearth.read(|s| s.current_run().map(|r| s.verdict_source(r)).unwrap_or_default());
    let label = format!("By {name}");
    let caption = format!("Groups by {name}");
    let caption_of_gaps = format!("Gaps by {name}");
    view! {
        <section class="rivals groups stack" aria-label=label.clone()>
            <h2>{label.clone()}</h2>
            <p class="verdict" aria-live="polite">{move || told.get()}</p>
            {move || notes.get().into_iter().map(|note| view! { <p class="small second">{note}</p> }).collect_view()}
            <div class="row-wrap">
                <Show when=move || several.get()>
                    <div class="why-select">
                        <Select label="Class" options=classes value=at on_change=move |at| class.set(at)/>
                    </div>
                </Show>
                <div class="why-select">
                    <Select label="Chart of" options=measures value=measure on_change=move |m| chosen.set(Some(m))/>
                </div>
            </div>
            <div class="figure-grid">
                <Figure draw source/>
                <Show when=move || lines.get()><Figure draw=draw_along source/></Show>
            </div>
            <Show when=move || lines.get()>
                <div class="stack-tight">
                    <Slider
                        label="Try the line at"
                        value=look
                        on_input=move |value| tried.set(Some(value))
                        min=0.01
                        max=0.99
                        step=0.01
                        text=Callback::new(format::percent)
                    />
                    <p class="small" aria-live="polite">{move || said.get()}</p>
                    <div><Button
                        disabled=Signal::derive(move || (look.get() == threshold.get()).then(|| "The line stands there.".to_owned()))
                        on_press=move |()| hearth.send(Action::SetThreshold(look.get_untracked()))
                    >{move || format!("Draw the line at {}", format::percent(look.get()))}</Button></div>
                </div>
            </Show>
            <NumberTable caption headers=Signal::derive(move || cells.get().0) rows=Signal::derive(move || cells.get().1) bare=true/>
            <Show when=move || some_gap.get()>
                <NumberTable
                    caption=caption_of_gaps.clone()
                    headers=Signal::derive(move || apart.get().0)
                    rows=Signal::derive(move || apart.get().1)
                    bare=true
                />
            </Show>
        </section>
    }
}

fn group_rows(attribute: &Attribute, outcome: usize, measure: Measure) -> Vec<GroupRow> {
    let Some(by_group) = attribute.outcomes.get(outcome).and_then(|o| o.measures.iter().find(|m| m.measure == measure))
    else {
        return Vec::new();
    };
    let row = |(group, estimate): (&crate::validate::fairness::Group, &Option<_>)| GroupRow {
        name: group.name.clone(),
        n: group.n,
        estimate: *estimate,
    };
    attribute.groups.iter().zip(&by_group.groups).map(row).collect()
}

/// For the printed page: the sentences and the tables.
#[component]
pub fn GroupLines(report: Report, fairness: Fairness) -> impl IntoView {
    let parts = fairness.attributes.iter().map(|attribute| {
        let outcomes = attribute.outcomes.iter().map(|outcome| {
            let (headers, rows) = table(&report, attribute, outcome);
            let (gap_headers, gap_rows) = gaps(attribute, outcome);
            let caption = match &outcome.class {
                Some(class) => format!("“{class}” by {}", title(attribute)),
                None => format!("By {}", title(attribute)),
            };
            let some = !gap_rows.is_empty();
            view! {
                <p>{sentence(attribute, outcome)}</p>
                <NumberTable caption=caption headers=Signal::stored(headers) rows=Signal::stored(rows)/>
                {some.then(|| view! {
                    <NumberTable caption="Gaps" headers=Signal::stored(gap_headers) rows=Signal::stored(gap_rows) bare=true/>
                })}
            }
        });
        let outcomes = outcomes.collect_view();
        let proxies = proxies(attribute).filter(|_| report.fit.given().is_none());
        let notes = [proxies, small(attribute)].into_iter().flatten();
        view! {
            <h3>{format!("By {}", title(attribute))}</h3>
            {outcomes}
            {notes.map(|note| view! { <p class="small second">{note}</p> }).collect_view()}
        }
    });
    let parts = parts.collect_view();
    view! {
        <h2>"Groups of people"</h2>
        <p>{caveat(&report)}</p>
        {parts}
        <p class="figure-note">{how(&fairness)}</p>
    }
}
