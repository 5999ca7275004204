//! Why: what columns are worth, how the prediction follows each, and what they add in many rows.

use leptos::prelude::*;

use crate::chart::plot::height_of;
use crate::chart::{Scene, format, reasons, shapes};
use crate::explain::{Question, Rows};
use crate::studio::explain::{
    importance_headline, importance_source, many_headline, surrogate_headline, surrogate_lines, unit,
};
use crate::studio::{Action, Studio};
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind, ProblemText, Select};

#[component]
pub fn Why() -> impl IntoView {
    let hearth = use_hearth();
    let not = hearth.read(Studio::unexplained);
    view! {
        {move || match not.get() {
            Some(reason) => view! { <div class="empty"><p>{reason}</p></div> }.into_any(),
            None => view! { <Explained/> }.into_any(),
        }}
    }
}

#[component]
fn Explained() -> impl IntoView {
    let hearth = use_hearth();
    let importance = hearth.read(|s| s.current_run().and_then(|run| run.importance.clone()));
    let known = Memo::new(move |_| importance.with(Option::is_some));
    let problem = hearth.read(|s| s.explained.problem.clone());
    view! {
        {move || problem.get().map(|problem| view! { <ProblemText problem/> })}
        <Asking/>
        <Show when=move || known.get() fallback=|| view! { <Unmeasured/> }>
            <Worth/>
            <div class="why-choice row-wrap"><Choice/></div>
            <section class="figure-grid" aria-label="How the prediction follows columns">
                <ShapeOf/>
                <Together/>
            </section>
            <ManyRows/>
            <FewQuestions/>
        </Show>
    }
}

/// What is being asked, how far it is, and the way to stop it.
#[component]
fn Asking() -> impl IntoView {
    let hearth = use_hearth();
    let asked = hearth.read(|s| {
        s.explained.asked.first().map(|asked| match (&asked.question, &asked.progress) {
            (_, Some(p)) if p.total > 0 => format!("{}: {} of {} {}", p.doing, p.done, p.total, p.unit),
            (Question::Importance, _) => "Dealing columns anew: preparing the rows".to_owned(),
            _ => "Explaining".to_owned(),
        })
    });
    view! {
        <div class="why-asking" role="status">
            {move || asked.get().map(|text| view! {
                <span class="small second">{text}</span>
                <Button kind=Kind::Quiet on_press=move |()| hearth.send(Action::StopExplaining)>"Stop"</Button>
            })}
        </div>
    }
}

#[component]
fn Unmeasured() -> impl IntoView {
    let hearth = use_hearth();
    let busy = hearth.read(|s| !s.explained.asked.is_empty());
    view! {
        <div class="empty">
            <p>"What each column is worth is measured by dealing its cells anew among rows that the model had not seen, and scoring it again."</p>
            <Show when=move || !busy.get()>
                <Button on_press=move |()| hearth.send(Action::Explain(Question::Importance))>"Measure it"</Button>
            </Show>
        </div>
    }
}

#[component]
fn Worth() -> impl IntoView {
    let hearth = use_hearth();
    let told = hearth.read(|s| {
        let run = s.current_run()?;
        let importance = run.importance.clone()?;
        Some((importance_headline(&importance), importance_source(&importance), importance, s.explained_column()))
    });
    let source = Signal::derive(move || told.with(|t| t.as_ref().map(|t| t.1.clone()).unwrap_or_default()));
    let better = hearth.read(|s| {
        s.current_run().is_some_and(|run| {
            run.report.holdout.is_some() && run.importance.as_ref().is_some_and(|i| i.rows != Rows::TestSet)
        })
    });
    let headline = move || told.with(|t| t.as_ref().map(|t| t.0.clone()).unwrap_or_default());
    let draw = Callback::new(move |width: f64| {
        told.with(|t| match t {
            Some((title, _, importance, column)) => reasons::importance(title, importance, column.as_deref(), width),
            None => Scene::new("importance", "", width, 10.0),
        })
    });
    view! {
        <section class="why-worth stack" aria-label="What columns are worth">
            <h2 class="verdict">{headline}</h2>
            <p class="small second">{move || source.get()}</p>
            <Show when=move || better.get()>
                <div><Button on_press=move |()| hearth.send(Action::Explain(Question::Importance))>
                    "Measure again, on the opened test set"
                </Button></div>
            </Show>
            <Figure draw source bare=true/>
        </section>
    }
}

/// The column and the class that are looked at.
#[component]
fn Choice() -> impl IntoView {
    let hearth = use_hearth();
    let columns =
        hearth.read(|s| s.explained_columns().into_iter().map(|name| (name.clone(), name)).collect::<Vec<_>>());
    let column = hearth.read(|s| s.explained_column().unwrap_or_default());
    let classes = hearth.read(|s| {
        let labels = s.current_run().map(|run| run.report.labels.clone()).unwrap_or_default();
        (0u32..).zip(labels).collect::<Vec<_>>()
    });
    let class = hearth.read(Studio::explained_class);
    let several = Memo::new(move |_| classes.with(|c| c.len() > 1));
    view! {
        <div class="why-select">
            <Select label="Column" options=columns value=column on_change=move |name| hearth.send(Action::LookAtColumn(name))/>
        </div>
        <Show when=move || several.get()>
            <div class="why-select">
                <Select label="Probability of" options=classes value=class on_change=move |c| hearth.send(Action::LookAtClass(c))/>
            </div>
        </Show>
    }
}

#[component]
fn ShapeOf() -> impl IntoView {
    let hearth = use_hearth();
    let shape = hearth.read(Studio::explained_shape);
    let target = hearth.read(|s| s.current_run().map(|run| run.report.target.clone()).unwrap_or_default());
    let draw = Callback::new(move |width: f64| {
        shape.with(|shape| match shape {
            Some(shape) => target.with(|target| shapes::shape(shape, target, (width, height_of(width)))),
            None => Scene::new("shape", "The shape is being asked for.", width, 240.0),
        })
    });
    let source = Signal::stored("Rows outside the test set".to_owned());
    view! { <Figure draw source/> }
}

/// The chosen column with another one.
#[component]
fn Together() -> impl IntoView {
    let hearth = use_hearth();
    let surface = hearth.read(|s| s.explained.surface.clone());
    let target = hearth.read(|s| s.current_run().map(|run| run.report.target.clone()).unwrap_or_default());
    let others = hearth.read(|s| {
        let own = s.explained_column();
        let rest = s.explained_columns().into_iter().filter(|name| Some(name) != own.as_ref());
        std::iter::once((String::new(), "choose another column".to_owned()))
            .chain(rest.map(|n| (n.clone(), n)))
            .collect::<Vec<_>>()
    });
    let chosen =
        hearth.read(|s| s.explained.surface.as_ref().map(|surface| surface.columns[1].clone()).unwrap_or_default());
    let several = Memo::new(move |_| others.with(|o| o.len() > 1));
    let ask = move |second: String| {
        if second.is_empty() {
            return;
        }
        let first = hearth.now(|s| s.explained_column().unwrap_or_default());
        let class = hearth.now(Studio::explained_class);
        hearth.send(Action::Explain(Question::Surface { columns: [first, second], class }));
    };
    let draw = Callback::new(move |width: f64| {
        surface.with(|surface| match surface {
            Some(surface) => target.with(|target| shapes::surface(surface, target, width)),
            None => Scene::new("surface", "", width, 10.0),
        })
    });
    let some = Memo::new(move |_| surface.with(Option::is_some));
    view! {
        <Show when=move || several.get()>
            <div class="stack">
                <div class="why-select">
                    <Select label="Together with" options=others value=chosen on_change=ask/>
                </div>
                <Show when=move || some.get()><Figure draw source=Signal::stored("Rows outside the test set".to_owned())/></Show>
            </div>
        </Show>
    }
}

#[component]
fn ManyRows() -> impl IntoView {
    let hearth = use_hearth();
    let many = hearth.read(|s| s.explained.many.clone());
    let some = Memo::new(move |_| many.with(Option::is_some));
    let draw = Callback::new(move |width: f64| {
        many.with(|many| match many {
            Some(many) => reasons::beeswarm(&many_headline(many), many, unit(many.scale), width),
            None => Scene::new("contributions-of-many", "", width, 10.0),
        })
    });
    let column = hearth.read(Studio::explained_column);
    let one = Callback::new(move |width: f64| {
        let of = |many: &crate::explain::Many| {
            let at = column.with(|name| many.names.iter().position(|known| Some(known) == name.as_ref()))?;
            Some(shapes::dependence(many, at, unit(many.scale), (width, height_of(width))))
        };
        let drawn = many.with(|many| many.as_ref().and_then(|many| of(many)));
        drawn.unwrap_or_else(|| Scene::new("dependence", "", width, 10.0))
    });
    let source = Signal::stored("Shapley values of rows outside the test set".to_owned());
    view! {
        <Show when=move || some.get()>
            <section class="figure-grid" aria-label="What columns add in many rows">
                <Figure draw source/>
                <Figure draw=one source/>
            </section>
        </Show>
    }
}

/// A small tree that says nearly the same.
#[component]
fn FewQuestions() -> impl IntoView {
    let hearth = use_hearth();
    let found = hearth.read(|s| s.explained.surrogate.clone());
    view! {
        {move || found.get().map(|found| {
            let whose = found.class.as_ref().map_or(String::new(), |class| format!(" Numbers are probabilities of “{class}”."));
            let note = format!(
                "A tree of at most three questions on the way, grown to follow the model on {} rows; how nearly it does (R²) was measured on every third of them, which it was not grown on. It stands in for the model in no other place.{whose}",
                format::count(found.n_rows.into())
            );
            view! {
                <section class="stack" aria-label="A few questions that say nearly the same">
                    <h2 class="figure-title">{surrogate_headline(&found)}</h2>
                    <ul class="why-tree">
                        {surrogate_lines(&found).into_iter().map(|(depth, line)| view! {
                            <li style:--depth=depth.to_string()>{line}</li>
                        }).collect_view()}
                    </ul>
                    <p class="figure-note">{note}</p>
                </section>
            }
        })}
    }
}
