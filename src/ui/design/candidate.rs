//! One candidate: its line, its settings, its preparation.

use leptos::prelude::*;

use super::bayes::BayesFields;
use super::candidates::defaults;
use super::edit;
use super::neighbours::NeighboursFields;
use super::network::NetworkFields;
use super::trees::{BoostFields, ForestFields};
use crate::dataset::Task;
use crate::design::limits;
use crate::model::linear::LinearSpec;
use crate::model::network::NetworkSpec;
use crate::model::trees::{BoostSpec, ForestSpec};
use crate::model::{ClassWeights, ModelSpec};
use crate::pipeline::PipelineSpec;
use crate::prepare::{Encoding, Impute, PrepareSpec, Scaling};
use crate::studio::design_edits::{
    candidate_line, default_of, encoding_word, n_differing, scaling_word, with_candidate, without_candidate,
};
use crate::table::ColumnType;
use crate::ui::widget::{Disclosure, Icon, IconButton, NumberField, Select, Toggle};
use crate::ui::{Hearth, use_hearth};

/// The candidate at a place of the design, and how to change it.
#[derive(Clone, Copy)]
pub struct At {
    pub hearth: Hearth,
    pub position: usize,
    pub spec: Memo<Option<PipelineSpec>>,
}

impl At {
    fn edit(self, label: &str, change: impl FnOnce(&mut PipelineSpec)) {
        let Some(mut next) = self.spec.get_untracked() else { return };
        change(&mut next);
        edit(self.hearth, label, move |design| with_candidate(design, self.position, next));
    }

    pub fn edit_linear(self, label: &str, change: impl FnOnce(&mut LinearSpec)) {
        self.edit(label, |spec| {
            if let ModelSpec::Linear(linear) = &mut spec.model {
                change(linear);
            }
        });
    }

    pub fn edit_network(self, label: &str, change: impl FnOnce(&mut NetworkSpec)) {
        self.edit(label, |spec| {
            if let ModelSpec::Network(network) = &mut spec.model {
                change(network);
            }
        });
    }

    pub fn edit_model(self, label: &str, change: impl FnOnce(&mut ModelSpec)) {
        self.edit(label, |spec| change(&mut spec.model));
    }

    pub fn edit_boost(self, label: &str, change: impl FnOnce(&mut BoostSpec)) {
        self.edit_model(label, |model| {
            if let ModelSpec::Boost(boost) = model {
                change(boost);
            }
        });
    }

    pub fn edit_forest(self, label: &str, change: impl FnOnce(&mut ForestSpec)) {
        self.edit_model(label, |model| {
            if let ModelSpec::Forest(forest) = model {
                change(forest);
            }
        });
    }

    fn edit_prepare(self, label: &str, change: impl FnOnce(&mut PrepareSpec)) {
        self.edit(label, |spec| change(&mut spec.prepare));
    }

    pub fn model<T>(self, part: impl Fn(&ModelSpec) -> T + Send + Sync + 'static, or: T) -> Signal<T>
    where
        T: Clone + Send + Sync + 'static,
    {
        Signal::derive(move || self.spec.with(|s| s.as_ref().map_or_else(|| or.clone(), |s| part(&s.model))))
    }

    pub fn boost<T>(self, part: impl Fn(&BoostSpec) -> T + Send + Sync + 'static, or: T) -> Signal<T>
    where
        T: Clone + Send + Sync + 'static,
    {
        let none = or.clone();
        self.model(move |model| if let ModelSpec::Boost(boost) = model { part(boost) } else { none.clone() }, or)
    }

    pub fn forest<T>(self, part: impl Fn(&ForestSpec) -> T + Send + Sync + 'static, or: T) -> Signal<T>
    where
        T: Clone + Send + Sync + 'static,
    {
        let none = or.clone();
        self.model(move |model| if let ModelSpec::Forest(forest) = model { part(forest) } else { none.clone() }, or)
    }

    pub fn linear<T>(self, part: impl Fn(&LinearSpec) -> T + Send + Sync + 'static, or: T) -> Signal<T>
    where
        T: Clone + Send + Sync + 'static,
    {
        Signal::derive(move || {
            self.spec.with(|s| match s.as_ref().map(|s| &s.model) {
                Some(ModelSpec::Linear(linear)) => part(linear),
                _ => or.clone(),
            })
        })
    }

    pub fn network<T>(self, part: impl Fn(&NetworkSpec) -> T + Send + Sync + 'static, or: T) -> Signal<T>
    where
        T: Clone + Send + Sync + 'static,
    {
        Signal::derive(move || {
            self.spec.with(|s| match s.as_ref().map(|s| &s.model) {
                Some(ModelSpec::Network(network)) => part(network),
                _ => or.clone(),
            })
        })
    }

    fn prepare<T>(self, part: impl Fn(&PrepareSpec) -> T + Send + Sync + 'static, or: T) -> Signal<T>
    where
        T: Clone + Send + Sync + 'static,
    {
        Signal::derive(move || self.spec.with(|s| s.as_ref().map_or(or.clone(), |s| part(&s.prepare))))
    }
}

#[component]
pub fn CandidateCard(position: usize) -> impl IntoView {
    let hearth = use_hearth();
    let spec = hearth.read(move |s| s.project.design.as_ref().and_then(|d| d.candidates.get(position).cloned()));
    let at = At { hearth, position, spec };
    let kind = Memo::new(move |_| spec.with(|s| s.as_ref().map(|s| s.model.name())));
    let line = move || spec.with(|s| s.as_ref().map(|s| candidate_line(&s.model)));
    let defaults = defaults(hearth);
    let default = Memo::new(move |_| {
        let spec = spec.get()?;
        defaults.with(|all| default_of(all, &spec.model).cloned())
    });
    let differing = Signal::derive(move || match (spec.get(), default.get()) {
        (Some(spec), Some(default)) => n_differing(&spec, &default),
        _ => 0,
    });
    let removable = move || kind.get().is_some_and(|k| k != "Baseline");
    let reset = move |()| {
        if let Some(default) = default.get_untracked() {
            edit(hearth, "Back to the defaults", move |design| with_candidate(design, position, default));
        }
    };
    view! {
        <article class="candidate">
            <header class="candidate-head">
                <span class=move || format!("candidate-mark {}", mark(kind.get())) aria-hidden="true"></span>
                <div class="grow">
                    <h3 class="candidate-name">{move || kind.get()}</h3>
                    <p class="small second">{line}</p>
                </div>
                <Show when=move || { differing.get() > 0 }>
                    <IconButton glyph=Icon::Reset label="Back to the defaults" on_press=reset/>
                </Show>
                <Show when=removable>
                    <IconButton glyph=Icon::Close label="Remove this model" on_press=move |()| {
                        edit(hearth, "Remove a model", |design| without_candidate(design, position));
                    }/>
                </Show>
            </header>
            {move || match kind.get() {
                Some("Linear") => Some(view! {
                    <Disclosure label="Settings" differing>
                        <LinearFields at/>
                        <PrepareFields at/>
                    </Disclosure>
                }.into_any()),
                Some("Neural network") => Some(view! {
                    <Disclosure label="Settings" differing>
                        <NetworkFields at/>
                        <PrepareFields at/>
                    </Disclosure>
                }.into_any()),
                Some("Boosted trees") => Some(view! {
                    <Disclosure label="Settings" differing>
                        <BoostFields at/>
                        <PrepareFields at/>
                    </Disclosure>
                }.into_any()),
                Some("Naive Bayes") => Some(view! {
                    <Disclosure label="Settings" differing>
                        <BayesFields at/>
                        <PrepareFields at/>
                    </Disclosure>
                }.into_any()),
                Some("Nearest neighbours") => Some(view! {
                    <Disclosure label="Settings" differing>
                        <NeighboursFields at/>
                        <PrepareFields at/>
                    </Disclosure>
                }.into_any()),
                Some("Random forest" | "Extra trees") => Some(view! {
                    <Disclosure label="Settings" differing>
                        <ForestFields at/>
                        <PrepareFields at/>
                    </Disclosure>
                }.into_any()),
                _ => None,
            }}
        </article>
    }
}

fn mark(kind: Option<&'static str>) -> &'static str {
    match kind {
        Some("Linear") => "linear",
        Some("Naive Bayes") => "bayes",
        Some("Nearest neighbours") => "neighbours",
        Some("Neural network") => "network",
        Some("Boosted trees") => "boost",
        Some("Random forest" | "Extra trees") => "forest",
        _ => "baseline",
    }
}

#[component]
fn LinearFields(at: At) -> impl IntoView {
    let numbers = use_hearth().read(|s| s.check.as_ref().is_some_and(|check| check.task == Task::Regression));
    let huber = at.linear(|l| l.huber.is_some(), false);
    view! {
        <div class="fields">
            <NumberField
                label="Penalty (L2)"
                limits=limits("l2")
                value=at.linear(|l| f64::from(l.l2), 1.0)
                on_change=move |v: f64| at.edit_linear("Penalty", |l| l.l2 = v as f32)
                help=LinearSpec::explain("l2").unwrap_or_default()
            />
            <NumberField
                label="Penalty (L1)"
                limits=limits("l1")
                value=at.linear(|l| f64::from(l.l1), 0.0)
                on_change=move |v: f64| at.edit_linear("Penalty", |l| l.l1 = v as f32)
                help=LinearSpec::explain("l1").unwrap_or_default()
            />
            <Show when=move || numbers.get()>
                <div class="stack">
                    <Toggle
                        label="Outliers count less (Huber)"
                        value=huber
                        on_change=move |on: bool| {
                            at.edit_linear("Outliers", |l| l.huber = on.then_some(LinearSpec::USUAL_HUBER));
                        }
                        help=LinearSpec::explain("huber").unwrap_or_default()
                    />
                    <Show when=move || huber.get()>
                        <NumberField
                            label="Outliers from"
                            unit="usual errors"
                            limits=limits("huber")
                            value=at.linear(|l| f64::from(l.huber.unwrap_or(LinearSpec::USUAL_HUBER)), 1.35)
                            on_change=move |v: f64| at.edit_linear("Outliers", |l| l.huber = Some(v as f32))
                        />
                    </Show>
                </div>
            </Show>
            <NumberField
                label="Steps at most"
                limits=limits("max_iterations")
                value=at.linear(|l| f64::from(l.max_iterations), 100.0)
                on_change=move |v: f64| at.edit_linear("Steps at most", |l| l.max_iterations = v as u32)
                help=LinearSpec::explain("max_iterations").unwrap_or_default()
            />
            <ClassWeightChoice
                value=at.linear(|l| l.class_weights.clone(), ClassWeights::Equal)
                on_change=move |w| at.edit_linear("Class weights", |l| l.class_weights = w)
                help=LinearSpec::explain("class_weights").unwrap_or_default()
            />
        </div>
    }
}

/// How classes count in the loss; nothing for numbers.
#[component]
pub fn ClassWeightChoice(
    #[prop(into)] value: Signal<ClassWeights>,
    #[prop(into)] on_change: Callback<ClassWeights>,
    help: &'static str,
) -> impl IntoView {
    let hearth = use_hearth();
    let classes = hearth.read(|s| {
        s.check
            .as_ref()
            .filter(|c| c.task != Task::Regression)
            .map(|c| c.classes.iter().map(|(l, _)| l.clone()).collect::<Vec<_>>())
    });
    let kind = Signal::derive(move || match value.get() {
        ClassWeights::Equal => 0,
        ClassWeights::Balanced => 1,
        ClassWeights::Given(_) => 2,
    });
    let options: Vec<(i32, String)> = vec![
        (0, "All rows count the same".to_owned()),
        (1, "Rare classes count more (balanced)".to_owned()),
        (2, "As given below".to_owned()),
    ];
    let n = move || classes.with(|c| c.as_ref().map_or(0, Vec::len));
    view! {
        <Show when=move || classes.with(Option::is_some)>
            <Select
                label="Classes in the loss"
                options=options.clone()
                value=kind
                on_change=move |kind| on_change.run(match kind {
                    1 => ClassWeights::Balanced,
                    2 => ClassWeights::Given(vec![1.0; n()]),
                    _ => ClassWeights::Equal,
                })
                help=help
            />
            {move || match value.get() {
                ClassWeights::Given(weights) => classes.get().unwrap_or_default().into_iter().zip(weights).enumerate()
                    .map(|(i, (label, weight))| view! {
                        <NumberField
                            label=format!("Weight of {label}")
                            limits=limits("Given")
                            value=Signal::derive(move || f64::from(weight))
                            on_change=move |w: f64| {
                                if let ClassWeights::Given(mut weights) = value.get_untracked()
                                    && let Some(slot) = weights.get_mut(i)
                                {
                                    *slot = w as f32;
                                    on_change.run(ClassWeights::Given(weights));
                                }
                            }
                        />
                    }).collect::<Vec<_>>(),
                _ => Vec::new(),
            }}
        </Show>
    }
}

/// How columns become numbers, for this candidate.
#[component]
fn PrepareFields(at: At) -> impl IntoView {
    let scalings =
        [Scaling::None, Scaling::Standard, Scaling::RobustSmoothClip].map(|s| (s, scaling_word(s).to_owned())).to_vec();
    let imputes = vec![(Impute::Median, "the median".to_owned()), (Impute::Mean, "the mean".to_owned())];
    let encodings = [Encoding::Codes, Encoding::OneHot].map(|e| (e, encoding_word(e).to_owned())).to_vec();
    let trees = at.model(|model| matches!(model, ModelSpec::Boost(_) | ModelSpec::Forest(_)), false);
    let scaled = at.prepare(|p| p.encoding == Encoding::OneHot, true);
    let texts = use_hearth().read(|s| {
        s.table.as_ref().is_some_and(|table| table.columns.iter().any(|c| c.column_type == ColumnType::Text))
    });
    view! {
        <h4 class="fields-title">"How columns become numbers"</h4>
        <div class="fields">
            <Show when=move || trees.get()>
                <Select
                    label="Categories become"
                    options=encodings.clone()
                    value=at.prepare(|p| p.encoding, Encoding::Codes)
                    on_change=move |v| at.edit_prepare("Categories", |p| p.encoding = v)
                    help="With codes, trees split categories by sets, and missing values by where they fit: nothing is scaled or filled in."
                />
            </Show>
            <Show when=move || scaled.get()>
            <Select
                label="Numbers are scaled"
                options=scalings.clone()
                value=at.prepare(|p| p.scaling, Scaling::Standard)
                on_change=move |v| at.edit_prepare("Scaling", |p| p.scaling = v)
                help="So that no column is heard louder because of its unit."
            />
            <Select
                label="A missing number becomes"
                options=imputes.clone()
                value=at.prepare(|p| p.impute, Impute::Median)
                on_change=move |v| at.edit_prepare("Missing numbers", |p| p.impute = v)
                help="Taken from the training rows of each fold alone."
            />
            <Toggle
                label="Tell the model what was missing"
                value=at.prepare(|p| p.missing_indicator, true)
                on_change=move |v| at.edit_prepare("Missing marks", |p| p.missing_indicator = v)
                help="A feature of its own: that a value is missing often says something."
            />
            </Show>
            <NumberField
                label="Rare below"
                unit="rows"
                limits=limits("min_category_rows")
                value=at.prepare(|p| f64::from(p.min_category_rows), 2.0)
                on_change=move |v: f64| at.edit_prepare("Rare categories", |p| p.min_category_rows = v as u32)
                help="Categories in fewer rows count as one, “other”."
            />
            <NumberField
                label="Categories at most"
                limits=limits("max_categories")
                value=at.prepare(|p| f64::from(p.max_categories), 64.0)
                on_change=move |v: f64| at.edit_prepare("Categories at most", |p| p.max_categories = v as u32)
                help="Of one column; the most frequent come first."
            />
            <Show when=move || texts.get()>
                <NumberField
                    label="Words at most"
                    limits=limits("max_words")
                    value=at.prepare(|p| f64::from(p.max_words), 200.0)
                    on_change=move |v: f64| at.edit_prepare("Words at most", |p| p.max_words = v as u32)
                    help="Of one column of text; each is a feature, rare words counting more (tf-idf)."
                />
            </Show>
        </div>
    }
}
