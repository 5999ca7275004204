//! What is compared: the baseline, linear models, trees, neural networks; each with its settings one disclosure deep.

use leptos::prelude::*;

use super::candidate::CandidateCard;
use super::edit;
use crate::model::ModelSpec;
use crate::pipeline::PipelineSpec;
use crate::studio::design_edits::{self, with_candidate};
use crate::ui::widget::{Icon, Menu, MenuItem, icon};
use crate::ui::{Hearth, use_hearth};

#[component]
pub fn Candidates() -> impl IntoView {
    let hearth = use_hearth();
    let n = hearth.read(|s| s.project.design.as_ref().map_or(0, |d| d.candidates.len()));
    let defaults = defaults(hearth);
    let items = Signal::derive(move || {
        defaults
            .get()
            .into_iter()
            .filter(|c| c.model != ModelSpec::Baseline)
            .map(|candidate| {
                let name = candidate.model.name();
                MenuItem::new(name, move || {
                    let candidate = candidate.clone();
                    edit(hearth, &format!("Add {}", name.to_lowercase()), move |design| {
                        with_candidate(design, usize::MAX, candidate)
                    });
                })
                .detail(meaning(name))
            })
            .collect::<Vec<_>>()
    });
    view! {
        <section class="candidates" id="candidates" aria-labelledby="candidates-title">
            <div class="spread section-head">
                <h2 id="candidates-title">"Models to compare"</h2>
                <Menu class="button" trigger=|| view! { {icon(Icon::Plus)}<span>"Add a model"</span> } items/>
            </div>
            <div class="candidate-list">
                <For each=move || 0..n.get() key=|i| *i let:position>
                    <CandidateCard position/>
                </For>
            </div>
        </section>
    }
}

fn meaning(name: &str) -> &'static str {
    match name {
        "Linear" => "Fast and easy to explain; a good wall for the others",
        "Boosted trees" => {
            "Hundreds of small trees, each mending what those before got wrong; often the best on tables"
        }
        "Random forest" => "Many deep trees on random rows, averaged; good without tuning",
        "Naive Bayes" => "Takes each column by itself; quick, easy to follow, and often too sure of itself",
        "Nearest neighbours" => "Answers as the most similar rows did; carries rows of the data with it",
        "Extra trees" => "A forest whose thresholds are drawn at random; faster and smoother",
        _ => "Finds curves and combinations; learns on the GPU where there is one",
    }
}

/// The candidates that a new design of this table begins with.
pub fn defaults(hearth: Hearth) -> Memo<Vec<PipelineSpec>> {
    hearth.read(|s| match (&s.check, &s.project.design) {
        (Some(check), Some(design)) => design_edits::defaults(design, check.task, check.n_rows, check.features.len()),
        _ => Vec::new(),
    })
}
