//! What other programs take the package for, and how a machine trains its model again.

use crate::dataset::Task;
use crate::prepare::guard::OnUnseen;

/// What other programs take this folder for, and how a machine retrains it.
pub fn elsewhere(task: Task, on_unseen: OnUnseen) -> String {
    let metric = match task {
        Task::Binary => "--at-least roc_auc=0.7",
        Task::Multiclass => "--at-least accuracy=0.7",
        Task::Regression => "--at-least r2=0.5",
    };
    let steps = |indent: &str| {
        [
            "hearth train data.csv --design model.zip --out new.hearth.zip".to_owned(),
            format!("hearth gate new.hearth.zip {metric}"),
            "hearth package new.hearth.zip --out new.zip".to_owned(),
            "hearth verify new.zip".to_owned(),
        ]
        .map(|line| format!("{indent}{line}\n"))
        .concat()
    };
    format!(
        "## Where else it runs\n\n\
         Unpacked, this folder is at once:\n\n\
         - an MLflow model: `mlflow.pyfunc.load_model(\".\")`, `mlflow models serve -m .`, MLServer, and `spark_udf`; it takes one \
         array of shape [N, 1] for each input\n\
         - a model repository for the Hugging Face hub: the head of this page is its card\n\
         - a model of the Triton inference server: copy it into a model repository (`config.pbtxt`, `1/model.onnx`)\n\
         - what `kserve.yaml` serves on KServe, once its storageUri is filled in\n\
         - a Frictionless data package: `frictionless validate datapackage.json`\n\n\
         Files are predicted by `python score.py rows.csv predicted.csv` (onnxruntime alone), `score_duckdb.py` (chunks of a \
         DuckDB query) and `score_spark.py` (many machines); each says at its head what it needs. A last column tells what \
         training never saw of a row. {}\n\n\
         ## How a machine trains it again\n\n\
         The program `hearth` does without a browser what the page does; of the same rows, design and seed it makes the same \
         model, byte for byte but for networks. `gate` ends with exit code 3 where the new model may not be used, and that \
         ends the job. It is to be on the machine's path.\n\n\
         GitHub Actions, `.github/workflows/retrain.yml`:\n\n```yaml\non:\n  schedule: [{{ cron: \"0 5 * * 1\" }}]\njobs:\n  retrain:\n    \
         runs-on: ubuntu-latest\n    steps:\n    - uses: actions/checkout@v5\n    - run: |\n{}    - uses: actions/upload-artifact@v5\n      \
         with: {{ name: model, path: new.zip }}\n```\n\n\
         GitLab, `.gitlab-ci.yml`:\n\n```yaml\nretrain:\n  rules: [{{ if: $CI_PIPELINE_SOURCE == \"schedule\" }}]\n  script:\n  - \
         |\n{}  artifacts: {{ paths: [new.zip] }}\n```\n",
        on_unseen.sentence(),
        steps("        "),
        steps("    "),
    )
}
