//! Whether a run still speaks of the project as it stands, and if not, what has changed since.

use serde_json::Value;

use super::project::{Project, Run};
use super::tree_words::setting_name;
use super::words::{counted, list};
use crate::chart::format::percent;
use crate::dataset::{Role, Task};
use crate::design::Design;
use crate::model::ModelSpec;
use crate::model::network::NetworkSpec;
use crate::pipeline::PipelineSpec;
use crate::recipe::{Recipe, Step};
use crate::split::{SplitKind, SplitSpec};
use crate::table::csv::CsvSettings;

/// Changes that a sentence names; the others are counted.
const NAMED: usize = 3;

/// Why a run no longer speaks of the project as it stands, in a sentence that names what changed; `None` while it does.
pub fn stale(run: &Run, project: &Project) -> Option<String> {
    if let Some(reason) = stale_data(run, project) {
        return Some(reason);
    }
    let (then, now) = (&run.design, project.design.as_ref().filter(|_| run.is_own())?);
    let changes = changes(then, now);
    if !changes.is_empty() {
        return Some(format!("Changed since: {}.", named(&changes)));
    }
    let spec = then.candidates.get(run.candidate as usize)?;
    if now.candidates.contains(spec) {
        return None;
    }
    let changes = nearest(run, spec, now).map(|other| changed_settings(spec, other)).unwrap_or_default();
    Some(match changes.as_slice() {
        [] => "The design has no such candidate any more.".to_owned(),
        changes => format!("Changed since: {}.", named(changes)),
    })
}

/// Why the data at hand are not those that the run was trained on.
pub fn stale_data(run: &Run, project: &Project) -> Option<String> {
    let data = project.data.as_ref().filter(|_| !run.from_package)?;
    if data.sha256 != run.data_sha256 {
        return Some(format!("The data have changed since: they are those of {} now.", data.name));
    }
    if data.settings != run.settings {
        let changes = changed_reading(&run.settings, &data.settings);
        return Some(format!("The file is read in another way since: {}.", named(&changes)));
    }
    (!data.recipe.does_the_same(&run.recipe)).then(|| {
        format!("The steps on the data are others since: {}.", named(&changed_steps(&run.recipe, &data.recipe)))
    })
}

/// Titles of steps that came or went.
fn changed_steps(then: &Recipe, now: &Recipe) -> Vec<String> {
    let lacks = |recipe: &Recipe, step: &Step| !recipe.steps.iter().any(|s| s.on && s.operation == step.operation);
    let came = now.steps.iter().filter(|step| step.on && lacks(then, step)).map(|step| step.operation.title());
    let gone = then.steps.iter().filter(|step| step.on && lacks(now, step));
    let gone = gone.map(|step| format!("no more “{}”", step.operation.title()));
    let mut changes: Vec<String> = came.chain(gone).collect();
    if changes.is_empty() {
        changes.push("their order".to_owned());
    }
    changes
}

fn named(changes: &[String]) -> String {
    let mut shown: Vec<String> = changes.iter().take(NAMED).cloned().collect();
    if changes.len() > NAMED {
        shown.push(format!("{} more", changes.len() - NAMED));
    }
    list(&shown)
}

/// What changed in the parts of a design that all candidates share.
fn changes(then: &Design, now: &Design) -> Vec<String> {
    let (a, b) = (&then.dataset, &now.dataset);
    let mut changes = Vec::new();
    if a.target != b.target {
        // Another target changes the rest with it.
        return vec![format!("target {} → {}", a.target, b.target)];
    }
    let task = |task: Option<Task>| task.map_or("as the column tells", task_word);
    if a.task != b.task {
        changes.push(format!("task {} → {}", task(a.task), task(b.task)));
    }
    let class = |class: &Option<String>| class.clone().unwrap_or_else(|| "the rarer".to_owned());
    if a.positive != b.positive {
        changes.push(format!("class that counts as positive {} → {}", class(&a.positive), class(&b.positive)));
    }
    changes.extend(changed_roles(then, now));
    changes.extend(changed_split(&then.split, &now.split));
    changes
}

fn changed_roles(then: &Design, now: &Design) -> Vec<String> {
    let role = |design: &Design, name: &str| {
        design.dataset.roles.iter().find(|(n, _)| n == name).map_or(Role::Feature, |(_, role)| *role)
    };
    let mut names: Vec<&str> =
        then.dataset.roles.iter().chain(&now.dataset.roles).map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let changed: Vec<&str> = names.into_iter().filter(|name| role(then, name) != role(now, name)).collect();
    let all_to = |wanted: Role| changed.iter().all(|name| role(now, name) == wanted);
    match changed.as_slice() {
        [first, _, ..] if all_to(role(now, first)) => {
            let names: Vec<String> = changed.iter().map(|name| (*name).to_owned()).collect();
            vec![format!("columns {}: {}", named(&names), role_word(role(now, first)))]
        }
        changed => changed.iter().map(|name| format!("column {name}: {}", role_word(role(now, name)))).collect(),
    }
}

fn task_word(task: Task) -> &'static str {
    match task {
        Task::Binary => "two classes",
        Task::Multiclass => "several classes",
        Task::Regression => "numbers",
    }
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Feature => "used",
        Role::Ignore => "ignored",
        Role::Id => "names the row",
        Role::KnownTooLate => "known too late",
        Role::Group => "keeps its rows together",
        Role::Time => "orders the rows",
        Role::Sensitive => "sensitive",
    }
}

fn changed_split(then: &SplitSpec, now: &SplitSpec) -> Vec<String> {
    // A field that is added later has to be compared here too.
    let SplitSpec { kind, holdout, folds, stratified, aside, seed, newest } = then;
    let mut changes = Vec::new();
    if *newest != now.newest {
        changes.push(match &now.newest {
            Some(newest) => format!("the newest rows of {} are the test set", newest.file),
            None => "a share of all rows is the test set".to_owned(),
        });
    }
    if holdout.to_bits() != now.holdout.to_bits() {
        changes.push(format!("test set {} → {}", percent((*holdout).into()), percent(now.holdout.into())));
    }
    if aside.to_bits() != now.aside.to_bits() {
        changes.push(format!("rows set aside {} → {}", percent((*aside).into()), percent(now.aside.into())));
    }
    if *kind != now.kind {
        changes.push(format!("rows are split {}", kind_word(*kind, now.kind)));
    }
    if *folds != now.folds {
        changes.push(format!("folds {folds} → {}", now.folds));
    }
    if *stratified != now.stratified {
        changes.push(format!("classes are {}spread alike over the folds", if now.stratified { "" } else { "not " }));
    }
    if *seed != now.seed {
        changes.push(format!("seed of the split {seed} → {}", now.seed));
    }
    changes
}

/// How rows are split now, where that changed.
fn kind_word(then: SplitKind, now: SplitKind) -> String {
    match (then, now) {
        (SplitKind::Random { .. }, SplitKind::Random { repeats })
        | (SplitKind::Group { .. }, SplitKind::Group { repeats }) => {
            if repeats == 1 {
                "once".to_owned()
            } else {
                format!("{repeats} times")
            }
        }
        (_, SplitKind::Random { .. }) => "at random".to_owned(),
        (_, SplitKind::Group { .. }) => "by group".to_owned(),
        (SplitKind::Time { .. }, SplitKind::Time { .. }) => "with another window or gap".to_owned(),
        (_, SplitKind::Time { .. }) => "by time".to_owned(),
    }
}

/// The candidate of the design that a run's became: that in its place, else the first of its kind.
fn nearest<'a>(run: &Run, spec: &PipelineSpec, now: &'a Design) -> Option<&'a PipelineSpec> {
    let same = |other: &&PipelineSpec| other.model.name() == spec.model.name();
    now.candidates.get(run.candidate as usize).filter(same).or_else(|| now.candidates.iter().find(same))
}

fn changed_settings(then: &PipelineSpec, now: &PipelineSpec) -> Vec<String> {
    let mut changes = changed_fields(&value(&then.prepare), &value(&now.prepare));
    changes.extend(changed_model(&then.model, &now.model));
    changes
}

/// Settings of a model that changed; of another kind of model none is the same.
fn changed_model(then: &ModelSpec, now: &ModelSpec) -> Vec<String> {
    match (then, now) {
        (ModelSpec::Linear(a), ModelSpec::Linear(b)) => changed_fields(&value(a), &value(b)),
        (ModelSpec::Network(a), ModelSpec::Network(b)) => changed_fields(&value(a), &value(b)),
        (ModelSpec::Boost(a), ModelSpec::Boost(b)) => changed_fields(&value(a), &value(b)),
        (ModelSpec::Forest(a), ModelSpec::Forest(b)) => changed_fields(&value(a), &value(b)),
        (ModelSpec::Bayes(a), ModelSpec::Bayes(b)) => changed_fields(&value(a), &value(b)),
        (ModelSpec::Neighbours(a), ModelSpec::Neighbours(b)) => changed_fields(&value(a), &value(b)),
        _ => Vec::new(),
    }
}

/// What differs between two runs, by what it belongs to; what is the same is not there.
pub(super) fn differences(then: &Run, now: &Run) -> Vec<(&'static str, Vec<String>)> {
    let mut data = Vec::new();
    if then.data_sha256 != now.data_sha256 {
        data.push("another data file".to_owned());
    } else if then.settings != now.settings {
        data.extend(changed_reading(&then.settings, &now.settings));
    }
    let rows = [then, now].map(|run| run.report.split.n_fitted);
    if rows[0] != rows[1] {
        data.push(format!("learned from {} → {}", counted(rows[0].into(), "row"), counted(rows[1].into(), "row")));
    }
    let steps =
        if then.recipe.does_the_same(&now.recipe) { Vec::new() } else { changed_steps(&then.recipe, &now.recipe) };
    let (mut preparation, mut model) = (Vec::new(), Vec::new());
    if let (Some(a), Some(b)) = (then.spec(), now.spec()) {
        preparation = changed_fields(&value(&a.prepare), &value(&b.prepare));
        model = changed_model(&a.model, &b.model);
    }
    let kinds = [then, now].map(|run| run.spec().map_or(run.name.as_str(), |spec| spec.model.name()));
    if kinds[0] != kinds[1] {
        model.insert(0, format!("{} → {}", kinds[0], kinds[1]));
    }
    if then.calibrated.as_ref().map(|c| c.way) != now.calibrated.as_ref().map(|c| c.way) {
        let way = |run: &Run| run.calibrated.as_ref().map_or("none".to_owned(), |c| c.way.name().to_owned());
        model.push(format!("calibration {} → {}", way(then), way(now)));
    }
    let all = [
        ("Data", data),
        ("Steps", steps),
        ("Question and split", changes(&then.design, &now.design)),
        ("Preparation", preparation),
        ("Model", model),
    ];
    all.into_iter().filter(|(_, changes)| !changes.is_empty()).collect()
}

/// The settings as the text of the design has them, so that 0.1 is 0.1.
fn value<T: serde::Serialize>(settings: &T) -> Value {
    serde_json::to_string(settings).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn changed_fields(then: &Value, now: &Value) -> Vec<String> {
    let (Value::Object(then), Value::Object(now)) = (then, now) else {
        return Vec::new();
    };
    let changed = now.iter().filter(|(field, value)| then.get(*field) != Some(value));
    changed.map(|(field, value)| format!("{} {} → {}", name(field), text(then.get(field)), text(Some(value)))).collect()
}

/// What the page calls a setting.
fn name(field: &str) -> String {
    let setting = NetworkSpec::SETTINGS.iter().find(|setting| setting.field == field);
    match (setting, field) {
        (Some(setting), _) => setting.name.to_owned(),
        (None, "l2") => "penalty".to_owned(),
        (None, _) => setting_name(field).map_or_else(|| field.replace('_', " "), str::to_owned),
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::Bool(on)) => if *on { "on" } else { "off" }.to_owned(),
        Some(Value::String(word)) => word.clone(),
        Some(Value::Array(parts)) => parts.iter().map(|part| text(Some(part))).collect::<Vec<_>>().join(" × "),
        // 1.0 is 1.
        Some(Value::Number(number)) => number.as_f64().map_or_else(|| number.to_string(), |n| n.to_string()),
        Some(Value::Object(fields)) => {
            let parts: Vec<String> =
                fields.iter().map(|(field, value)| format!("{field} {}", text(Some(value)))).collect();
            parts.join(", ")
        }
    }
}

fn changed_reading(then: &CsvSettings, now: &CsvSettings) -> Vec<String> {
    let mut changes = Vec::new();
    for (column, column_type) in &now.types {
        if !then.types.iter().any(|(name, before)| name == column && before == column_type) {
            changes.push(format!("column {column} as {}", column_type.word()));
        }
    }
    for (column, _) in &then.types {
        if !now.types.iter().any(|(name, _)| name == column) {
            changes.push(format!("type of column {column}"));
        }
    }
    let missing = |settings: &CsvSettings, column: &str| {
        settings.missing_in.iter().find(|(name, _)| name == column).map(|(_, texts)| texts.clone()).unwrap_or_default()
    };
    let mut columns: Vec<&String> = then.missing_in.iter().chain(&now.missing_in).map(|(name, _)| name).collect();
    columns.sort_unstable();
    columns.dedup();
    for column in columns.into_iter().filter(|column| missing(then, column) != missing(now, column)) {
        changes.push(format!("what is missing in column {column}"));
    }
    if then.missing != now.missing {
        changes.push("texts that mean missing".to_owned());
    }
    if then.units != now.units {
        changes.push("units of numbers".to_owned());
    }
    let parts = [
        ("table of the ZIP file", then.entry != now.entry),
        ("format", then.format != now.format),
        ("encoding", then.encoding != now.encoding),
        ("separator", (then.delimiter, then.quote) != (now.delimiter, now.quote)),
        ("lines above the table", then.skip != now.skip),
        ("header", then.header != now.header),
        ("decimal sign", then.decimal != now.decimal),
        ("order of day and month", then.day_first != now.day_first),
        ("years of two digits", then.first_year != now.first_year),
    ];
    changes.extend(parts.into_iter().filter(|(_, changed)| *changed).map(|(part, _)| part.to_owned()));
    if changes.is_empty() {
        // The same settings in another order.
        changes.push("order of the settings".to_owned());
    }
    changes
}
