//! Findings in causal order, each with what to do; what is as it was stays folded.

use leptos::prelude::*;

use crate::chart::format::significant;
use crate::monitor::{Finding, MetricNow, MonitorReport, Verdict};
use crate::studio::watch::{Group, groups};

#[component]
pub fn Findings(report: MonitorReport) -> impl IntoView {
    let all = groups(&report);
    view! {
        <section class="watch-findings" aria-label="Findings, in causal order">
            {all.into_iter().map(|group| view! { <OfKind group/> }).collect_view()}
        </section>
        <Metrics metrics=report.metrics/>
    }
}

#[component]
fn OfKind(group: Group) -> impl IntoView {
    let Group { kind, loud, quiet, word } = group;
    let (title, term) = kind.words();
    let n = quiet.len();
    let class = if loud.is_empty() { "watch-kind" } else { "watch-kind alarmed" };
    view! {
        <section class=class>
            <h2>
                {title}
                <span class="second">{term}</span>
                <span class="tag" class:blocked=!loud.is_empty()>{word}</span>
            </h2>
            {loud.into_iter().map(|finding| view! { <One finding/> }).collect_view()}
            {(n > 0).then(|| view! {
                <details class="disclosure">
                    <summary><span>{if n == 1 { "1 other thing was looked at".to_owned() } else { format!("{n} other things were looked at") }}</span></summary>
                    <div class="disclosure-body stack-tight">
                        {quiet.into_iter().map(|finding| view! { <One finding/> }).collect_view()}
                    </div>
                </details>
            })}
        </section>
    }
}

#[component]
fn One(finding: Finding) -> impl IntoView {
    let Finding { test, verdict, sentence, advice, p, adjusted, evidence, .. } = finding;
    let (class, word) = match verdict {
        Verdict::Alarm => ("watch-finding alarm", "Alarm"),
        Verdict::Note => ("watch-finding", "Note"),
        Verdict::NotEnoughData => ("watch-finding unknown", "Not enough data"),
        Verdict::Passed => ("watch-finding", "As it was"),
    };
    let about = test.about();
    let chance = match (p, adjusted) {
        (Some(p), Some(q)) => format!("By chance alone: {}; over all tests of this report: {}.", small(p), small(q)),
        (None, _) if verdict == Verdict::Alarm => "This is certain, no estimate.".to_owned(),
        _ => String::new(),
    };
    view! {
        <article class=class>
            <p><strong class="small">{word}": "</strong>{sentence}</p>
            {(!advice.is_empty()).then(|| view! { <p class="watch-advice"><strong>"What to do: "</strong>{advice}</p> })}
            <details class="small">
                <summary>"Evidence"</summary>
                <p class="second">{format!("Test: {} – {}.", about.name, about.plain)}</p>
                <dl class="watch-evidence">
                    {evidence.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd class="number">{value}</dd></div> }).collect_view()}
                </dl>
                <p class="second">{chance}</p>
            </details>
        </article>
    }
}

/// A probability as far as it is worth reading.
fn small(p: f64) -> String {
    if p < 0.0001 { "below 0.0001".to_owned() } else { significant(p, 2) }
}

#[component]
fn Metrics(metrics: Vec<MetricNow>) -> impl IntoView {
    (!metrics.is_empty()).then(|| {
        view! {
            <div class="table-scroll" tabindex="0" role="region" aria-label="Metrics today and in validation">
                <table class="metric-table">
                    <caption class="visually-hidden">"Metrics today and in validation"</caption>
                    <thead><tr><th scope="col">"Metric"</th><th scope="col">"Now"</th><th scope="col">"In validation"</th><th scope="col">"Rows"</th></tr></thead>
                    <tbody>
                        {metrics.into_iter().map(|MetricNow { metric, reference, now, estimated, n }| {
                            let text = |value: f64, interval: (f64, f64)| {
                                let (low, high) = metric.possible(interval);
                                format!("{} ({} to {})", significant(value, 3), significant(low, 3), significant(high, 3))
                            };
                            view! {
                                <tr>
                                    <th scope="row">
                                        <span class="metric-name">{if estimated { format!("{} (estimated)", metric.name()) } else { metric.name().to_owned() }}</span>
                                        <span class="metric-plain">{metric.plain()}</span>
                                    </th>
                                    <td>{text(now.value, now.interval())}</td>
                                    <td>{text(reference.value, reference.interval())}</td>
                                    <td>{crate::chart::format::count(n.into())}</td>
                                </tr>
                            }
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
        }
    })
}
