//! The figures of a report, for the Trust stage and for the printed page.

use leptos::prelude::*;

use crate::chart::classes::{self, Named};
use crate::chart::people::Outcomes;
use crate::chart::plot::height_of;
use crate::chart::scene::ChartTable;
use crate::chart::{Scene, values};
use crate::metrics::Metric;
use crate::studio::Studio;
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{Later, Select};
use crate::validate::{ClassViews, Report, ValueViews, Views};

/// What figures say beside their views.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    pub target: String,
    pub labels: Vec<String>,
    roc: Option<f64>,
    average_precision: Option<f64>,
    mae: Option<f64>,
}

impl Facts {
    pub fn of(report: &Report, on_test: bool) -> Self {
        let value = |metric: Metric| match &report.holdout {
            Some(h) if on_test => h.scores.iter().find(|(m, _)| *m == metric).and_then(|(_, v)| *v),
            _ => report.scores.iter().find(|s| s.metric == metric).and_then(|s| s.mean),
        };
        Self {
            target: report.target.clone(),
            labels: report.labels.clone(),
            roc: value(Metric::RocAuc),
            average_precision: value(Metric::PrAuc),
            mae: value(Metric::Mae),
        }
    }

    fn label(&self, class: u32) -> &str {
        self.labels.get(class as usize).map_or("the class", String::as_str)
    }
}

/// A scene drawn from class views, or an empty one where there are none.
fn of_classes(
    views: Memo<Option<Views>>,
    name: &'static str,
    draw: impl Fn(&ClassViews, f64) -> Scene + Send + Sync + 'static,
) -> Callback<f64, Scene> {
    Callback::new(move |width| {
        views.with(|v| match v {
            Some(Views::Classes(v)) => draw(v, width),
            Some(Views::Values(_)) | None => Scene::new(name, "", width, 10.0),
        })
    })
}

/// The numbers of a figure of classes, made when they are asked for.
fn numbers(
    views: Memo<Option<Views>>,
    make: impl Fn(&ClassViews) -> ChartTable + Send + Sync + 'static,
) -> Callback<(), ChartTable> {
    Callback::new(move |()| {
        views.with(|v| match v {
            Some(Views::Classes(v)) => make(v),
            Some(Views::Values(_)) | None => ChartTable::default(),
        })
    })
}

fn of_values(
    views: Memo<Option<Views>>,
    name: &'static str,
    draw: impl Fn(&ValueViews, f64) -> Scene + Send + Sync + 'static,
) -> Callback<f64, Scene> {
    Callback::new(move |width| {
        views.with(|v| match v {
            Some(Views::Values(v)) => draw(v, width),
            Some(Views::Classes(_)) | None => Scene::new(name, "", width, 10.0),
        })
    })
}

#[component]
pub fn Figures(facts: Facts, views: Memo<Option<Views>>, #[prop(into)] source: Signal<String>) -> impl IntoView {
    let regression = Memo::new(move |_| views.with(|v| matches!(v, Some(Views::Values(_)))));
    let facts = StoredValue::new(facts);
    view! {
        <section class="figure-grid" aria-label="Figures">
            {move || if regression.get() {
                view! { <OfValues facts=facts.get_value() views source/> }.into_any()
            } else {
                view! { <OfClasses facts=facts.get_value() views source/> }.into_any()
            }}
        </section>
    }
}

#[component]
fn OfValues(facts: Facts, views: Memo<Option<Views>>, source: Signal<String>) -> impl IntoView {
    let target = facts.target.clone();
    let mae = facts.mae;
    let scatter = of_values(views, "predicted-against-actual", move |v, width| {
        values::scatter(v, &target, mae, (width, (width * 0.9).clamp(260.0, 520.0)))
    });
    let target = facts.target;
    let residuals =
        of_values(views, "residuals", move |v, width| values::residuals(v, &target, (width, height_of(width))));
    view! {
        <Figure draw=scatter source/>
        <Figure draw=residuals source/>
    }
}

#[component]
fn OfClasses(facts: Facts, views: Memo<Option<Views>>, source: Signal<String>) -> impl IntoView {
    let hearth = use_hearth();
    let threshold = hearth.read(Studio::threshold);
    let binary = facts.labels.len() == 2;
    let chosen = RwSignal::new(0usize);
    let at = move || binary.then(|| threshold.get());
    let named = |facts: &Facts, v: &ClassViews| -> Vec<String> {
        v.curves.iter().map(|c| facts.label(c.class).to_owned()).collect()
    };
    let options = {
        let facts = facts.clone();
        Signal::derive(move || {
            views.with(|v| match v {
                Some(Views::Classes(v)) => named(&facts, v).into_iter().enumerate().collect::<Vec<_>>(),
                Some(Views::Values(_)) | None => Vec::new(),
            })
        })
    };
    let pairs = move |facts: &Facts, v: &ClassViews, draw: &dyn Fn(&[Named]) -> Scene| {
        let names = named(facts, v);
        let pairs: Vec<Named> = names.iter().map(String::as_str).zip(&v.curves).collect();
        draw(&pairs)
    };
    let (a, b, c, d) = (facts.clone(), facts.clone(), facts.clone(), facts.clone());
    let curve_numbers = numbers(views, move |v| {
        let names = named(&facts, v);
        classes::curve_table(&names.iter().map(String::as_str).zip(&v.curves).collect::<Vec<Named>>())
    });
    let calibration = of_classes(views, "calibration", move |v, width| {
        let curve = v.curves.get(chosen.get()).or(v.curves.first());
        let (name, bins) = curve.map_or(("the class", &[][..]), |curve| (a.label(curve.class), &curve.calibration[..]));
        classes::calibration(name, bins, (width, height_of(width)))
    });
    let outcomes = move |v: &ClassViews| at().and_then(|at| Some((at, Outcomes::of(v, at)?)));
    let labels = b.labels.clone();
    let confusion_numbers = numbers(views, move |v| match outcomes(v) {
        Some((_, outcomes)) => classes::confusion_table(&labels, &outcomes.matrix()),
        None => classes::confusion_table(&labels, &v.confusion),
    });
    let confusion = of_classes(views, "confusion", move |v, width| {
        let size = (width, height_of(width) + 40.0);
        match outcomes(v) {
            Some((at, outcomes)) => classes::confusion(&b.labels, &outcomes.matrix(), Some(at), size),
            None => classes::confusion(&b.labels, &v.confusion, None, size),
        }
    });
    let roc = of_classes(views, "roc", move |v, width| {
        pairs(&c, v, &|pairs| classes::roc(pairs, c.roc, at(), (width, height_of(width))))
    });
    let precision = of_classes(views, "precision-recall", move |v, width| {
        pairs(&d, v, &|pairs| classes::precision_recall(pairs, d.average_precision, at(), (width, height_of(width))))
    });
    let class_choice = (!binary).then(|| {
        view! {
            <div class="class-choice">
                <Select label="Class" bare=true options value=chosen on_change=move |class| chosen.set(class)/>
            </div>
        }
        .into_any()
    });
    view! {
        {match class_choice {
            Some(controls) => view! { <Figure draw=calibration source controls/> }.into_any(),
            None => view! { <Figure draw=calibration source/> }.into_any(),
        }}
        // One after the other: of many classes each takes its time.
        <Later><Figure draw=confusion table=confusion_numbers source/></Later>
        <Later frames=2><Figure draw=roc table=curve_numbers source/></Later>
        <Later frames=3><Figure draw=precision table=curve_numbers source/></Later>
    }
}
